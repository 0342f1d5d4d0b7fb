// The rules of a request that describes them by permissions, in either encoding.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { parseRule, type SecurityGroupRule } from '../rule.ts';
import { field, list, text, whole } from './cloudtrail.ts';

/** A rule whose source group is given by its name, which the rules that EC2 shows never are. */
export interface NamedSource {
  readonly groupName: string;
  readonly ownerId: string | undefined;
  /** The rule without its source. */
  readonly rule: AwsSecurityGroupRule;
}

/** The rule of a source group whose id is known. */
export function ruleFromGroup({ rule, ownerId }: NamedSource, groupId: string): SecurityGroupRule {
  return parseRule({ ...rule, ReferencedGroupInfo: { GroupId: groupId, UserId: ownerId } });
}

/** The protocol and ports of a rule or permission. */
export function trafficSaid(rule: unknown): AwsSecurityGroupRule {
  return {
    IpProtocol: text(field(rule, 'ipProtocol')),
    FromPort: whole(field(rule, 'fromPort')),
    ToPort: whole(field(rule, 'toPort')),
  };
}

/** The flat form has its one rule on the request itself, beside `"ipPermissions": {}`. */
export function rulesOfRequest(request: unknown): readonly AwsSecurityGroupRule[] {
  const flat = field(request, 'cidrIp') === undefined ? [] : [request];
  return [...flat, ...list(field(request, 'ipPermissions'))].flatMap((permission) => {
    const sources = requestedSources(permission);
    const isNamed = sourcesByName(permission).length > 0;
    // A permission with no source that is known here still stands for a rule, one that parseRule cannot read.
    return (sources.length === 0 && !isNamed ? [{}] : sources).map((source) => ({
      ...trafficSaid(permission),
      ...source,
    }));
  });
}

function requestedSources(permission: unknown): readonly AwsSecurityGroupRule[] {
  const members = (name: string) => list(field(permission, name));
  const flat = field(permission, 'cidrIp') === undefined ? [] : [permission];
  return [
    ...[...flat, ...members('ipRanges')].map((it) => ({
      CidrIpv4: text(field(it, 'cidrIp')),
      ...described(it),
    })),
    ...members('ipv6Ranges').map((it) => ({ CidrIpv6: text(field(it, 'cidrIpv6')), ...described(it) })),
    ...members('prefixListIds').map((it) => ({
      PrefixListId: text(field(it, 'prefixListId')),
      ...described(it),
    })),
    ...members('groups')
      .filter((it) => nameIn(it) === undefined)
      .map((it) => ({
        ReferencedGroupInfo: { GroupId: text(field(it, 'groupId')), UserId: text(field(it, 'userId')) },
        ...described(it),
      })),
  ];
}

function described(source: unknown): AwsSecurityGroupRule {
  const description = text(field(source, 'description'));
  return description === undefined ? {} : { Description: description };
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
export function namedSourcesOf(request: unknown): readonly NamedSource[] {
  const flat = text(field(request, 'sourceSecurityGroupName'));
  const ownerId = text(field(request, 'sourceSecurityGroupOwnerId'));
  return [
    ...(flat === undefined ? [] : FLAT_TRAFFIC.map((rule) => ({ groupName: flat, ownerId, rule }))),
    ...list(field(request, 'ipPermissions')).flatMap((permission) =>
      sourcesByName(permission).map(({ description, ...source }) => ({
        ...source,
        rule: { ...trafficSaid(permission), ...description },
      })),
    ),
  ];
}

function sourcesByName(permission: unknown) {
  return list(field(permission, 'groups')).flatMap((it) => {
    const groupName = nameIn(it);
    const ownerId = text(field(it, 'userId'));
    return groupName === undefined ? [] : [{ groupName, ownerId, description: described(it) }];
  });
}

/** The name of a source group; undefined for one that has an id, which goes first. */
function nameIn(source: unknown): string | undefined {
  return text(field(source, 'groupId')) === undefined ? text(field(source, 'groupName')) : undefined;
}
