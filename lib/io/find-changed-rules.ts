// From what an event names to what is there now.
import type { Changed, ChangedRules } from '../change/change.ts';
import { contentOf, type SecurityGroup, type SecurityGroupRule } from '../rule.ts';
import { findGroupOfRule, findGroupsByName, readGroup, type Snapshot } from './aws/ec2.ts';
import type { World } from './world.ts';

/** The live group, and which of its rules the change made or altered. */
export interface Located extends Snapshot {
  readonly changed: ReadonlySet<string>;
  /** False while the event is ahead of what EC2 shows: what is visible is judged now, the rest on another try. */
  readonly isComplete: boolean;
}

/** What the event names cannot be found as it must be; worth another try later. */
export class NotVisibleError extends Error {
  override readonly name = 'NotVisibleError';
}

/** Pauses before each look: EC2 is eventually consistent (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html). */
const BACK_OFF = [0, 2000, 4000, 8000];
/** An event that old is not ahead of EC2 any more: what cannot be seen has been removed. */
const SETTLED_AFTER = 60_000;

/**
 * Reads the group until it shows the change. What an old event names and EC2 still does not show then is gone; of a
 * fresh event it may yet come. Undefined when there is no such group (any more); throws NotVisibleError when there may
 * be one soon.
 */
export async function locate(world: World, change: Changed): Promise<Located | undefined> {
  let last: Snapshot | undefined;
  // What an old event names and is not there has been removed: waiting would not bring it back.
  for (const pause of isSettled(world, change) ? [0] : BACK_OFF) {
    if (pause > 0) await world.wait(pause);
    const groupId = await groupIdOf(world, change);
    last = groupId === undefined ? undefined : await readGroup(world.ec2, groupId);
    if (last !== undefined && shows(last, change.rules)) return located(last, change, true);
  }
  if (last !== undefined) return located(last, change, isSettled(world, change));
  if (isSettled(world, change)) return undefined;
  throw new NotVisibleError('the security group of the event is not visible yet');
}

async function groupIdOf({ ec2 }: World, { group, rules }: Changed): Promise<string | undefined> {
  if (group?.by === 'id') return group.id;
  if (group === undefined) return rules.by === 'id' ? findGroupOfRule(ec2, rules.ids) : undefined;
  const [only, ...others] = await findGroupsByName(ec2, group.name);
  if (others.length === 0) return only;
  // Acting on the wrong one would do harm: the event ends in the queue, for a person to look at.
  throw new NotVisibleError(
    `${others.length + 1} groups are named \`${group.name}\` and the event does not say which`,
  );
}

/** True when every rule that the event names is there, with the content that the event gives it, and the tags too. */
function shows({ group, rules: live }: Snapshot, named: ChangedRules): boolean {
  switch (named.by) {
    case 'id':
      return named.ids.every((id) => live.some((rule) => rule.id === id && isAsSaid(rule, named.rules)));
    case 'content':
      return named.rules.every((wanted) => live.some((rule) => contentOf(rule) === contentOf(wanted)));
    case 'tags':
      return showsTags(group, named);
    case 'group':
    case 'prefix-list':
      return true;
  }
}

function showsTags({ tags }: SecurityGroup, said: Extract<ChangedRules, { by: 'tags' }>): boolean {
  return said.tags.every(({ key, value }) => {
    const live = Object.hasOwn(tags, key) ? tags[key] : undefined;
    if (said.isRemoval) return live === undefined || (value !== undefined && live !== value);
    return live === value;
  });
}

/** A modified rule keeps its id, so an old reading of it is known by its content alone. */
function isAsSaid(live: SecurityGroupRule, said: readonly SecurityGroupRule[]): boolean {
  const wanted = said.find(({ id }) => id === live.id);
  // A modification does not say the direction, and cannot change it.
  return wanted === undefined || contentOf({ ...wanted, direction: live.direction }) === contentOf(live);
}

function located(snapshot: Snapshot, { rules: named, direction }: Changed, isComplete: boolean): Located {
  const candidates = snapshot.rules.filter((rule) => direction === undefined || rule.direction === direction);
  // What is not yet as the event says must not count as dealt with: it has its turn when it is.
  const isShown = (rule: SecurityGroupRule) => isComplete || named.by !== 'id' || isAsSaid(rule, named.rules);
  const isChanged = (rule: SecurityGroupRule) => isNamed(rule, named) && isShown(rule);
  const changed = new Set(candidates.filter(isChanged).map(({ id }) => id));
  return { ...snapshot, changed, isComplete };
}

function isNamed(rule: SecurityGroupRule, named: ChangedRules): boolean {
  switch (named.by) {
    case 'id':
      return named.ids.includes(rule.id);
    case 'content':
      return named.rules.some((wanted) => contentOf(wanted) === contentOf(rule));
    case 'prefix-list':
      return rule.peer.kind === 'prefix-list' && rule.peer.prefixListId === named.prefixListId;
    case 'group':
    case 'tags':
      return true;
  }
}

function isSettled({ now }: World, { time }: Changed): boolean {
  return time === undefined || now().getTime() - Date.parse(time) > SETTLED_AFTER;
}
