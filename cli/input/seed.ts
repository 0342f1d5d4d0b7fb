// The account that an event is simulated on: made from the event itself, or from groups that somebody exported.
import type { SecurityGroup as AwsSecurityGroup } from '@aws-sdk/client-ec2';
import type { Change, Changed } from '../../lib/change/change.ts';
import { ruleFromGroup } from '../../lib/change/requested-rules.ts';
import {
  type Account,
  addAssociation,
  addGroup,
  addRule,
  fail,
  ServiceError,
} from '../../lib/sandbox/index.ts';
import { parseGroups } from './exported.ts';
import { parseVpcsBeside } from './exported-vpcs.ts';
import { InputError } from './input.ts';

/** Makes the group as the event leaves it, and answers its id; none when the event changes nothing, or does not say what. */
export function seedFromEvent(account: Account, change: Change): readonly string[] {
  if (change.kind !== 'changed' || change.rules.by === 'prefix-list') return [];
  const group = newGroup(change);
  addGroup(account, group);
  seedAssociation(account, change);
  const rules = 'rules' in change.rules ? change.rules.rules : [];
  const named = change.rules.by === 'content' ? (change.rules.namedSources ?? []) : [];
  const sources = [...new Set(named.map(({ groupName }) => groupName))].filter(
    (name) => name !== group.GroupName,
  );
  const ids = new Map([[group.GroupName, group.GroupId], ...sources.map(idOfSource)]);
  for (const name of sources) addGroup(account, { GroupId: ids.get(name), GroupName: name });
  const fromNamed = named.map((source) => ruleFromGroup(source, ids.get(source.groupName) ?? ''));
  for (const { aws } of [...rules, ...fromNamed]) addRule(account, { ...aws, GroupId: group.GroupId });
  return [group.GroupId];
}

function idOfSource(name: string, index: number): [name: string, id: string] {
  return [name, `sg-${String(index + 2).padStart(17, '0')}`];
}

/** Adds exported groups, with the rule ids that the event knows; answers the ids of those that it is about. */
export function seedFromGroups(account: Account, change: Change, exported: unknown): readonly string[] {
  const groups = parseGroups('--group', exported);
  for (const group of groups) add(account, group, change);
  seedVpcs(account, change, exported);
  return change.kind === 'changed' ? groupsOf(account, change) : [];
}

/** The VPCs of an export; which associations it leaves out nobody knows, but for the one that an event makes. */
function seedVpcs(account: Account, change: Change, exported: unknown): void {
  const { vpcs = [], associations } = parseVpcsBeside('--group', exported);
  for (const vpc of vpcs) account.vpcs.set(vpc.VpcId ?? '', vpc);
  account.associations.push(...(associations ?? []));
  if (associations !== undefined) return;
  if (change.kind === 'changed' && change.rules.by === 'vpc') seedAssociation(account, change);
  else fail(account, 'DescribeSecurityGroupVpcAssociations', 'UnauthorizedOperation');
}

/** The association that an event makes. */
function seedAssociation(account: Account, { group, rules }: Changed): void {
  if (rules.by === 'vpc' && group?.by === 'id') addAssociation(account, group.id, rules.vpcId);
}

/** The account that owns the exported group that an event is about: where an event does not say where it is from, it is from there. */
export function ownerOf(change: Change, exported: unknown): string | undefined {
  if (exported === undefined || change.kind === 'none') return undefined;
  const group = change.kind === 'changed' ? change.group : undefined;
  const groups = parseGroups('--group', exported);
  const named = groups.find(({ GroupId }) => group?.by === 'id' && GroupId === group.id);
  return (named ?? groups[0])?.OwnerId;
}

function add(account: Account, group: AwsSecurityGroup, change: Change): void {
  const named = change.kind === 'changed' && change.rules.by === 'id' ? change.rules.rules : [];
  try {
    addGroup(
      account,
      group,
      named.map(({ aws }) => aws),
    );
  } catch (error) {
    if (error instanceof ServiceError) {
      throw new InputError(`--group: group ${group.GroupId}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function groupsOf(account: Account, { group, rules }: Changed): readonly string[] {
  const all = [...account.groups.keys()];
  if (rules.by === 'tags') return all.filter((id) => rules.groupIds.includes(id));
  if (group === undefined) return all;
  const found = [...account.groups.values()].find((candidate) =>
    group.by === 'id' ? candidate.GroupId === group.id : candidate.GroupName === group.name,
  );
  if (found !== undefined) return [found.GroupId];
  throw new InputError(
    `--group: no group \`${group.by === 'id' ? group.id : group.name}\`, which the event is about`,
  );
}

function newGroup({
  eventName,
  group,
  direction,
  rules,
}: Changed): AwsSecurityGroup & { readonly GroupId: string; readonly GroupName: string } {
  const allOut = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  const tagged = rules.by === 'tags' ? rules : undefined;
  const GroupId = group?.by === 'id' ? group.id : (tagged?.groupIds[0] ?? 'sg-00000000000000001');
  const Tags = tagged?.isRemoval ? [] : tagged?.tags.map(({ key, value }) => ({ Key: key, Value: value }));
  return {
    ...(Tags === undefined ? {} : { Tags }),
    GroupId,
    GroupName: group?.by === 'name' ? group.name : GroupId,
    // Every new group lets everything out; an event that adds outbound rules says itself what is there.
    IpPermissionsEgress: direction === 'egress' && eventName !== 'CreateSecurityGroup' ? [] : [allOut],
  };
}
