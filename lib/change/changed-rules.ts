// The rules of an event, from the request or the response of either encoding.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { parseRule, type SecurityGroupRule } from '../rule.ts';
import { field, list, text, whole } from './cloudtrail.ts';

/** A tag of a CreateTags or DeleteTags call; a removal without value is of whatever value there is. */
export interface TagChange {
  readonly key: string;
  readonly value: string | undefined;
}

/** A rule whose source group is given by its name, which the rules that EC2 shows never are. */
export interface NamedSource {
  readonly groupName: string;
  readonly ownerId: string | undefined;
  /** The rule without its source. */
  readonly rule: AwsSecurityGroupRule;
}

/** Which rules the event says are new. */
export type ChangedRules =
  | {
      readonly by: 'id';
      readonly ids: readonly string[];
      /** What the event says of them, as far as it can be read. */
      readonly rules: readonly SecurityGroupRule[];
      /** The tags of the group that brought them up, where it is not the rules that changed. */
      readonly tags?: readonly TagChange[];
      /** The VPC that the group was associated with, where that brought them up. */
      readonly vpcId?: string;
    }
  | {
      readonly by: 'content';
      readonly rules: readonly SecurityGroupRule[];
      /** Further rules; undefined for none, and once the ids of their sources are known. */
      readonly namedSources?: readonly NamedSource[];
    }
  /** It names none that can be recognised: every rule of that direction may be new. */
  | { readonly by: 'group' }
  /** What these rules refer to has changed: every rule for the list, of whatever group. */
  | { readonly by: 'prefix-list'; readonly prefixListId: string }
  /** The group works in this VPC, too: every rule of it, for policies that look at VPCs. */
  | { readonly by: 'vpc'; readonly vpcId: string }
  /** What policies know the groups by has changed: every rule of them, for policies that look at these tags. */
  | {
      readonly by: 'tags';
      readonly groupIds: readonly string[];
      readonly tags: readonly TagChange[];
      readonly isRemoval: boolean;
    };

/** Group and direction, for the rules of requests, which do not repeat them. */
type Place = Pick<AwsSecurityGroupRule, 'GroupId' | 'IsEgress'>;

/** Rules of ModifySecurityGroupRules: their ids, and what they are to become. */
export function modifiedRules(request: unknown, groupId: string | undefined): ChangedRules {
  const updates = list(field(request, 'SecurityGroupRule'));
  const described = updates.map((update) => ({
    ...describedRule(field(update, 'SecurityGroupRule')),
    SecurityGroupRuleId: ruleId(update),
  }));
  return identified(described, { GroupId: groupId }) ?? { by: 'group' };
}

/** The response has the ids since September 2021, and is there on success only; else the request has the contents. */
export function authorizedRules(request: unknown, response: unknown, place: Place): ChangedRules {
  const described = list(field(response, 'securityGroupRuleSet')).map((rule) => ({
    ...describedRule(rule),
    SecurityGroupRuleId: ruleId(rule),
  }));
  const byId = identified(described, place);
  if (byId !== undefined) return byId;
  const rules = requestedRules(request).map((rule) => parseRule({ ...place, ...rule }));
  const namedSources = requestedNames(request).map((named) => ({
    ...named,
    rule: { ...place, ...named.rule },
  }));
  // What cannot be read can never be found among the live rules, and the rest alone is not the whole change.
  const isWhole = rules.every(isReadable) && namedSources.every(hasTraffic);
  if (!isWhole || rules.length + namedSources.length === 0) return { by: 'group' };
  return { by: 'content', rules, ...(namedSources.length > 0 && { namedSources }) };
}

/** The rule of a source group whose id is known. */
export function ruleFromGroup({ rule, ownerId }: NamedSource, groupId: string): SecurityGroupRule {
  return parseRule({ ...rule, ReferencedGroupInfo: { GroupId: groupId, UserId: ownerId } });
}

function hasTraffic(named: NamedSource): boolean {
  return isReadable(ruleFromGroup(named, named.groupName));
}

/** Undefined if there are no rules, or one of them has no id. */
function identified(described: readonly AwsSecurityGroupRule[], place: Place): ChangedRules | undefined {
  const ids = described.flatMap(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? []);
  if (ids.length === 0 || ids.length < described.length) return undefined;
  const rules = described.map((rule) => parseRule({ ...place, ...rule })).filter(isReadable);
  return { by: 'id', ids, rules };
}

function ruleId(rule: unknown): string | undefined {
  return text(field(rule, 'securityGroupRuleId'));
}

/** One rule in the words of EC2's SecurityGroupRule, in either letter case. */
function describedRule(rule: unknown): AwsSecurityGroupRule {
  const groupId =
    text(field(rule, 'referencedGroupInfo', 'groupId')) ?? text(field(rule, 'ReferencedGroupId'));
  const userId = text(field(rule, 'referencedGroupInfo', 'userId'));
  return {
    ...traffic(rule),
    CidrIpv4: text(field(rule, 'cidrIpv4')),
    CidrIpv6: text(field(rule, 'cidrIpv6')),
    PrefixListId: text(field(rule, 'prefixListId')),
    Description: text(field(rule, 'description')),
    ...(groupId === undefined ? {} : { ReferencedGroupInfo: { GroupId: groupId, UserId: userId } }),
  };
}

function traffic(rule: unknown): AwsSecurityGroupRule {
  return {
    IpProtocol: text(field(rule, 'ipProtocol')),
    FromPort: whole(field(rule, 'fromPort')),
    ToPort: whole(field(rule, 'toPort')),
  };
}

function isReadable({ peer }: SecurityGroupRule): boolean {
  return peer.kind !== 'unreadable';
}

/** The flat form has its one rule on the request itself, beside `"ipPermissions": {}`. */
function requestedRules(request: unknown): readonly AwsSecurityGroupRule[] {
  const flat = field(request, 'cidrIp') === undefined ? [] : [request];
  return [...flat, ...list(field(request, 'ipPermissions'))].flatMap((permission) => {
    const sources = requestedSources(permission);
    const isNamed = sourcesByName(permission).length > 0;
    // A permission with no source that is known here still stands for a rule, one that parseRule cannot read.
    return (sources.length === 0 && !isNamed ? [{}] : sources).map((source) => ({
      ...traffic(permission),
      ...source,
    }));
  });
}

function requestedSources(permission: unknown): readonly AwsSecurityGroupRule[] {
  const members = (name: string) => list(field(permission, name));
  const flat = field(permission, 'cidrIp') === undefined ? [] : [permission];
  return [
    ...[...flat, ...members('ipRanges')].map((it) => ({ CidrIpv4: text(field(it, 'cidrIp')) })),
    ...members('ipv6Ranges').map((it) => ({ CidrIpv6: text(field(it, 'cidrIpv6')) })),
    ...members('prefixListIds').map((it) => ({ PrefixListId: text(field(it, 'prefixListId')) })),
    ...members('groups')
      .filter((it) => nameIn(it) === undefined)
      .map((it) => ({
        ReferencedGroupInfo: { GroupId: text(field(it, 'groupId')), UserId: text(field(it, 'userId')) },
      })),
  ];
}

/** What a source group by name opens in the flat form, which takes no ports with it: everything that such a group then could. */
const FLAT_TRAFFIC: readonly AwsSecurityGroupRule[] = [
  { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535 },
  { IpProtocol: 'udp', FromPort: 0, ToPort: 65_535 },
  { IpProtocol: 'icmp', FromPort: -1, ToPort: -1 },
];

/**
 * The rules whose source group is given by name, which a caller in a default VPC may do
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html).
 */
function requestedNames(request: unknown): readonly NamedSource[] {
  const flat = text(field(request, 'sourceSecurityGroupName'));
  const ownerId = text(field(request, 'sourceSecurityGroupOwnerId'));
  return [
    ...(flat === undefined ? [] : FLAT_TRAFFIC.map((rule) => ({ groupName: flat, ownerId, rule }))),
    ...list(field(request, 'ipPermissions')).flatMap((permission) =>
      sourcesByName(permission).map((source) => ({ ...source, rule: traffic(permission) })),
    ),
  ];
}

function sourcesByName(permission: unknown): readonly Omit<NamedSource, 'rule'>[] {
  return list(field(permission, 'groups')).flatMap((it) => {
    const groupName = nameIn(it);
    return groupName === undefined ? [] : [{ groupName, ownerId: text(field(it, 'userId')) }];
  });
}

/** The name of a source group; undefined for one that has an id, which goes first. */
function nameIn(source: unknown): string | undefined {
  return text(field(source, 'groupId')) === undefined ? text(field(source, 'groupName')) : undefined;
}
