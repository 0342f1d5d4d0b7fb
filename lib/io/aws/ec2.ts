// Reading security groups. Always paged: such reads have the large throttling bucket, those without filter and page
// size a small one (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
import {
  type SecurityGroup as AwsSecurityGroup,
  DescribeManagedPrefixListsCommand,
  type EC2Client,
  type Filter,
  type ManagedPrefixList,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import { NotVisibleError } from '../../remediation/changed-rules.ts';
import { type GroupSnapshot, parseGroup, parseRule, type SecurityGroupRule } from '../../rule.ts';

const PAGE = 1000;
/** A filter takes no more. All the rules of one call that changes rules are of one group, so some of them are enough to find it. */
const MOST_VALUES = 200;

/** Reads a group by its id; undefined when there is none (yet, or any more). */
export async function readGroup(ec2: EC2Client, groupId: string): Promise<GroupSnapshot | undefined> {
  const [groups, rules] = await Promise.all([
    describeGroups(ec2, 'group-id', groupId),
    readRules(ec2, groupId),
  ]);
  const group = groups.find(({ GroupId }) => GroupId === groupId);
  return group === undefined ? undefined : { group: parseGroup(group), rules };
}

/** The ids of all groups of the region, sorted; of the groups themselves only a page is held at a time. */
export async function listGroupIds(ec2: EC2Client): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of paginateDescribeSecurityGroups({ client: ec2, pageSize: MOST_VALUES }, {})) {
    ids.push(...(page.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []));
  }
  return ids.toSorted();
}

/** Reads several groups, at most 200, in the order of their ids; those that are gone are left out. */
export async function readGroups(
  ec2: EC2Client,
  groupIds: readonly string[],
): Promise<readonly GroupSnapshot[]> {
  const groups = await describeGroups(ec2, 'group-id', ...groupIds);
  const rules = await describeRules(ec2, filter('group-id', ...groupIds));
  const byGroup = Map.groupBy(rules, ({ groupId }) => groupId);
  return groups
    .map(parseGroup)
    .map((group) => ({ group, rules: byGroup.get(group.id) ?? [] }))
    .toSorted((a, b) => (a.group.id < b.group.id ? -1 : 1));
}

/** Reads all rules of a group. */
export function readRules(ec2: EC2Client, groupId: string): Promise<readonly SecurityGroupRule[]> {
  return describeRules(ec2, filter('group-id', groupId));
}

/**
 * The rules of several groups, by the group. Groups without any are missing, for those of other accounts look the same; so are those
 * beyond what one filter takes.
 */
export async function readRulesOf(
  ec2: EC2Client,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly SecurityGroupRule[]>> {
  if (groupIds.length === 0) return new Map();
  const rules = await describeRules(ec2, filter('group-id', ...groupIds.slice(0, MOST_VALUES)));
  return Map.groupBy(rules, ({ groupId }) => groupId);
}

/** The id of the group that one of these rules is of; undefined while none of them is visible. */
export async function findGroupOfRule(
  ec2: EC2Client,
  ruleIds: readonly string[],
): Promise<string | undefined> {
  const [rule] = await describeRules(ec2, filter('security-group-rule-id', ...ruleIds.slice(0, MOST_VALUES)));
  return rule?.groupId;
}

/** The ids of the rules that are visible, by the id of their group. */
export async function findGroupsOfRules(
  ec2: EC2Client,
  ruleIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rules: SecurityGroupRule[] = [];
  for (let start = 0; start < ruleIds.length; start += MOST_VALUES) {
    const some = ruleIds.slice(start, start + MOST_VALUES);
    rules.push(...(await describeRules(ec2, filter('security-group-rule-id', ...some))));
  }
  const byGroup = Map.groupBy(rules, ({ groupId }) => groupId);
  return new Map([...byGroup].map(([groupId, of]) => [groupId, of.map(({ id }) => id)]));
}

/**
 * The id of the account's own group of that name: a call by name is never about a group of another owner. Undefined when there is
 * none. Throws NotVisibleError for several: acting on the wrong one would do harm, and the event ends in the queue for a
 * person to look at.
 */
export async function findByName(
  ec2: EC2Client,
  name: string,
  accountId: string,
): Promise<string | undefined> {
  const ids = await findAllByName(ec2, name, accountId);
  if (ids.length < 2) return ids[0];
  throw new NotVisibleError(`${ids.length} groups are named \`${name}\` and the event does not say which`);
}

/** The ids of the account's own groups of that name, at most one in each VPC. */
export async function findAllByName(
  ec2: EC2Client,
  name: string,
  accountId: string,
): Promise<readonly string[]> {
  const named = await describeGroups(ec2, 'group-name', name);
  return named.flatMap(({ GroupId, OwnerId }) => (OwnerId === accountId ? (GroupId ?? []) : []));
}

/** The ids of all groups that have a rule, of either direction, for the prefix list. */
export async function findGroupsByPrefixList(
  ec2: EC2Client,
  prefixListId: string,
): Promise<readonly string[]> {
  const groups = await Promise.all([
    describeGroups(ec2, 'ip-permission.prefix-list-id', prefixListId),
    describeGroups(ec2, 'egress.ip-permission.prefix-list-id', prefixListId),
  ]);
  return [...new Set(groups.flat().flatMap(({ GroupId }) => GroupId ?? []))];
}

/**
 * A managed prefix list, with what EC2 is doing with it, such as `modify-in-progress`; undefined when there is none
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ManagedPrefixList.html).
 */
export async function readPrefixListState(
  ec2: EC2Client,
  prefixListId: string,
): Promise<Pick<ManagedPrefixList, 'State' | 'Version'> | undefined> {
  const input = { Filters: [filter('prefix-list-id', prefixListId)], MaxResults: 5 };
  const { PrefixLists: [list] = [] } = await ec2.send(new DescribeManagedPrefixListsCommand(input));
  return list;
}

async function describeRules(ec2: EC2Client, by: Filter): Promise<readonly SecurityGroupRule[]> {
  const found: SecurityGroupRule[] = [];
  const input = { Filters: [by] };
  for await (const page of paginateDescribeSecurityGroupRules({ client: ec2, pageSize: PAGE }, input)) {
    found.push(...(page.SecurityGroupRules ?? []).map(parseRule));
  }
  return found;
}

async function describeGroups(
  ec2: EC2Client,
  name: string,
  ...values: readonly string[]
): Promise<AwsSecurityGroup[]> {
  const found: AwsSecurityGroup[] = [];
  const input = { Filters: [filter(name, ...values)] };
  for await (const page of paginateDescribeSecurityGroups({ client: ec2, pageSize: PAGE }, input)) {
    found.push(...(page.SecurityGroups ?? []));
  }
  return found;
}

function filter(name: string, ...values: readonly string[]): Filter {
  // In a filter `*` and `?` are wildcards and `\` takes that away: a hostile name must stand for itself alone.
  return { Name: name, Values: values.map((value) => value.replace(/[*?\\]/g, '\\$&')) };
}
