// The closing phase of a sweep: the groups with rules to close are judged again, one by one, and closed or reported.
import { heldByBreaker, type Judged } from '../remediation/judge.ts';
import type { Task } from '../remediation/state.ts';
import { judgeStored } from '../remediation/stored-scene.ts';
import { type Comparison, comparisonWith } from '../report/digest/standing.ts';
import type { Found } from '../report/digest/sweep-totals.ts';
import { hasClosedInbound } from '../report/evidence/opening.ts';
import { type FindingRecord, severityOf } from '../report/record.ts';
import type { SweepCommand } from './command.ts';
import { exemptOf, foundIn, judgeGroup, leftIn, letInOf, sweepChange, sweepId } from './judge-group.ts';
import { type Step, withFound } from './judging.ts';
import type { GroupToClose, Remediated, StoredSweep, SweepAttempt, SweepTask } from './state.ts';
import { closableIn } from './wanted.ts';

/** Whether rules may be closed: the breaker has allowed it, for these very policies. */
function isClosing({ task }: SweepAttempt, sweep: StoredSweep): boolean {
  return sweep.hold === undefined && sweep.policies === task.policiesHash;
}

/** The groups to read next: one that is to be closed, or several that are only reported. */
export function nextToClose({ task }: SweepAttempt, { toClose, hold }: StoredSweep): readonly GroupToClose[] {
  return toClose.slice(0, hold === undefined ? 1 : task.batch);
}

/** The command for the group that was read. */
export function dealWith(attempt: SweepAttempt, sweep: StoredSweep): SweepCommand {
  const [group] = nextToClose(attempt, sweep);
  const groupId = group?.groupId ?? '';
  const id = sweepId(sweep.startedAt, groupId);
  if (!isClosing(attempt, sweep)) return { do: 'load-entry', groupId, id };
  const { target, config, policies } = attempt.task;
  const change = sweepChange(config, groupId, closable(judgedIn(attempt, groupId)));
  const task: Task = {
    id,
    change,
    target,
    config,
    policies,
    isLastTry: true,
    isSilent: true,
    isAdmitted: true,
  };
  return { do: 'remediate', groupId, task };
}

/** Whether the groups that were read are only reported: no attempt has closed rules in them, and none will. */
export function isHeldBack(attempt: SweepAttempt, sweep: StoredSweep): boolean {
  const [group] = nextToClose(attempt, sweep);
  // EC2 now revokes what it denied to the previous sweep, so the breaker must be asked about the rest: the next sweep asks.
  const isThawing = sweep.hasThawed && group?.isCounted === false;
  return sweep.hold !== undefined || isThawing;
}

/** The attempt with the groups that were read reported and not closed. */
export function withHeldBack(attempt: SweepAttempt, sweep: StoredSweep): SweepAttempt {
  const groups = nextToClose(attempt, sweep);
  const step = { ...attempt, sweep, before: comparisonFor(attempt, sweep) };
  const after = groups.reduce<Step>((sum, { groupId }) => {
    const judged = judgedIn(attempt, groupId);
    const found =
      judged === undefined
        ? gone(attempt.task, groupId)
        : foundIn(attempt.task, sweep.startedAt, judged, 'held');
    return withFound(sum, sum.sweep, found);
  }, step);
  return dealtWith({ ...after, before: attempt.before }, groups.length);
}

/** The attempt with the result of the remediation of the group that was read. */
export function withRemediated(
  attempt: SweepAttempt,
  sweep: StoredSweep,
  remediated: Remediated,
): SweepAttempt {
  const [group] = nextToClose(attempt, sweep);
  const { groupId, entry } = remediated;
  if (group?.groupId !== groupId || attempt.batch === undefined) return attempt;
  const judged = judgedIn(attempt, groupId);
  const isUntouched = entry === undefined && !isClosing(attempt, sweep) && judged !== undefined;
  const { startedAt } = sweep;
  // Recorded findings were logged when the entry was written.
  const seen = isUntouched
    ? withFound({ ...attempt, sweep }, sweep, foundIn(attempt.task, startedAt, judged, 'reported'))
    : withFound({ ...attempt, sweep }, sweep, ...foundAfter(attempt, startedAt, judged, remediated));
  const hasThawed =
    sweep.hasThawed || (!group.isCounted && (entry?.record.findings.some(isRevoked) ?? false));
  return dealtWith(
    { ...seen, sweep: { ...seen.sweep, ...withClosed(attempt, sweep, remediated), hasThawed } },
    1,
  );
}

function isRevoked({ outcome }: FindingRecord): boolean {
  return outcome === 'revoked' || outcome === 'gone';
}

/** What was found in a remediated group, and the findings that are not in the remediation's record. */
function foundAfter(
  { task }: SweepAttempt,
  startedAt: string,
  judged: Judged | undefined,
  { groupId, entry, error }: Remediated,
): readonly [Found, readonly FindingRecord[]] {
  const left = judged === undefined ? [] : leftIn(task, startedAt, judged);
  const found: Found = {
    group: judged?.scene.group ?? nameOf(task, groupId, entry?.record.group.name),
    rules: judged?.scene.rules.length ?? 0,
    exempt: judged === undefined ? 0 : exemptOf(judged),
    findings: [...(entry?.record.findings ?? []), ...left],
    openAs: 'unfinished',
    // What failed is reported rule by rule.
    isTroubled: error !== undefined && error.name !== 'RevocationError',
    letIn: letInAfter(task, judged, entry),
  };
  return [found, left];
}

/** The groups that flow logs are to be asked about, with this one if inbound rules of it are gone. */
function withClosed(
  { task: { config } }: SweepAttempt,
  { closed = [] }: StoredSweep,
  { groupId, entry }: Remediated,
): Pick<StoredSweep, 'closed'> {
  const isWanted = config.isExposureOn && config.flowLogs.length > 0;
  if (!isWanted || entry === undefined || !hasClosedInbound(entry.record)) return {};
  return { closed: [...closed, { groupId, severity: severityOf(entry.record) }] };
}

/** What the rules let in: those that only an attempt before this one has found, as it saw them; they may be gone, or comply now. */
function letInAfter(task: SweepTask, judged: Judged | undefined, entry: Remediated['entry']): Found['letIn'] {
  const now: Found['letIn'] = judged === undefined ? new Map() : letInOf(task, judged);
  if (entry === undefined || entry.record.findings.every(({ ruleId }) => now.has(ruleId))) return now;
  const before = [entry.snapshot, ...(entry.earlier ?? [])].flatMap((scene) => {
    const change = sweepChange(task.config, scene.group.id, scene.changed);
    return [...letInOf(task, judgeStored(task, scene, change))];
  });
  return new Map([...before, ...now]);
}

/** Moves on to the next group, or to the report. */
function dealtWith({ batch: _, ...step }: Step, count: number): SweepAttempt {
  const toClose = step.sweep.toClose.slice(count);
  const phase = toClose.length === 0 ? 'reporting' : 'revoking';
  return { ...step, sweep: { ...step.sweep, toClose, phase }, isUnsaved: true };
}

function judgedIn(attempt: SweepAttempt, groupId: string): Judged | undefined {
  const { sweep } = attempt;
  const snapshot = attempt.batch?.find(({ group }) => group.id === groupId);
  if (snapshot === undefined || sweep === undefined) return undefined;
  const onHold = new Set(sweep.onHold);
  return judgeGroup(attempt, snapshot, closableIn(attempt, sweep, snapshot), ({ policy }) =>
    onHold.has(policy.key) ? { because: 'breaker' } : undefined,
  );
}

/** The ids of the rules that may be acted on. */
function closable(judged: Judged | undefined): readonly string[] {
  const held = new Set(heldByBreaker(judged).map(({ rule }) => rule.id));
  return [...(judged?.scene.changed ?? new Set<string>()).difference(held)];
}

/** A group that has been deleted since it was judged. */
function gone(task: SweepTask, groupId: string): Found {
  return {
    group: nameOf(task, groupId),
    rules: 0,
    exempt: 0,
    findings: [],
    openAs: 'held',
    isTroubled: false,
    letIn: new Map(),
  };
}

/** A group that no longer exists; it belonged to this account, because only its groups are closed. */
function nameOf({ target }: SweepTask, id: string, name = id): Found['group'] {
  return { id, name, ownerId: target.accountId };
}

/** The comparison without denied rules once EC2 no longer denies them, so that the next sweep counts them. */
function comparisonFor({ before }: SweepAttempt, { hasThawed, previous }: StoredSweep): Comparison {
  if (!hasThawed || previous === undefined) return before;
  const { denied: _, ...standing } = previous.standing;
  return comparisonWith({ seen: previous.seen, standing });
}
