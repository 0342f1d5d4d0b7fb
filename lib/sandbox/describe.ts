// DescribeSecurityGroups and DescribeSecurityGroupRules: filters, pages, and what is not visible yet.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Account, StoredGroup, StoredRule } from './account.ts';
import { ServiceError } from './faults.ts';
import { numberOf, type Parameters, structuresOf, textOf, textsOf } from './query.ts';
import { toWire } from './wire.ts';

type Read<T> = (item: T, filter: string) => readonly (string | undefined)[] | undefined;

/** Lists groups with their permissions. */
export function describeGroups(account: Account, parameters: Parameters): object {
  const ids = textsOf(parameters, 'GroupId');
  for (const id of ids) {
    if (!account.groups.has(id))
      throw new ServiceError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  }
  const wanted = [...account.groups.values()].filter(
    ({ GroupId }) => ids.length === 0 || ids.includes(GroupId),
  );
  const { page, nextToken } = paged(account, parameters, filtered(parameters, wanted, groupValues));
  return { securityGroupInfo: page.map((group) => groupToWire(account, group)), nextToken };
}

/** Lists rules; every read lets time pass for changes that are not visible yet. */
export function describeRules(account: Account, parameters: Parameters): object {
  const ids = textsOf(parameters, 'SecurityGroupRuleId');
  const visible = account.rules.filter(isVisible).map(({ rule }) => rule);
  const missing = ids.find((id) => !visible.some(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id));
  passTime(account);
  if (missing !== undefined) {
    throw new ServiceError(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${missing}' does not exist`,
    );
  }
  const wanted = visible.filter(({ SecurityGroupRuleId: id = '' }) => ids.length === 0 || ids.includes(id));
  const { page, nextToken } = paged(account, parameters, filtered(parameters, wanted, ruleValues));
  return { securityGroupRuleSet: page.map(toWire), nextToken };
}

const groupValues: Read<StoredGroup> = (group, filter) => {
  if (filter.startsWith('tag:'))
    return group.Tags.filter(({ Key }) => Key === filter.slice(4)).map(({ Value }) => Value);
  const values: Readonly<Record<string, string>> = {
    'group-id': group.GroupId,
    'group-name': group.GroupName,
    'vpc-id': group.VpcId,
    'owner-id': group.OwnerId,
  };
  return filter in values ? [values[filter]] : undefined;
};

const ruleValues: Read<AwsSecurityGroupRule> = (rule, filter) => {
  if (filter.startsWith('tag:'))
    return (rule.Tags ?? []).filter(({ Key }) => Key === filter.slice(4)).map(({ Value }) => Value);
  if (filter === 'group-id') return [rule.GroupId];
  return filter === 'security-group-rule-id' ? [rule.SecurityGroupRuleId] : undefined;
};

function filtered<T>(parameters: Parameters, items: readonly T[], read: Read<T>): readonly T[] {
  return structuresOf(parameters, 'Filter').reduce<readonly T[]>((left, filter) => {
    const name = textOf(filter, 'Name') ?? '';
    const patterns = textsOf(filter, 'Value').map(toPattern);
    return left.filter((item) => {
      const values = read(item, name);
      if (values === undefined)
        throw new ServiceError('InvalidParameterValue', `The filter '${name}' is invalid`);
      return values.some((value) => patterns.some((pattern) => value !== undefined && pattern.test(value)));
    });
  }, items);
}

/** In a filter value `*` and `?` are wildcards, and a backslash makes them plain. */
function toPattern(value: string): RegExp {
  const source = value.replace(/\\([*?\\])|([*?])|([^*?\\])|\\/g, (_, escaped, wildcard, plain) => {
    if (wildcard !== undefined) return wildcard === '*' ? '.*' : '.';
    return (escaped ?? plain ?? '\\').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

function paged<T>(
  account: Account,
  parameters: Parameters,
  items: readonly T[],
): { readonly page: readonly T[]; readonly nextToken: string | undefined } {
  const asked = numberOf(parameters, 'MaxResults');
  if (asked !== undefined && (asked < 5 || asked > 1000)) {
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ( ${asked} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  const start = startOf(textOf(parameters, 'NextToken'));
  const end = start + Math.min(asked ?? Number.POSITIVE_INFINITY, account.pageSize);
  return { page: items.slice(start, end), nextToken: end < items.length ? `from-${end}` : undefined };
}

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const [, start] = /^from-(\d+)$/.exec(token) ?? [];
  if (start === undefined)
    throw new ServiceError('InvalidPaginationToken', `The token '${token}' is invalid`);
  return Number(start);
}

function isVisible({ hiddenFor, shownFor }: StoredRule): boolean {
  return shownFor === undefined ? hiddenFor === 0 : shownFor > 0;
}

function passTime(account: Account): void {
  for (const stored of account.rules) {
    if (stored.hiddenFor > 0) stored.hiddenFor -= 1;
    if (stored.shownFor !== undefined) stored.shownFor -= 1;
  }
  account.rules = account.rules.filter(({ shownFor }) => shownFor === undefined || shownFor > 0);
}

function groupToWire(account: Account, { Description, ...group }: StoredGroup): object {
  const rules = account.rules.filter(isVisible).map(({ rule }) => rule);
  const own = rules.filter(({ GroupId }) => GroupId === group.GroupId);
  return {
    ...toWire(group),
    groupDescription: Description,
    ipPermissions: permissionsOf(own.filter(({ IsEgress }) => IsEgress !== true)),
    ipPermissionsEgress: permissionsOf(own.filter(({ IsEgress }) => IsEgress === true)),
  };
}

/** Rules with the same protocol and ports are one IpPermission; those for all traffic have no ports. */
function permissionsOf(rules: readonly AwsSecurityGroupRule[]): readonly object[] {
  const byTraffic = Map.groupBy(rules, (rule) => `${rule.IpProtocol} ${rule.FromPort} ${rule.ToPort}`);
  return [...byTraffic.values()].map((same) => ({
    ipProtocol: same[0]?.IpProtocol,
    ...(same[0]?.IpProtocol === '-1' ? {} : { fromPort: same[0]?.FromPort, toPort: same[0]?.ToPort }),
    groups: same.flatMap(({ ReferencedGroupInfo: info, Description }) =>
      info ? [toWire({ ...info, Description })] : [],
    ),
    ipRanges: same.flatMap(({ CidrIpv4, Description }) =>
      CidrIpv4 ? [toWire({ CidrIp: CidrIpv4, Description })] : [],
    ),
    ipv6Ranges: same.flatMap(({ CidrIpv6, Description }) =>
      CidrIpv6 ? [toWire({ CidrIpv6, Description })] : [],
    ),
    prefixListIds: same.flatMap(({ PrefixListId, Description }) =>
      PrefixListId ? [toWire({ PrefixListId, Description })] : [],
    ),
  }));
}
