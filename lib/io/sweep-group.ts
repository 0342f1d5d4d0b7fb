// One group of a sweep: judged whole, and reported or closed by the way that an event's rules go.
import type { Changed } from '../change/change.ts';
import { homeTarget } from '../config.ts';
import { prefixListsNeeded } from '../evaluate/prefix-lists-needed.ts';
import { joinPlans, type Plan, revocations } from '../plan/plan.ts';
import { RevocationError } from '../remediation/errors.ts';
import { type Judged, judge } from '../remediation/judge.ts';
import type { Task } from '../remediation/state.ts';
import type { Found } from '../report/digest/sweep-totals.ts';
import { type FindingRecord, makeRecord } from '../report/record.ts';
import type { GroupSnapshot } from '../rule.ts';
import { type PrefixListCache, readPrefixLists } from './aws/prefix-lists.ts';
import { load } from './ledger/entries.ts';
import type { Acting } from './ledger/sweep-state.ts';
import { run } from './run.ts';
import type { SweepWorld } from './sweep.ts';
import type { World } from './world.ts';

/** What the ids of a sweep's remediations begin with. */
export const SWEEP_PREFIX = 'sweep/';

/** What the remediation of a group is called, however often it is tried within one sweep. */
export function sweepId(startedAt: string, groupId?: string): string {
  return [`${SWEEP_PREFIX}${startedAt}`, ...(groupId === undefined ? [] : [groupId])].join('/');
}

/** Judges all rules of a group. */
export async function judgeGroup(
  world: World,
  snapshot: GroupSnapshot,
  lists: PrefixListCache,
): Promise<Judged> {
  const all = new Set(snapshot.rules.map(({ id }) => id));
  const needed = prefixListsNeeded(snapshot.rules, world.policies);
  const prefixLists = await readPrefixLists(world.ec2, needed, lists);
  const scene = { ...snapshot, changed: all, prefixLists, now: world.now() };
  const { config, policies } = world;
  const settings = { target: homeTarget(config), config, policies };
  return judge(settings, scene, asChange(world, snapshot.group.id, [...all]));
}

/** What is found in a group, with nothing done to it. */
export function report(world: World, startedAt: string, judged: Judged): Found {
  const { scene, plan } = judged;
  const findings = recordsOf(world, startedAt, judged, {
    ...plan,
    notify: [...plan.notify, ...plan.untouched],
  });
  log(world, scene.group.id, findings);
  return {
    group: scene.group,
    rules: scene.rules.length,
    exempt: exemptOf(judged),
    findings,
    isActedOn: false,
    isTroubled: false,
  };
}

/** What is about to be done to a group; undefined where nothing is to be taken away. */
export function toAct(world: World, startedAt: string, judged: Judged): Acting | undefined {
  const { scene, plan } = judged;
  if (revocations(plan).length === 0) return undefined;
  const left = recordsOf(world, startedAt, judged, { ...joinPlans([]), notify: plan.untouched });
  log(world, scene.group.id, left);
  return {
    groupId: scene.group.id,
    groupName: scene.group.name,
    ruleIds: [...scene.changed],
    left,
    rules: scene.rules.length,
    exempt: exemptOf(judged),
  };
}

/**
 * Acts on a group, or goes on where an invocation that died left it; what came of it is read from the ledger. One group
 * that makes trouble does not stop the others.
 */
export async function act(
  world: SweepWorld,
  startedAt: string,
  acting: Acting,
  lists: PrefixListCache,
): Promise<Found> {
  const { groupId, groupName, ruleIds, left, rules, exempt } = acting;
  const id = sweepId(startedAt, groupId);
  const change = asChange(world, groupId, ruleIds);
  const isTroubled = world.sweepMode === 'enforce' && (await closeGroup(world, { id, change }, lists));
  const entry = await load(world.ledger, id);
  const findings = [...(entry?.record.findings ?? []), ...left];
  const group = { id: groupId, name: groupName, ownerId: homeTarget(world.config).accountId };
  return { group, rules, exempt, findings, isActedOn: true, isTroubled };
}

/** Whether something else than the revocations failed, which are reported one by one. */
async function closeGroup(
  world: SweepWorld,
  { id, change }: Pick<Task, 'id' | 'change'>,
  lists: PrefixListCache,
): Promise<boolean> {
  const { config, policies } = world;
  const settings = { target: homeTarget(config), config, policies };
  const task = { id, change, ...settings, isLastTry: true, isSilent: true, isAdmitted: true };
  const { end } = await run(world, task, lists);
  if (end?.kind !== 'failed') return false;
  world.logger.error('the group could not be dealt with', { error: end.error, remediation: id });
  return !(end.error instanceof RevocationError);
}

/** The sweep as a change that nobody made. */
function asChange({ config }: Pick<World, 'config'>, groupId: string, ids: readonly string[]): Changed {
  return {
    kind: 'changed',
    eventName: 'Sweep',
    eventId: undefined,
    // Without a time it is not ahead of EC2: what cannot be seen is gone.
    time: undefined,
    accountId: undefined,
    region: config.region,
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

function recordsOf(
  { config, now }: World,
  startedAt: string,
  { scene: { group, rules } }: Judged,
  plan: Plan,
): readonly FindingRecord[] {
  return makeRecord({
    id: sweepId(startedAt, group.id),
    ledgerTable: config.ledgerTable,
    change: asChange({ config }, group.id, []),
    target: homeTarget(config),
    group,
    rules,
    plan,
    outcomes: [],
    restraint: { holds: [], fights: [] },
    mode: config.mode,
    now: now(),
  }).findings;
}

function log({ logger }: World, groupId: string, findings: readonly FindingRecord[]): void {
  for (const finding of findings) logger.info('finding', { groupId, finding });
}

function exemptOf({ verdicts }: Judged): number {
  return new Set(verdicts.filter(({ verdict }) => verdict === 'exempt').map(({ rule }) => rule)).size;
}
