// One group of a sweep, with all its rules judged.
import type { Changed } from '../change/change.ts';
import type { Config } from '../config.ts';
import { type LetIn, letInBy } from '../exposure/violating-packets.ts';
import { vpcsOf } from '../network/vpcs.ts';
import { joinPlans, type Plan, revocations, type WhyWaiting } from '../plan/plan.ts';
import { askingFor } from '../remediation/breaker-request.ts';
import { type Judged, judge } from '../remediation/judge.ts';
import type { Found } from '../report/digest/sweep-totals.ts';
import { type FindingRecord, makeRecord } from '../report/record.ts';
import type { GroupSnapshot } from '../rule.ts';
import type { GroupToClose, SweepAttempt, SweepTask } from './state.ts';

/** The prefix of the ids of a sweep's remediations. */
export const SWEEP_PREFIX = 'sweep/';

/** The id of a sweep, or of its remediation of a group. */
export function sweepId(startedAt: string, groupId?: string): string {
  return [`${SWEEP_PREFIX}${startedAt}`, ...(groupId === undefined ? [] : [groupId])].join('/');
}

/** Judges all rules of a group, as if only some could be closed. */
export function judgeGroup(
  attempt: SweepAttempt,
  snapshot: GroupSnapshot,
  closable: ReadonlySet<string> = new Set(snapshot.rules.map(({ id }) => id)),
  whyWaiting?: WhyWaiting,
): Judged {
  const { task, lists, associations, vpcBlocks, now } = attempt;
  const seen = { associations: associations ?? undefined, blocks: vpcBlocks ?? undefined };
  const vpcs = vpcsOf(snapshot.group, seen);
  const scene = { ...snapshot, changed: closable, prefixLists: lists, vpcs, now };
  return judge(task, scene, sweepChange(task.config, snapshot.group.id, [...closable]), whyWaiting);
}

/** A group with rules that the sweep would close, and the policies that ask for it. */
export function toCloseOf({ scene, plan }: Judged): Omit<GroupToClose, 'isCounted'> {
  const asking = new Map(
    revocations(plan).flatMap((finding) => askingFor(finding).map((one) => [one.key, one])),
  );
  return { groupId: scene.group.id, policies: [...asking.values()] };
}

/** What is found in a group that is only reported. */
export function foundIn(
  task: SweepTask,
  startedAt: string,
  judged: Judged,
  openAs: 'reported' | 'held',
): Found {
  const { scene, plan } = judged;
  const findings = recordsOf(task, startedAt, judged, {
    ...plan,
    notify: [...plan.notify, ...plan.untouched],
  });
  return {
    group: scene.group,
    rules: scene.rules.length,
    exempt: exemptOf(judged),
    findings,
    openAs,
    isTroubled: false,
    letIn: letInOf(task, judged),
  };
}

/** What the inbound rules of a group let in that they should not, by rule id; empty where nobody wants to know. */
export function letInOf({ config }: SweepTask, { verdicts, scene }: Judged): ReadonlyMap<string, LetIn> {
  const violations = config.isExposureOn ? verdicts.filter((one) => one.verdict === 'violation') : [];
  const inbound = violations.filter(({ rule }) => rule.direction === 'ingress');
  const byRule = Map.groupBy(inbound, ({ rule }) => rule.id);
  return new Map([...byRule].map(([id, of]) => [id, letInBy(of, scene.prefixLists)]));
}

/** The findings that no remediation of the group records: rules that may not be acted on, and what only policies on hold ask for. */
export function leftIn(task: SweepTask, startedAt: string, judged: Judged): readonly FindingRecord[] {
  const { untouched, held } = judged.plan;
  const left = { notify: untouched, held: held.filter(({ because }) => because === 'breaker') };
  return recordsOf(task, startedAt, judged, { ...joinPlans([]), ...left });
}

/** How many rules exceptions allow. */
export function exemptOf({ verdicts }: Judged): number {
  return new Set(verdicts.filter(({ verdict }) => verdict === 'exempt').map(({ rule }) => rule)).size;
}

function recordsOf(
  { config, target }: SweepTask,
  startedAt: string,
  { scene }: Judged,
  plan: Plan,
): readonly FindingRecord[] {
  return makeRecord({
    id: sweepId(startedAt, scene.group.id),
    stage: config.stage,
    change: sweepChange(config, scene.group.id, []),
    target,
    group: scene.group,
    rules: scene.rules,
    plan,
    outcomes: plan.dryRun.map(({ rule }) => ({ rule, outcome: 'dry-run' })),
    checks: { holds: [], recurring: [] },
    mode: config.mode,
    audience: config.audience,
    now: scene.now,
  }).findings;
}

/** The sweep as a change that nobody made. */
export function sweepChange({ region }: Config, groupId: string, ids: readonly string[]): Changed {
  return {
    kind: 'changed',
    eventName: 'Sweep',
    eventId: undefined,
    // Without a time it counts as settled: what cannot be seen is gone.
    time: undefined,
    accountId: undefined,
    region,
    group: { by: 'id', id: groupId },
    direction: undefined,
    rules: { by: 'id', ids, rules: [] },
    madeBy: 'unknown',
    actor: {
      arn: undefined,
      name: 'the sweep, which does not know who made the rules',
      type: undefined,
      role: undefined,
      roleArn: undefined,
      service: undefined,
      sourceAddress: undefined,
      userAgent: undefined,
      mfa: undefined,
    },
  };
}
