// The rules that properties of a template stand for.
import type { Direction } from '../../rule.ts';
import { type DeclaredPeer, type DeclaredRule, declareRule, unreadableRule } from '../declared-rule.ts';
import {
  isJsonObject,
  isNotKnown,
  type JsonObject,
  memberOf,
  notKnown,
  stringOf,
  type Value,
} from '../values.ts';
import { scalarText } from './parameters.ts';
import { ResourceReference } from './resolve.ts';

/** The rules of one set of resolved properties; of properties that are not known, one that nobody can read. */
export function rulesOfProperties(
  address: string,
  groupId: string,
  direction: Direction,
  properties: unknown,
): readonly DeclaredRule[] {
  if (!isJsonObject(properties)) {
    const because = isNotKnown(properties) ? properties.because : 'its properties cannot be read';
    return [unreadableRule(address, groupId, direction, because)];
  }
  const fields = {
    direction,
    protocol: asText(memberOf(properties, 'IpProtocol')),
    from: asNumber(memberOf(properties, 'FromPort')),
    to: asNumber(memberOf(properties, 'ToPort')),
    description: stringOf(memberOf(properties, 'Description')),
  };
  return peersOf(properties).map((peer) => declareRule(address, groupId, { ...fields, peer }));
}

function asText(value: unknown): Value<string> {
  return isNotKnown(value) ? value : scalarText(value);
}

/** CloudFormation takes numbers and texts. What is neither makes the rule unreadable. */
function asNumber(value: unknown): Value<number> {
  if (value === undefined || isNotKnown(value)) return value;
  return Number(scalarText(value) ?? Number.NaN);
}

const CIDRS = ['CidrIp', 'CidrIpv6'];
const LISTS = ['SourcePrefixListId', 'DestinationPrefixListId'];
const GROUPS = ['SourceSecurityGroupId', 'DestinationSecurityGroupId', 'SourceSecurityGroupName'];

function peersOf(properties: JsonObject): readonly DeclaredPeer[] {
  const given = (names: readonly string[]) =>
    names.map((name) => memberOf(properties, name)).filter((value) => value !== undefined);
  const peers: readonly DeclaredPeer[] = [
    ...given(CIDRS).map(cidrPeer),
    ...given(LISTS).map(listPeer),
    ...given(GROUPS).map(groupPeer),
  ];
  return peers.length > 0 ? peers : [notKnown('no source or destination is given')];
}

function cidrPeer(value: unknown): DeclaredPeer {
  const text = scalarText(value);
  if (text !== undefined) return { kind: 'cidr', text };
  return isNotKnown(value) ? value : notKnown('the address is known only when it is deployed');
}

function listPeer(value: unknown): DeclaredPeer {
  const id = value instanceof ResourceReference ? value.logicalId : scalarText(value);
  if (id !== undefined) return { kind: 'prefix-list', id };
  return isNotKnown(value) ? value : notKnown('the prefix list is known only when it is deployed');
}

/** Whatever group it is, its members are meant and no addresses. */
function groupPeer(value: unknown): DeclaredPeer {
  const id = value instanceof ResourceReference ? value.logicalId : scalarText(value);
  return { kind: 'group', id: id ?? 'a group known only when it is deployed' };
}
