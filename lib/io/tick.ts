// Once a minute, the tick takes up what waits for the breaker or for the end of a grace, as far as it may go: the most severe first, all
// such entries of a group together. Then it reports what had no message of its own.
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { homeTarget } from '../config.ts';
import {
  type Admission,
  type AskingPolicy,
  admit,
  type BreakerHold,
  joinHolds,
  membersOf,
} from '../plan/breaker.ts';
import type { BreakerState } from '../plan/breaker-state.ts';
import { mayRevoke } from '../policy/policy-modes.ts';
import { BusyError, inShort } from '../remediation/errors.ts';
import type { Stored, Waiting } from '../remediation/state.ts';
import { joinWaits } from '../remediation/waits.ts';
import type { Target } from '../target.ts';
import type { PrefixListCache } from './aws/prefix-lists.ts';
import { isAnnounced } from './ledger/announcements.ts';
import { readBreaker, registerPolicies } from './ledger/breaker.ts';
import { type Due, listDue } from './ledger/due.ts';
import { load, save } from './ledger/entries.ts';
import { publishBatch } from './publish-batch.ts';
import { run } from './run.ts';
import type { World } from './world.ts';

/** What a tick did. */
export interface Ticked {
  /** How many entries waited. */
  readonly waiting: number;
  /** How many of them were taken up. */
  readonly takenUp: number;
  /** How many remediations were reported in a batch. */
  readonly batched: number;
}

/** Milliseconds after which it leaves the rest to the next tick. */
const LONGEST = 50_000;
/** Milliseconds that one group may take: less than a tick, so that those after it have their turn. */
const LONGEST_GROUP = 40_000;
/** Milliseconds between groups: EC2 allows five revokes a second, which the bot shares with others. */
const PACE = 500;

/**
 * Takes up what waits and may be revoked now, and reports what has no message of its own. Throws at the end what kept it from that in any
 * group, so that an alarm goes off if it goes on.
 */
export async function tick(world: World): Promise<Ticked> {
  const target = homeTarget(world.config);
  const due = await listDue(world.ledger, target);
  world.metrics.addMetric('waiting', MetricUnit.Count, due.length);
  // During a dry run, what waits keeps waiting, and policies are not registered.
  const isEnforcing = world.config.mode === 'enforce';
  const { takenUp, errors } = isEnforcing ? await takeUpDue(world, target, due) : NOTHING;
  // At the end, so that an error of SNS keeps no rule open.
  const batched = await publishBatch(world, target);
  if (errors.length > 0) throw new AggregateError(errors, `not dealt with: ${inShort(errors.map(String))}`);
  return { waiting: due.length, takenUp, batched };
}

/** How many entries were taken up, and what went wrong in doing so. */
interface TakenUp {
  readonly takenUp: number;
  readonly errors: readonly Error[];
}

const NOTHING: TakenUp = { takenUp: 0, errors: [] };

/** Registers the policies in force and takes up what may be revoked, evaluated again. */
async function takeUpDue(world: World, target: Target, due: readonly Due[]): Promise<TakenUp> {
  const { ledger, config, now, policies } = world;
  let state = await registerPolicies(ledger, target, keysOf(policies), config, now());
  const unreported = await unreportedIn(world, target, state, due);
  const until = now().getTime() + LONGEST;
  let [takenUp, errors] = [0, [] as readonly Error[]];
  for (const entries of Map.groupBy(due, ({ groupId }) => groupId).values()) {
    const going = entries.filter((one) => mayGo(world, state, one) || unreported.has(one.id));
    if (going.length === 0) continue;
    if (now().getTime() > until || world.timeLeft() < LONGEST_GROUP) break;
    if (takenUp > 0) await world.wait(PACE);
    const group = await takeUp(withTime(world, LONGEST_GROUP), target, going);
    takenUp += group.takenUp;
    errors = [...errors, ...group.errors];
    state = await readBreaker(ledger, target);
  }
  return { takenUp, errors };
}

/**
 * One entry for each latch or stop that nobody has reported, because the remediation that was to do so has died. Taken up, the entry
 * is held again and reports it.
 */
async function unreportedIn(
  world: World,
  target: Target,
  state: BreakerState,
  due: readonly Due[],
): Promise<ReadonlySet<string>> {
  const found = new Map<string, { readonly hold: BreakerHold; readonly id: string }>();
  for (const one of due) {
    const { held, holds } = admissionOf(world, state, one);
    const keys = held.size === 0 ? [] : one.policies.map(({ key }) => key);
    for (const hold of joinHolds(holds, keys)) {
      if (hold.because !== 'limit' && !found.has(hold.name)) found.set(hold.name, { hold, id: one.id });
    }
  }
  const ids = await Promise.all(
    [...found.values()].map(async ({ hold, id }) => ((await isAnnounced(world, target, hold)) ? [] : [id])),
  );
  return new Set(ids.flat());
}

/** The keys of the policies that the breaker knows: one that begins to be enforced is new to it. */
function keysOf(policies: World['policies']): readonly string[] {
  return policies.filter(mayRevoke).map(({ key }) => key);
}

/**
 * Whether an entry is taken up now: a grace is over, or the breaker would admit it. An entry that waits for a policy that has changed is
 * always evaluated again.
 */
function mayGo({ policies, config, now }: World, state: BreakerState, due: Due): boolean {
  if (due.until !== undefined && Date.parse(due.until) <= now().getTime()) return true;
  if (due.policies.length === 0) return false;
  const current = new Set(keysOf(policies));
  if (due.policies.some(({ key }: AskingPolicy) => !current.has(key))) return true;
  return admissionOf({ config, now }, state, due).held.size === 0;
}

/** What the breaker would answer to an entry now. */
function admissionOf(
  { config, now }: Pick<World, 'config' | 'now'>,
  state: BreakerState,
  due: Due,
): Admission {
  const rules = [{ ruleId: due.id, policies: due.policies }];
  const request = { entryId: due.id, groupId: due.groupId, rules, isFresh: due.isFresh, isAdmitted: false };
  const members = [...state.members, ...membersOf(request, now())];
  return admit({ ...state, members }, request, config, now());
}

/** The world with no more than this time left. */
function withTime(world: World, milliseconds: number): World {
  const until = world.now().getTime() + milliseconds;
  return { ...world, timeLeft: () => Math.min(world.timeLeft(), until - world.now().getTime()) };
}

/** Drives what waits in one group. What fails waits for the next tick. */
async function takeUp(world: World, target: Target, entries: readonly Due[]): Promise<TakenUp> {
  const lists: PrefixListCache = new Map();
  const { config, policies } = world;
  const stored = await Promise.all(entries.map(({ id }) => load(world.ledger, id)));
  // The index lags behind the table.
  const waiting = stored.flatMap((entry) => (entry?.state === 'waiting' ? [entry] : []));
  // The newest first: it knows who made the rules as they are now.
  const newest = waiting.toSorted((a, b) => Date.parse(b.waits.since) - Date.parse(a.waits.since));
  const tasks = Map.groupBy(newest, ({ waits }) => waits.taskId);
  const errors: Error[] = [];
  for (const [id, of] of tasks) {
    const takesUp = of.map(({ waits }) => waits).reduce(joinWaits);
    const task = { id, change: takesUp.change, target, config, policies, takesUp };
    const { end } = await run(
      world,
      { ...task, isLastTry: false, isSilent: false, isAdmitted: false },
      lists,
    );
    if (end?.kind !== 'failed') continue;
    world.logger.error('what waits could not be dealt with', { error: end.error, remediation: id });
    // Another tick, or a delivery of the event, is at it.
    if (end.error instanceof BusyError) continue;
    errors.push(end.error);
    await Promise.all(of.map((entry) => putLast(world, entry)));
  }
  return { takenUp: tasks.size, errors };
}

/** Has what failed come after all that did not: what fails each time must not keep the others waiting. */
async function putLast({ ledger, now, logger }: World, entry: Stored<Waiting>): Promise<void> {
  const waits = { ...entry.waits, failedAt: now().toISOString() };
  await save(ledger, { ...entry, waits }).catch((error) => {
    logger.warn('what failed comes first again', { error, remediation: entry.id });
  });
}
