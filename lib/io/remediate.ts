// One change of one group, to its end, however often it is tried. The ledger says how far earlier tries came:
// nothing yet -> intent (on record) -> revoked -> notified (told); each step is taken once.
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Changed } from '../change.ts';
import { type Finding, isQuiet, type Outcome, type Plan } from '../plan.ts';
import { makeRecord } from '../report/record.ts';
import { isWorthTelling, type Restraint } from '../report/restraint.ts';
import { type Message, makeMessage } from '../report.ts';
import { readGroup, type Snapshot } from './ec2.ts';
import { entryOf, factsOf, findLast, insist, isDone, take } from './entries.ts';
import { type Judged, judge, judgeStored, makeScene } from './judge.ts';
import { type Stored, save } from './ledger.ts';
import { locate, NotVisibleError } from './locate.ts';
import type { PrefixListCache } from './prefix-lists.ts';
import { nothing, type Remediation, RevocationError } from './remediation.ts';
import { restrain, restrained } from './restraint.ts';
import { joinTries } from './resume.ts';
import { type Apply, enforce, pretend } from './revoke.ts';
import { waitForSlot } from './slots.ts';
import { publish } from './sns.ts';
import type { World } from './world.ts';

const APPLY: Readonly<Record<World['config']['mode'], Apply>> = { enforce, 'dry-run': pretend };
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
    const messages = await tell(world, await take(world, last));
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
  const restraint = await restrain(world, judged.plan, id);
  const able = withRestraint(judged, restraint);
  if (isFree(restraint)) return act(world, change, able, [], { ...recorded, restraint });
  const { record } = entryOf(world, change, id, able, located.isComplete);
  return act(world, change, able, [], await save(world.ledger, { ...recorded, restraint, record }));
}

/**
 * An earlier try ended between the record and the last revoke. What is still there is judged as it is now; what has gone
 * since, that try revoked, and people have yet to hear of it.
 */
async function resume(world: World, task: Task, last: Stored): Promise<Remediation> {
  const { change } = task;
  const entry = await take(world, last);
  const planned = judgeStored(world, entry.snapshot, change);
  const { group, changed } = planned.scene;
  const live = (await readGroup(world.ec2, group.id)) ?? { group, rules: [] };
  const free = await judgeNow(world, task, live, changed);
  const restraint = entry.restraint ?? (await restrain(world, free.plan, entry.id));
  // What is held only now the earlier try may have taken away.
  const then = entry.restraint === undefined ? planned : withRestraint(planned, entry.restraint);
  const { judged, before } = joinTries(entry.record.mode, then, withRestraint(free, restraint));
  const written = entryOf(recording(world, before), change, entry.id, judged, entry.isComplete);
  // What was not protected when it went must not look as if it had been.
  const { protected: listed, trimLimit } = entry.snapshot;
  const snapshot = { ...written.snapshot, protected: listed, trimLimit };
  const next = { ...entry, ...written, snapshot, restraint, time: entry.time };
  return act(world, change, judged, before, await save(world.ledger, next));
}

/** Acts on what is on record, records what came of it, and tells; `before` are the outcomes that an earlier try had. */
async function act(
  world: World,
  change: Changed,
  judged: Judged,
  before: readonly Outcome[],
  entry: Stored,
): Promise<Remediation> {
  for (const finding of entry.record.findings) world.logger.info('finding', { finding });
  const isLeft = ({ rule }: Finding) => before.every((outcome) => outcome.rule !== rule);
  const { verdicts, plan } = judged;
  const left = { ...plan, revoke: plan.revoke.filter(isLeft), trim: plan.trim.filter(isLeft) };
  const outcomes = [...before, ...(await APPLY[world.config.mode](world, left))];
  count(world, plan, outcomes);
  world.logger.info('outcome', {
    outcomes: outcomes.map(({ rule, ...rest }) => ({ ruleId: rule.id, ...rest })),
  });
  const remediation = { change, verdicts, plan, outcomes, messages: [] };
  const hasFailed = outcomes.some(({ outcome }) => outcome === 'failed');
  // Until the last try there is nothing final to tell.
  if (hasFailed && !world.isLastTry) {
    await save(world.ledger, { ...entry, leaseUntil: 0 });
    throw new RevocationError(remediation);
  }
  const facts = factsOf(recording(world, before), change, entry.id, judged, outcomes);
  const message = !world.isSilent && isWorthTelling(facts) ? makeMessage(facts) : undefined;
  const record = message?.record ?? makeRecord(facts);
  const done = await insist(world, { ...entry, state: 'revoked', record, ...(message && { message }) });
  const messages = await tell(world, done);
  if (hasFailed) throw new RevocationError({ ...remediation, messages });
  refuseIncomplete(entry);
  return { ...remediation, messages };
}

/** What an earlier try took away was no dry run, whatever the mode is by now: it can be put back only if the record says so. */
function recording(world: World, before: readonly Outcome[]): World {
  const isReal = before.some(({ outcome }) => outcome === 'revoked');
  return isReal ? { ...world, config: { ...world.config, mode: 'enforce' } } : world;
}

/** Publishes the message of an entry, if it has one, and ends it. */
async function tell(world: World, { message, ...entry }: Stored): Promise<readonly Message[]> {
  try {
    if (message !== undefined) {
      await waitForSlot(world);
      await publish(world, message);
    }
  } catch (error) {
    await save(world.ledger, { ...entry, ...(message && { message }), leaseUntil: 0 });
    throw error;
  }
  await insist(world, { ...entry, state: 'notified', leaseUntil: 0 });
  return message === undefined ? [] : [message];
}

/** Nothing is held, and nothing has to be told once only. */
function isFree({ breaker, fights }: Restraint): boolean {
  return breaker === undefined && fights.length === 0;
}

function withRestraint(judged: Judged, restraint: Restraint): Judged {
  return { ...judged, restraint, plan: restrained(judged.plan, restraint) };
}

async function judgeNow(
  world: World,
  { change, lists }: Task,
  live: Snapshot,
  changed: ReadonlySet<string>,
): Promise<Judged> {
  return judge(world, await makeScene(world, live, changed, lists), change);
}

function refuseIncomplete({ isComplete }: { readonly isComplete: boolean }): void {
  if (!isComplete) throw new NotVisibleError('what the event says is not all visible yet');
}

function count({ metrics }: World, plan: Plan, outcomes: readonly Outcome[]): void {
  for (const [outcome, of] of Map.groupBy(outcomes, (o) => o.outcome)) {
    metrics.addMetric(`outcome-${outcome}`, MetricUnit.Count, of.length);
  }
  metrics.addMetric('notify', MetricUnit.Count, plan.notify.length);
  metrics.addMetric('undecided', MetricUnit.Count, plan.undecided.length);
}
