// IpPermissions, which bundle sources, to rules, which have exactly one, and back.
import type {
  SecurityGroupRule as AwsSecurityGroupRule,
  IpPermission,
  UserIdGroupPair,
} from '@aws-sdk/client-ec2';
import { contentOf, parseRule } from '../../rule.ts';
import { canonicalCidr, canonicalTraffic, checkDescription, hasSelectors } from './canonical-rule.ts';

/**
 * The rules of a permission, one for each source, in canonical form and without ids; throws InvalidParameterValue
 * (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html).
 */
export function toRules(permission: IpPermission, IsEgress: boolean): readonly AwsSecurityGroupRule[] {
  const { IpProtocol, FromPort, ToPort } = permission;
  const traffic = canonicalTraffic(IpProtocol, FromPort, ToPort);
  const sources: readonly AwsSecurityGroupRule[] = [
    ...(permission.IpRanges ?? []).map(({ CidrIp = '', Description }) => ({
      CidrIpv4: canonicalCidr(CidrIp, 'ipv4'),
      ...checkDescription(Description),
    })),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 = '', Description }) => ({
      CidrIpv6: canonicalCidr(CidrIpv6, 'ipv6'),
      ...checkDescription(Description),
    })),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId = '', Description }) => ({
      PrefixListId,
      ...checkDescription(Description),
    })),
    ...(permission.UserIdGroupPairs ?? []).map(({ Description, GroupName: _, ...ReferencedGroupInfo }) => ({
      ReferencedGroupInfo,
      ...checkDescription(Description),
    })),
  ];
  return sources.map((source) => ({ IsEgress, ...traffic, ...source }));
}

/** Rules with the same protocol and ports are one permission; what has no ports is listed without. */
export function toPermissions(rules: readonly AwsSecurityGroupRule[]): readonly IpPermission[] {
  const byTraffic = Map.groupBy(rules, (rule) => `${rule.IpProtocol} ${rule.FromPort} ${rule.ToPort}`);
  return [...byTraffic.values()].map((same) => ({
    ...trafficOf(same[0]),
    IpRanges: same.flatMap((rule) => sourceOf(rule, rule.CidrIpv4, (CidrIp) => ({ CidrIp }))),
    Ipv6Ranges: same.flatMap((rule) => sourceOf(rule, rule.CidrIpv6, (CidrIpv6) => ({ CidrIpv6 }))),
    PrefixListIds: same.flatMap((rule) =>
      sourceOf(rule, rule.PrefixListId, (PrefixListId) => ({ PrefixListId })),
    ),
    UserIdGroupPairs: same.flatMap((rule) =>
      sourceOf(rule, rule.ReferencedGroupInfo, (group): UserIdGroupPair => ({ ...group })),
    ),
  }));
}

/** True when the two admit the same: what EC2 calls a duplicate. Descriptions do not count. */
export function isSameRule(a: AwsSecurityGroupRule, b: AwsSecurityGroupRule): boolean {
  return contentFor(a) === contentFor(b);
}

/** Rules are never changed, and each is compared with all others of its group. */
const contents = new WeakMap<AwsSecurityGroupRule, string>();

function contentFor(rule: AwsSecurityGroupRule): string {
  const content = contents.get(rule) ?? contentOf(parseRule(rule));
  contents.set(rule, content);
  return content;
}

function trafficOf({ IpProtocol, FromPort, ToPort }: AwsSecurityGroupRule = {}): IpPermission {
  return hasSelectors(IpProtocol) ? { IpProtocol, FromPort, ToPort } : { IpProtocol };
}

function sourceOf<Source, Listed>(
  { Description }: AwsSecurityGroupRule,
  source: Source | undefined,
  list: (source: Source) => Listed,
): readonly (Listed & { readonly Description: string | undefined })[] {
  return source === undefined ? [] : [{ ...list(source), Description }];
}
