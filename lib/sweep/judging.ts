// The judging phase of a sweep: every group is judged, nothing is closed.
import { prefixListsNeeded } from '../evaluate/prefix-lists-needed.ts';
import { vpcsNeeded } from '../evaluate/vpcs-needed.ts';
import { revocations } from '../plan/plan.ts';
import type { Judged } from '../remediation/judge.ts';
import { isStanding } from '../report/digest/standing.ts';
import { addFound, type Found, linesOf } from '../report/digest/sweep-totals.ts';
import type { GroupSnapshot } from '../rule.ts';
import { isForeign } from '../target.ts';
import type { SweepCommand } from './command.ts';
import { fingerprintItems, firstOf } from './fingerprints.ts';
import { withInbound } from './inbound.ts';
import { foundIn, judgeGroup, toCloseOf } from './judge-group.ts';
import { candidatesIn, withCandidates } from './missed.ts';
import type { StoredSweep, SweepAttempt } from './state.ts';
import { closableIn, wantedReads } from './wanted.ts';

/** The most groups that fit into the sweep's item beside the ids of violating rules; the next sweep closes the others. */
const MOST_TO_CLOSE = 2000;

/** The groups to judge next. */
export function nextToJudge(
  { groupIds = [], task }: SweepAttempt,
  { after }: StoredSweep,
): readonly string[] {
  const start = groupIds.findIndex((id) => id > after);
  return start === -1 ? [] : groupIds.slice(start, start + task.batch);
}

/** The reads that judging the batch takes beside its groups, and that were not made yet. */
export function readsLeft(attempt: SweepAttempt, sweep: StoredSweep): readonly SweepCommand[] {
  const { batch = [], lists, task, associations, vpcBlocks } = attempt;
  const rules = batch.flatMap((snapshot) => snapshot.rules);
  const ids = prefixListsNeeded(rules, task.policies).filter((id) => !lists.has(id));
  const needed = vpcsNeeded(task.policies);
  return [
    ...(ids.length > 0 ? [{ do: 'read-lists' as const, ids }] : []),
    ...(needed.associations && associations === undefined ? [{ do: 'read-associations' as const }] : []),
    ...(needed.blocks && vpcBlocks === undefined ? [{ do: 'read-vpcs' as const }] : []),
    ...wantedReads(attempt, sweep),
  ];
}

/** The attempt with the list of all groups. */
export function withList(
  attempt: SweepAttempt,
  sweep: StoredSweep,
  groupIds: readonly string[],
): SweepAttempt {
  return judgedOn({ ...attempt, groupIds, sweep: { ...sweep, listed: groupIds.length } });
}

/** The attempt with the batch judged. */
export function withBatchJudged(attempt: SweepAttempt, sweep: StoredSweep): SweepAttempt {
  const { batch = [], ...rest } = attempt;
  const after = nextToJudge(attempt, sweep).at(-1) ?? sweep.after;
  const items = fingerprintItems(batch, sweep.firsts.length);
  const start = { ...sweep, after, firsts: [...sweep.firsts, ...items.map(firstOf)] };
  const step = { ...rest, sweep: start, unstored: items, isUnsaved: true };
  return judgedOn(batch.map((snapshot) => judgedTwice(attempt, sweep, snapshot)).reduce(withGroup, step));
}

/** An attempt that works on a sweep. */
export type Step = SweepAttempt & { readonly sweep: StoredSweep };

/** Moves on to the report when every group is judged and there is nothing to ask the breaker. */
function judgedOn(attempt: Step): SweepAttempt {
  const { sweep } = attempt;
  const isJudged = nextToJudge(attempt, sweep).length === 0 && sweep.toClose.length === 0;
  return isJudged ? { ...attempt, sweep: { ...sweep, phase: 'reporting' } } : attempt;
}

/** A group with everything that it violates, and with what may be closed of it. */
interface JudgedTwice {
  readonly judged: Judged;
  readonly closing: Judged;
}

function judgedTwice(attempt: SweepAttempt, sweep: StoredSweep, snapshot: GroupSnapshot): JudgedTwice {
  const judged = judgeGroup(attempt, snapshot);
  if (sweep.mode === 'enforce') return { judged, closing: judged };
  return { judged, closing: judgeGroup(attempt, snapshot, closableIn(attempt, sweep, snapshot)) };
}

/** Adds a judged group. A group with rules to close is counted in the totals later, in the closing phase. */
function withGroup(step: Step, { judged, closing }: JudgedTwice): Step {
  const { before } = step;
  // Events of another account do not arrive here.
  const verdicts = isForeign(judged.scene.group, step.task.target) ? [] : judged.verdicts;
  const candidates = withCandidates(step.sweep, candidatesIn(verdicts, before.seen));
  const sweep = { ...step.sweep, candidates };
  const ruleIds = revocations(closing.plan).map(({ rule }) => rule.id);
  if (ruleIds.length === 0) {
    return withFound(step, sweep, foundIn(step.task, sweep.startedAt, judged, 'reported'));
  }
  const isCounted = !ruleIds.every((id) => isStanding(before, 'denied', id));
  const counted = isCounted ? withCounted(sweep, ruleIds.length) : sweep;
  if (sweep.toClose.length === MOST_TO_CLOSE) {
    return withFound(step, counted, foundIn(step.task, sweep.startedAt, closing, 'held'));
  }
  const group = { ...toCloseOf(closing), isCounted };
  return { ...step, sweep: { ...counted, toClose: [...sweep.toClose, group] } };
}

function withCounted(sweep: StoredSweep, rules: number): StoredSweep {
  const { wouldClose } = sweep;
  return { ...sweep, wouldClose: { groups: wouldClose.groups + 1, rules: wouldClose.rules + rules } };
}

/** Adds what was found in a group to the totals and the log. */
export function withFound(step: Step, sweep: StoredSweep, found: Found, toLog = found.findings): Step {
  const findings = toLog.map((finding) => ({ groupId: found.group.id, finding }));
  const lines = linesOf(sweep.totals, found, step.before);
  return {
    ...step,
    sweep: {
      ...sweep,
      totals: addFound(sweep.totals, found, lines, step.before),
      inbound: withInbound(sweep.inbound, lines, found.letIn),
    },
    unlogged: [...step.unlogged, ...findings],
  };
}
