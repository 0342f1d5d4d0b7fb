// One change of one group, to its end, however often it is tried. The ledger says how far earlier tries came:
// nothing yet -> intent (on record) -> revoked -> notified (told); each step is taken once.
import type { Changed } from '../change/change.ts';
import { isQuiet } from '../plan/plan.ts';
import { earlierOf, joinTries } from './attribution.ts';
import { readGroup, type Snapshot } from './aws/ec2.ts';
import type { PrefixListCache } from './aws/prefix-lists.ts';
import { carryOut, recordOf, refuseIncomplete, tell } from './carry-out.ts';
import { locate } from './find-changed-rules.ts';
import { type Judged, judge, judgeStored, makeScene, storeScene } from './judge.ts';
import { type Stored, save } from './ledger/entries.ts';
import { entryOf, findLast, isDone, lease } from './progress.ts';
import { nothing, type Remediation } from './remediation.ts';
import type { World } from './world.ts';
import { doneBy } from './write-ahead-note.ts';

/** A change of one group. */
export interface Task {
  readonly change: Changed;
  /** The same for every delivery of the change. */
  readonly id: string;
  /** The prefix lists that were read for this event. */
  readonly lists: PrefixListCache;
}

/** Goes on where the ledger says. */
export async function remediate(world: World, task: Task): Promise<Remediation> {
  const { change, id } = task;
  const { last, next, known } = await findLast(world, id);
  if (last?.state === 'intent') return resume(world, task, last);
  if (last?.state === 'revoked') {
    const messages = await tell(world, await save(world.ledger, lease(world, last)));
    refuseIncomplete(last);
    return { ...nothing(change), messages };
  }
  const isLeft = last === undefined || !isDone(world, last);
  return isLeft ? begin(world, { ...task, id: next }, known) : nothing(change);
}

async function begin(world: World, task: Task, known: ReadonlySet<string>): Promise<Remediation> {
  const { change, id } = task;
  const located = await locate(world, change);
  if (located === undefined) return nothing(change);
  // A tag that excuses the group may be what is not visible yet.
  if (change.rules.by === 'tags') refuseIncomplete(located);
  const changed = new Set([...located.changed].filter((ruleId) => !known.has(ruleId)));
  const judged = await judgeNow(world, task, located, changed);
  if (isQuiet(judged.plan)) {
    refuseIncomplete(located);
    return { ...nothing(change), verdicts: judged.verdicts, plan: judged.plan };
  }
  // Record before act: whatever happens from here on, every rule can be put back. And before counting for the breaker, or
  // what cannot be recorded would open it.
  const recorded = await save(world.ledger, entryOf(world, change, id, judged, located.isComplete));
  const tries = { judged, before: [], live: located.rules, added: [] };
  return carryOut(world, change, tries, recorded);
}

/**
 * An earlier try ended between the record and the last revoke. What is still there is judged as it is now; what has gone
 * since, people have yet to hear of.
 */
async function resume(world: World, task: Task, last: Stored): Promise<Remediation> {
  const { change } = task;
  const leased = lease(world, last);
  const then = [last.snapshot, ...(last.earlier ?? [])].map((stored) => judgeStored(world, stored, change));
  const { group } = last.snapshot;
  const changed = new Set(last.snapshot.changed);
  const live = (await readGroup(world.ec2, group.id)) ?? { group, rules: [] };
  const now = await judgeNow(world, task, live, changed);
  const tries = joinTries(last, then, now);
  // What is there now, no earlier try has revoked, whatever becomes of it before this one sets about it.
  const recorded = await save(world.ledger, {
    ...leased,
    snapshot: storeScene(world, now),
    earlier: earlierOf(last, tries),
    record: recordOf(world, change, last.id, tries),
    attempt: doneBy(tries),
  });
  return carryOut(world, change, tries, recorded);
}

async function judgeNow(
  world: World,
  { change, lists }: Task,
  live: Snapshot,
  changed: ReadonlySet<string>,
): Promise<Judged> {
  return judge(world, await makeScene(world, live, changed, lists), change);
}
