// From what an event names to what is there now.

import type { Changed, ChangedRules } from '../change.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import { findGroupsByName, readGroup, type Snapshot } from './ec2.ts';
import type { World } from './world.ts';

/** The live group, and which of its rules the change made or altered. */
export interface Located extends Snapshot {
  readonly changed: ReadonlySet<string>;
}

/** The event names something that cannot be found as it must be; worth another try later. */
export class NotVisibleError extends Error {
  override readonly name = 'NotVisibleError';
}

/** EC2 is eventually consistent (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html). */
const BACK_OFF = [0, 2000, 4000, 8000];
/** Until then, what cannot be seen may just not be visible yet; after it, somebody has removed it. */
const SETTLED_AFTER = 60_000;

/**
 * Reads the group until every rule that the event names is visible. What is still missing then is gone, if the
 * event is old enough; else throws NotVisibleError. Undefined when the whole group is gone.
 */
export async function locate(world: World, change: Changed): Promise<Located | undefined> {
  const groupId = await groupIdOf(world, change);
  let last: Snapshot | undefined;
  for (const pause of BACK_OFF) {
    if (pause > 0) await world.wait(pause);
    last = await readGroup(world.ec2, groupId);
    if (last !== undefined && isVisible(last.rules, change)) return withChanged(last, change);
  }
  if (!isSettled(world, change))
    throw new NotVisibleError(`not all changed rules of group ${groupId} are visible yet`);
  return last === undefined ? undefined : withChanged(last, change);
}

async function groupIdOf({ ec2 }: World, { group }: Changed): Promise<string> {
  if (group.by === 'id') return group.id;
  const [only, ...others] = await findGroupsByName(ec2, group.name);
  if (only === undefined) throw new NotVisibleError(`no security group is named \`${group.name}\``);
  if (others.length === 0) return only;
  throw new NotVisibleError(
    `${others.length + 1} security groups are named \`${group.name}\`: the event does not say which`,
  );
}

function isVisible(rules: readonly SecurityGroupRule[], { rules: named }: Changed): boolean {
  switch (named.by) {
    case 'id':
      return named.ids.every((id) => rules.some((rule) => rule.id === id));
    case 'content':
      return named.rules.every((wanted) => rules.some((rule) => contentOf(rule) === contentOf(wanted)));
    case 'group':
      return true;
  }
}

function withChanged(snapshot: Snapshot, { rules: named, direction }: Changed): Located {
  const inDirection = snapshot.rules.filter(
    (rule) => direction === undefined || rule.direction === direction,
  );
  return {
    ...snapshot,
    changed: new Set(inDirection.filter((rule) => isNamed(rule, named)).map(({ id }) => id)),
  };
}

function isNamed(rule: SecurityGroupRule, named: ChangedRules): boolean {
  switch (named.by) {
    case 'id':
      return named.ids.includes(rule.id);
    case 'content':
      return named.rules.some((wanted) => contentOf(wanted) === contentOf(rule));
    case 'group':
      return true;
  }
}

function isSettled({ now }: World, { time }: Changed): boolean {
  return time === undefined || now().getTime() - Date.parse(time) > SETTLED_AFTER;
}
