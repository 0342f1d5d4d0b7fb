// The rules that the arguments of a resource, or of an inline block, stand for: one for each source or destination.
import type { Direction } from '../../rule.ts';
import { type DeclaredPeer, type DeclaredRule, declareRule } from '../declared-rule.ts';
import { isNotKnown, notKnown, stringOf } from '../values.ts';
import {
  attributeOf,
  isSensitive,
  numberAttribute,
  type PlannedAttributes,
  textAttribute,
  textAttributes,
} from './attributes.ts';

/** What the arguments are called. */
export interface Names {
  readonly protocol: string;
  readonly cidrs: readonly string[];
  readonly lists: string;
  readonly groups: string;
}

/** Of `ingress` and `egress` blocks, and, but for the source group, of aws_security_group_rule. */
export const INLINE: Names = {
  protocol: 'protocol',
  cidrs: ['cidr_blocks', 'ipv6_cidr_blocks'],
  lists: 'prefix_list_ids',
  groups: 'security_groups',
};
export const RULE: Names = { ...INLINE, groups: 'source_security_group_id' };
/** Of aws_vpc_security_group_ingress_rule and aws_vpc_security_group_egress_rule. */
export const VPC_RULE: Names = {
  protocol: 'ip_protocol',
  cidrs: ['cidr_ipv4', 'cidr_ipv6'],
  lists: 'prefix_list_id',
  groups: 'referenced_security_group_id',
};

/** The list that an argument stands for whose value is not known. */
export type FindList = (argument: string) => string | undefined;

/** The rules, each with the resource as its address. */
export function rulesOf(
  address: string,
  groupId: string,
  direction: Direction,
  attributes: PlannedAttributes,
  names: Names,
  findList: FindList,
): readonly DeclaredRule[] {
  const fields = {
    direction,
    protocol: textAttribute(attributes, names.protocol),
    from: numberAttribute(attributes, 'from_port'),
    to: numberAttribute(attributes, 'to_port'),
    description: stringOf(attributes.values.description),
  };
  const told = [names.protocol, 'from_port', 'to_port', ...names.cidrs, names.lists];
  const hidden = isSensitive(attributes, told) ? { isSensitive: true } : {};
  return peersOf(groupId, attributes, names, findList).map((peer) => ({
    ...declareRule(address, groupId, { ...fields, peer }),
    ...hidden,
  }));
}

function peersOf(
  groupId: string,
  attributes: PlannedAttributes,
  { cidrs, lists, groups }: Names,
  findList: FindList,
): readonly DeclaredPeer[] {
  const blocks = cidrs.flatMap((name) => textAttributes(attributes, name));
  const listed = textAttributes(attributes, lists).map((one) => {
    const found = isNotKnown(one) ? findList(lists) : one;
    return found === undefined ? notKnown(`${lists} is known only after apply`) : found;
  });
  const members = textAttributes(attributes, groups);
  const isSelf = (attributeOf(attributes, 'self') ?? false) !== false;
  return [
    ...blocks.map((one) => (isNotKnown(one) ? one : ({ kind: 'cidr', text: one } as const))),
    ...listed.map((one) => (isNotKnown(one) ? one : ({ kind: 'prefix-list', id: one } as const))),
    ...members.map((one) => groupPeer(isNotKnown(one) ? 'a group known only after apply' : one)),
    ...(isSelf ? [groupPeer(groupId)] : []),
  ];
}

/** A group of another account is written `111122223333/sg-0abc`. */
function groupPeer(text: string): DeclaredPeer {
  const [, ownerId, id = text] = /^(\d{12})\/(.+)$/.exec(text) ?? [];
  return { kind: 'group', id, ...(ownerId === undefined ? {} : { ownerId }) };
}
