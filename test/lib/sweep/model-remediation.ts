// The remediation of one group in the model world: what it may close, and what of it is on record.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { hashPolicies } from '../../../lib/remediation/fingerprints.ts';
import type { Stored, Task } from '../../../lib/remediation/state.ts';
import type { StoredScene } from '../../../lib/remediation/stored-scene.ts';
import type { FindingRecord } from '../../../lib/report/record.ts';
import type { SweepCommand, SweepObservation } from '../../../lib/sweep/command.ts';
import { Crash, forbiddenBy, type ModelWorld, POLICIES, type Step } from './model-state.ts';

type Remediate = Extract<SweepCommand, { do: 'remediate' }>;

/** The remediation of a group, with its entry written before and after the revoke. */
export function remediate(
  world: ModelWorld,
  { command: { groupId, task }, fault, invocation }: Step<Remediate>,
): SweepObservation {
  const rules = world.groups.get(groupId) ?? new Map<string, AwsSecurityGroupRule>();
  const before = world.entries.get(task.id);
  if (before?.state === 'notified') return remediated(groupId, before);
  const going = goingOf(rules, task);
  if (before === undefined && going.length > 0) world.entries.set(task.id, entryOf(task.id, groupId, going));
  const entry = world.entries.get(task.id);
  const isDenied = Number(groupId.split('-')[1]) < invocation.denied;
  for (const finding of entry?.record.findings ?? []) {
    if (isDenied || !rules.delete(finding.ruleId)) continue;
    refuseUnasked(world, task, groupId, finding);
    const startedAt = task.id.split('/')[1] ?? '';
    world.revoked.set(finding.ruleId, { groupId, startedAt, mode: world.sweep?.mode });
  }
  if (fault === 'crash on the way') throw new Crash();
  if (entry !== undefined) world.entries.set(task.id, resolved(entry, rules, before !== undefined));
  return remediated(groupId, world.entries.get(task.id));
}

/** The rules that violate, of those that the sweep names. */
function goingOf(rules: ReadonlyMap<string, AwsSecurityGroupRule>, { change, policies }: Task) {
  const ports = forbiddenBy(hashPolicies(policies));
  const named = change.rules.by === 'id' ? change.rules.ids : [];
  return [...rules.values()].filter(
    ({ FromPort = 0, SecurityGroupRuleId: id = '' }) => ports.includes(FromPort) && named.includes(id),
  );
}

/** What the sweep is told. */
export function remediated(groupId: string, entry: Stored | undefined): SweepObservation {
  return { saw: 'remediated', remediated: { groupId, entry, error: undefined } };
}

const NOTHING_ASKED = { groups: new Set<string>(), policies: '', isHeld: false, onHold: [] };

/** Nothing is revoked that the breaker was not asked about, by these very policies, or that it holds. */
function refuseUnasked(
  world: ModelWorld,
  { id, policies }: Task,
  groupId: string,
  { ruleId, rule }: FindingRecord,
): void {
  const question = world.asked.get(id.split('/').slice(0, 2).join('/'));
  const { groups, isHeld, onHold, policies: askedAbout } = question ?? NOTHING_ASKED;
  const wasDenied = world.sweep?.previous?.standing.denied?.includes(ruleId) === true;
  const isCounted = groups.has(groupId) || wasDenied || world.meddledWith.has(groupId);
  const wrongs: Readonly<Record<string, boolean>> = {
    'before the breaker is asked': question === undefined,
    'though the sweep is on hold': isHeld,
    'for a policy on hold': onHold.length > 0 && rule.FromPort === 3389,
    'by other policies': askedAbout !== hashPolicies(policies),
    'and was not counted': !isCounted,
  };
  for (const [wrong, isSo] of Object.entries(wrongs)) {
    if (isSo) world.wrongs.push(`${ruleId} is closed ${wrong}`);
  }
}

function entryOf(id: string, groupId: string, rules: readonly AwsSecurityGroupRule[]): Stored {
  const policies = [
    { id: 'no-ssh', title: 'closed', severity: 'high' as const, reason: 'open to the world' },
  ];
  const findings = rules.map(
    (rule): FindingRecord => ({
      ...{ action: 'revoke', ruleId: rule.SecurityGroupRuleId ?? '', direction: 'ingress', rule, policies },
    }),
  );
  const snapshot: StoredScene = {
    group: { id: groupId, name: groupId, ownerId: '111122223333', vpcId: 'vpc-1', tags: {} },
    ...{ rules, changed: findings.map(({ ruleId }) => ruleId), prefixLists: {} },
    ...{ judgedAt: '2026-06-01T12:00:00Z', protected: [], trimLimit: 0 },
    policies: POLICIES.map(({ document }) => document),
  };
  return {
    id,
    snapshot,
    state: 'planned',
    record: { group: { id: groupId, name: groupId }, findings },
  } as unknown as Stored;
}

function resolved(entry: Stored, live: ReadonlyMap<string, unknown>, isLater: boolean): Stored {
  const findings = entry.record.findings.map((finding) => {
    const outcome = live.has(finding.ruleId)
      ? ('denied' as const)
      : isLater
        ? ('gone' as const)
        : ('revoked' as const);
    return finding.outcome === undefined ? { ...finding, outcome } : finding;
  });
  return { ...entry, state: 'notified', record: { ...entry.record, findings } } as Stored;
}
