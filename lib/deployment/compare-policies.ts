// What becomes of each policy when a deployment replaces another.
import { parseGrace } from '../policy/grace.ts';
import { type Difference, difference } from './difference.ts';
import { acts, type Ceiling, effectOf, isStronger, type PolicyEffect } from './effect.ts';
import { type Manifest, type PolicyManifest, policyDigest } from './manifest.ts';

/**
 * The policies that are added, removed or changed, under the limits of the new deployment: what these limits change of all policies is
 * a difference of its own. An exception that has ended by `today` (2027-01-01) is as good as removed.
 */
export function comparePolicies(
  before: Manifest,
  after: Manifest,
  ceiling: Ceiling,
  today: string,
): readonly Difference[] {
  const olds = new Map(before.policies.map((policy) => [policy.id, policy]));
  const news = new Map(after.policies.map((policy) => [policy.id, policy]));
  const ids = [...new Set([...olds.keys(), ...news.keys()])].toSorted();
  return ids.flatMap((id) => comparePolicy(olds.get(id), news.get(id), ceiling, today));
}

function comparePolicy(
  before: PolicyManifest | undefined,
  after: PolicyManifest | undefined,
  ceiling: Ceiling,
  today: string,
): readonly Difference[] {
  const from = before === undefined ? 'off' : effectOf(before, ceiling);
  const to = after === undefined ? 'off' : effectOf(after, ceiling);
  const { id: subject = '' } = after ?? before ?? {};
  const risk = riskOf(from, to);
  if (from === 'off' && to === 'off') return [];
  if (after === undefined) return [difference('policy-removed', { subject, from, to, risk })];
  if (to === 'off') return [difference('policy-effect', { subject, from, to, risk })];
  // Nobody has seen anything yet of what it says.
  const detail = policyDigest(after);
  if (before === undefined) return [difference('policy-added', { subject, from, to, detail, risk })];
  if (from === 'off') return [difference('policy-effect', { subject, from, to, detail, risk })];
  return [
    ...compareEffects(before, after, ceiling),
    ...compareParts(before, after, to),
    ...compareExceptions(before, after, to, today),
  ];
}

function riskOf(from: PolicyEffect, to: PolicyEffect): Difference['risk'] {
  if (isStronger(from, to)) return 'spares';
  return acts(to) && isStronger(to, from) ? 'acts' : undefined;
}

/** What it does, or would do if the deployment let it. */
function compareEffects(
  before: PolicyManifest,
  after: PolicyManifest,
  ceiling: Ceiling,
): readonly Difference[] {
  const { id: subject } = after;
  const [from, to] = [effectOf(before, ceiling), effectOf(after, ceiling)];
  if (from !== to) return [difference('policy-effect', { subject, from, to, risk: riskOf(from, to) })];
  const open: Ceiling = { mode: 'enforce', trimLimit: '1' };
  const [fromOpen, toOpen] = [effectOf(before, open), effectOf(after, open)];
  return fromOpen === toOpen ? [] : [difference('policy-would', { subject, from: fromOpen, to: toOpen })];
}

function compareParts(
  before: PolicyManifest,
  after: PolicyManifest,
  effect: PolicyEffect,
): readonly Difference[] {
  const { id: subject } = after;
  const risk = acts(effect) ? ('acts' as const) : undefined;
  const [from = '', to = ''] = [before.grace, after.grace];
  const isSooner = (parseGrace(to) ?? 0) < (parseGrace(from) ?? 0);
  return [
    ...(before.forbids === after.forbids
      ? []
      : [
          difference('policy-forbids', {
            subject,
            to: effect,
            detail: `${before.forbids} ${after.forbids}`,
            risk,
          }),
        ]),
    ...(from === to
      ? []
      : [difference('policy-grace', { subject, from, to, risk: isSooner ? risk : undefined })]),
    ...(before.severity === after.severity
      ? []
      : [difference('policy-severity', { subject, from: before.severity, to: after.severity })]),
    ...(before.text === after.text ? [] : [difference('policy-text', { subject })]),
  ];
}

/** What is excused in common does not matter; of one that lasts longer or shorter, its last day does. */
function compareExceptions(
  before: PolicyManifest,
  after: PolicyManifest,
  effect: PolicyEffect,
  today: string,
): readonly Difference[] {
  const [olds, news] = [lastDays(before, today), lastDays(after, today)];
  const all = [...new Set([...olds.keys(), ...news.keys()])].toSorted();
  return all.flatMap((excuses) => {
    const [from = '', to = ''] = [olds.get(excuses), news.get(excuses)];
    if (from === to) return [];
    const said = { subject: after.id, from, to, detail: excuses };
    if (to > from) return [difference('exception-added', said)];
    return [difference('exception-removed', { ...said, risk: acts(effect) ? 'acts' : undefined })];
  });
}

/** The last day of each excuse that has not ended. */
function lastDays({ exceptions }: PolicyManifest, today: string): ReadonlyMap<string, string> {
  const days = new Map<string, string>();
  for (const { excuses, expires } of exceptions)
    if (expires >= today && expires > (days.get(excuses) ?? '')) days.set(excuses, expires);
  return days;
}
