// Which rules a change did not change, although its event names them, or names none: a complete sweep saw them as they are.
import type { Changed } from '../change/change.ts';
import { wordsOf } from '../change/words.ts';
import type { Policy } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { isAsSaid } from './changed-rules.ts';
import type { Command } from './command.ts';
import { type Fingerprints, fingerprintOf, hashPolicies, isUnchanged } from './fingerprints.ts';
import type { Attempt, Task } from './state.ts';

/** The fingerprints to read before the change can be judged; undefined if none are needed, or the group is not known yet. */
export function fingerprintsNeeded(
  attempt: Attempt,
): Extract<Command, { do: 'read-fingerprints' }> | undefined {
  const { task, live, fingerprints } = attempt;
  const { group, time } = task.change;
  const groupId = group?.by === 'id' ? group.id : live?.group.id;
  const isNeeded = fingerprints === undefined && isAboutFingerprints(task);
  if (!isNeeded || groupId === undefined || time === undefined) return undefined;
  return { do: 'read-fingerprints', groupId, time, isWithEntries: isOfNoRules(task.change) };
}

/** The fingerprints of a group; null if they cannot be compared, because other policies were in force. */
export function comparable({ policies }: Task, seen: Fingerprints | undefined): Fingerprints | null {
  return seen?.policies === hashPolicies(policies) ? seen : null;
}

/**
 * Filters out the rules that a sweep has seen as they are; for a change of nothing but descriptions, those that it has not: they may
 * have changed in other ways, too.
 */
export function withoutUnchanged(
  { task, fingerprints }: Attempt,
  changed: ReadonlySet<string>,
  rules: readonly SecurityGroupRule[],
): ReadonlySet<string> {
  if (!isAboutFingerprints(task)) return changed;
  const { rules: named } = task.change;
  const said = named.by === 'id' ? named.rules : [];
  const unchanged = rules.filter(
    (rule) => fingerprints != null && isUnchanged(rule, fingerprints) && isAsSaid(rule, said),
  );
  const ids = new Set(unchanged.map(({ id }) => id));
  return isOfUnchanged(task) ? changed.intersection(ids) : changed.difference(ids);
}

/** Notes the rules that a modification has left otherwise than the sweep saw them: when they look the same again, they have changed. */
export function modifiedToNote({
  task,
  live,
  judged,
  fingerprints,
  isModifiedNoted,
}: Attempt): readonly Command[] {
  if (live == null || judged === undefined || isModifiedNoted || !isModification(task)) return [];
  const ids = task.change.rules.by === 'id' && task.takesUp === undefined ? task.change.rules.ids : [];
  const others = live.rules.filter(
    (rule) => ids.includes(rule.id) && fingerprints?.rules.has(fingerprintOf(rule)) !== true,
  );
  if (others.length === 0) return [];
  return [{ do: 'note-modified', groupId: live.group.id, ruleIds: others.map(({ id }) => id) }];
}

/** The policies of the task; they only notify when nobody knows which rules an event is about. */
export function policiesInForce({ task, fingerprints }: Attempt): readonly Policy[] {
  const { change, policies } = task;
  if (!isOfNoRules(change) || fingerprints != null) return policies;
  return policies.map((policy) => ({ ...policy, action: 'notify', document: onlyNotifying(policy) }));
}

function onlyNotifying({ document }: Policy): Policy['document'] {
  return { ...document, action: 'notify' };
}

/** A modification may only have changed a description. */
function isAboutFingerprints(task: Task): boolean {
  const { change } = task;
  if (isOfNoRules(change) || isOfUnchanged(task)) return true;
  return isModification(task);
}

function isModification({ change }: Task): boolean {
  const isById = change.rules.by === 'id' && change.eventName === 'ModifySecurityGroupRules';
  return isById && wordsOf(change.rules) === undefined;
}

function isOfUnchanged({ change }: Task): boolean {
  const words = wordsOf(change.rules);
  return words?.of === 'description' && words.isOfUnchanged === true;
}

/** CloudTrail leaves out the parameters of large calls. The rules of a new group are all its own. */
function isOfNoRules({ rules, madeBy }: Changed): boolean {
  return rules.by === 'group' && madeBy === 'unknown';
}
