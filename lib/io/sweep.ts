// Every group of the region, in the order of their ids, as far as the time goes: what the events did not bring. Where one
// invocation ends, by time or by accident, the next goes on.
import { createHash } from 'node:crypto';
import { homeTarget, type SweepMode } from '../config.ts';
import { revocations } from '../plan/plan.ts';
import type { Policy } from '../policy/policy.ts';
import type { Judged } from '../remediation/judge.ts';
import type { Digest } from '../report/digest/digest.ts';
import { addFound, emptyTally, type Found, remembersAll } from '../report/digest/sweep-totals.ts';
import { isForeign } from '../target.ts';
import { listGroupIds, readGroups } from './aws/ec2.ts';
import { load } from './ledger/entries.ts';
import { type Acting, type HeldSweep, loadSweep, type Sweep, saveSweep } from './ledger/sweep-state.ts';
import { candidatesOf } from './missed.ts';
import { type Course, note } from './sweep-course.ts';
import { act, judgeGroup, report, sweepId, toAct } from './sweep-group.ts';
import { renewed, spend } from './sweep-spend.ts';
import { finish, tell } from './sweep-tell.ts';
import type { World } from './world.ts';

export interface SweepWorld extends World {
  readonly sweepMode: SweepMode;
}

/** `idle`: nothing was due, or somebody else is at it. `unfinished`: the next invocation goes on. */
export interface Swept {
  readonly state: 'idle' | 'unfinished' | 'finished';
  /** What was published. */
  readonly digest?: Digest;
}

/** So many groups are held at a time: with 1,000 large rules each still far less than the function's memory. */
const BATCH = 50;
/** Milliseconds that are kept: for the group at hand, or for the end with its wait for events that are under way. */
const RESERVE = 240_000;
/** Milliseconds: as long as a ledger entry of an invocation that died is not taken over. */
const LEASE = 180_000;

/** Begins a sweep, or goes on with the one under way; with `isContinuation` only the latter. */
export async function sweep(world: SweepWorld, isContinuation: boolean): Promise<Swept> {
  const taken = await takeUp(world, isContinuation);
  if (taken === undefined) return { state: 'idle' };
  const held = await saveSweep(world.ledger, taken);
  const course: Course = { world, held, before: new Set(held.previous?.seen), lists: new Map() };
  try {
    if (held.finishedAt !== undefined) return await tell(course);
    if (await walk(course)) return await finish(course);
    world.logger.info('to be continued', { after: course.held.after });
    return { state: 'unfinished' };
  } finally {
    await note(course, { leaseUntil: 0 });
  }
}

/** The sweep to go on with, to begin, or to tell of; undefined where there is none or somebody else is at it. */
async function takeUp(world: SweepWorld, isContinuation: boolean): Promise<HeldSweep | undefined> {
  const last = await loadSweep(world.ledger);
  const time = world.now().getTime();
  const leaseUntil = time + world.timeLeft() + LEASE;
  if (last !== undefined && last.finishedAt === undefined) {
    return last.leaseUntil > time ? undefined : { ...last, leaseUntil };
  }
  // Who sends what is pending must not find it sent by a new sweep as well.
  const isBeingTold = last !== undefined && isToTell(last) && last.leaseUntil > time;
  if (!isContinuation) return isBeingTold ? undefined : { ...begun(world, last), leaseUntil };
  return last !== undefined && isToTell(last) ? { ...last, leaseUntil } : undefined;
}

function isToTell({ pending = [] }: HeldSweep): boolean {
  return pending.length > 0;
}

/** A new sweep, after the last one. */
function begun({ now, policies }: SweepWorld, last: HeldSweep | undefined): HeldSweep {
  const previous = last && {
    startedAt: last.startedAt,
    policies: last.policies,
    seen: last.tally.seen,
    isWhole: remembersAll(last.tally),
  };
  return {
    startedAt: now().toISOString(),
    policies: fingerprint(policies),
    after: '',
    tally: emptyTally(previous?.isWhole ?? false),
    candidates: [],
    ...(previous && { previous }),
    spent: last?.spent ?? [],
    ...(last?.pending && { pending: last.pending }),
    ...(last?.toldAt === undefined ? {} : { toldAt: last.toldAt }),
    ...(last?.completeAt === undefined ? {} : { completeAt: last.completeAt }),
    leaseUntil: 0,
    version: last?.version ?? 0,
  };
}

/** True when all groups are done with. */
async function walk(course: Course): Promise<boolean> {
  const { world, lists } = course;
  if (course.held.acting !== undefined) await goOn(course, course.held.acting);
  const ids = (await listGroupIds(world.ec2)).filter((id) => id > course.held.after);
  for (let start = 0; start < ids.length; start += BATCH) {
    if (world.timeLeft() < RESERVE) return false;
    const batch = ids.slice(start, start + BATCH);
    for (const snapshot of await readGroups(world.ec2, batch)) {
      const judged = await judgeGroup(world, snapshot, lists);
      if (!(await take(course, judged))) return false;
    }
    await note(course, { after: batch.at(-1) ?? '' });
  }
  return world.timeLeft() >= RESERVE;
}

/** Reports a group or acts on it; false when that has to wait for another invocation. */
async function take(course: Course, judged: Judged): Promise<boolean> {
  const { world, held } = course;
  const acting = world.sweepMode === 'enforce' ? toAct(world, held.startedAt, judged) : undefined;
  // Events of another account do not come here.
  const isEventless = isForeign(judged.scene.group, homeTarget(world.config));
  const candidates = candidatesOf(held, course.before, isEventless ? [] : judged.verdicts);
  if (acting === undefined) {
    const found = report(world, held.startedAt, judged);
    course.held = { ...held, ...withFound(course, found), candidates };
    return true;
  }
  const spent = spend(world, held, revocations(judged.plan).length);
  if (spent === undefined || world.timeLeft() < RESERVE) {
    await note(course, {});
    return false;
  }
  await note(course, { acting, candidates, spent });
  await carryOut(course, acting);
  return true;
}

/** A sweep that only reports by now does nothing more to the group: it tells what was done, or judges it like the others. */
async function goOn(course: Course, acting: Acting): Promise<void> {
  const { world, held } = course;
  const id = sweepId(held.startedAt, acting.groupId);
  if (world.sweepMode === 'enforce' || (await load(world.ledger, id)) !== undefined) {
    await carryOut(course, acting);
  } else {
    const { acting: _, ...rest } = held;
    course.held = rest;
  }
}

async function carryOut(course: Course, acting: Acting): Promise<void> {
  const found = await act(course.world, course.held.startedAt, acting, course.lists);
  const { acting: _, ...held } = course.held;
  const spent = renewed(course.world, course.held);
  course.held = { ...held, spent, ...withFound(course, found) };
}

function withFound({ held, before }: Course, found: Found): Pick<Sweep, 'tally' | 'after'> {
  return { tally: addFound(held.tally, found, before), after: found.group.id };
}

/** The same for the same policies. */
function fingerprint(policies: readonly Policy[]): string {
  const text = JSON.stringify(policies, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
