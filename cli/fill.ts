// The account that an event is simulated on: made from the event itself, or from groups that somebody exported.
import type { SecurityGroup as AwsSecurityGroup } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { Change, Changed } from '../lib/change.ts';
import { type Account, addGroup, addRule, ServiceError } from '../lib/sandbox/index.ts';
import { InputError } from './input.ts';

/** The part of the output of `aws ec2 describe-security-groups` that a group is made from. */
const described = { Description: z.string().optional() };
const permissions = z
  .array(
    z.object({
      IpProtocol: z.string(),
      FromPort: z.int().optional(),
      ToPort: z.int().optional(),
      IpRanges: z.array(z.object({ CidrIp: z.string(), ...described })).optional(),
      Ipv6Ranges: z.array(z.object({ CidrIpv6: z.string(), ...described })).optional(),
      PrefixListIds: z.array(z.object({ PrefixListId: z.string(), ...described })).optional(),
      UserIdGroupPairs: z.array(z.looseObject({ GroupId: z.string().optional(), ...described })).optional(),
    }),
  )
  .optional();
const groupsSchema = z.object({
  SecurityGroups: z.array(
    z.object({
      GroupId: z.string(),
      GroupName: z.string().optional(),
      Description: z.string().optional(),
      OwnerId: z.string().optional(),
      VpcId: z.string().optional(),
      Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
      IpPermissions: permissions,
      IpPermissionsEgress: permissions,
    }),
  ),
});

/** Makes the group as the event leaves it, and answers its id; undefined when the event changes nothing. */
export function fillFromEvent(account: Account, change: Change): string | undefined {
  if (change.kind === 'none') return undefined;
  const group = newGroup(change);
  addGroup(account, group);
  const rules = change.rules.by === 'group' ? [] : change.rules.rules;
  for (const rule of rules) addRule(account, { ...rule.aws, GroupId: group.GroupId });
  return group.GroupId;
}

/** Adds exported groups, with the rule ids that the event knows; answers the id of the group that it is about. */
export function fillFromGroups(account: Account, change: Change, exported: unknown): string | undefined {
  const parsed = groupsSchema.safeParse(exported);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') || 'SecurityGroups';
    throw new InputError(
      `--group: not the output of \`aws ec2 describe-security-groups\`: ${place}: ${issue?.message}`,
    );
  }
  for (const group of parsed.data.SecurityGroups) add(account, toAws(group), change);
  return change.kind === 'none' ? undefined : groupOf(account, change);
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

/** JSON has no undefined members, but zod's optional keys are typed as if it could. */
function toAws(group: z.infer<typeof groupsSchema>['SecurityGroups'][number]): AwsSecurityGroup {
  return JSON.parse(JSON.stringify(group));
}

function groupOf(account: Account, { group }: Changed): string | undefined {
  if (group === undefined) return undefined;
  const found = [...account.groups.values()].find((candidate) =>
    group.by === 'id' ? candidate.GroupId === group.id : candidate.GroupName === group.name,
  );
  if (found !== undefined) return found.GroupId;
  throw new InputError(
    `--group: no group \`${group.by === 'id' ? group.id : group.name}\`, which the event is about`,
  );
}

function newGroup({ group, direction }: Changed): AwsSecurityGroup & { readonly GroupId: string } {
  const allOut = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  const GroupId = group?.by === 'id' ? group.id : 'sg-00000000000000001';
  return {
    GroupId,
    GroupName: group?.by === 'name' ? group.name : GroupId,
    // Every new group lets everything out; an event about egress says itself what is there.
    IpPermissionsEgress: direction === 'egress' ? [] : [allOut],
  };
}
