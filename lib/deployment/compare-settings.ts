// What becomes of the settings when a deployment replaces another.
import { type Difference, difference } from './difference.ts';
import { acts, type Ceiling, effectOf } from './effect.ts';
import { policyDigest } from './manifest.ts';
import type { InForce } from './template.ts';

/**
 * The variable that a confirmed deployment over edits by hand has and no other: CloudFormation puts back the variables of a function only
 * where one of them differs between two templates.
 */
const OVERWRITTEN = 'OVERWRITTEN';

/** The variables that have a difference of their own, or none. */
const NAMED = [
  ...['MODE', 'SWEEP_MODE', 'TRIM_LIMIT', 'BREAKER_LIMIT', 'BREAKER_MINUTES', 'PROTECT'],
  OVERWRITTEN,
];

/** What limits all policies. */
export function ceilingOf({ variables }: InForce): Ceiling {
  return { mode: variables.MODE ?? '', trimLimit: variables.TRIM_LIMIT ?? '0' };
}

/** The settings that differ. */
export function compareSettings(before: InForce, after: InForce): readonly Difference[] {
  return [
    ...compareModes(before, after),
    ...compareSweeps(before, after),
    ...compareTrims(before, after),
    ...compareBreakers(before, after),
    ...compareProtected(before, after),
    ...compareRest(before.variables, after.variables),
    ...compareRest(before.parameters, after.parameters),
  ];
}

function isEnforcing({ variables }: InForce): boolean {
  return variables.MODE === 'enforce';
}

/** The ids of the policies that change groups, and all that they say. */
function actingIn(one: InForce) {
  const policies = one.manifest?.policies ?? [];
  const acting = policies.filter((policy) => acts(effectOf(policy, ceilingOf(one))));
  return { subject: acting.map(({ id }) => id).join(', '), detail: acting.map(policyDigest).join(' ') };
}

function compareModes(before: InForce, after: InForce): readonly Difference[] {
  const { MODE: from = '' } = before.variables;
  const { MODE: to = '' } = after.variables;
  if (from === to) return [];
  if (to === 'enforce') return [difference('mode', { from, to, ...actingIn(after), risk: 'acts' })];
  return [difference('mode', { from, to, risk: 'spares' })];
}

/** Without enforcement every sweep only reports, whatever its own mode is. */
function compareSweeps(before: InForce, after: InForce): readonly Difference[] {
  const [from, to] = [sweepModeOf(before), sweepModeOf(after)];
  if (from === to) return [];
  if (to === 'enforce') return [difference('sweep', { from, to, risk: 'acts' })];
  return isEnforcing(after) ? [difference('sweep', { from, to })] : [];
}

function sweepModeOf(one: InForce): string {
  return isEnforcing(one) && one.variables.SWEEP_MODE === 'enforce' ? 'enforce' : 'report';
}

function compareTrims(before: InForce, after: InForce): readonly Difference[] {
  const [from, to] = [ceilingOf(before).trimLimit, ceilingOf(after).trimLimit];
  if (from === to) return [];
  const [trimming, policies] = [trimmingIn(before), after.manifest?.policies ?? []];
  const concerned = policies.filter(({ id, action }) => action === 'trim' || trimming.has(id));
  const acting = concerned.filter((one) => acts(effectOf(one, ceilingOf(after))));
  const subject = acting.map(({ id }) => id).join(', ');
  if (from === '0') return [difference('trim', { subject, from, to, risk: 'adds' })];
  const revokes = to === '0' && acting.length > 0;
  return [
    difference('trim', { subject: revokes ? subject : '', from, to, risk: revokes ? 'acts' : undefined }),
  ];
}

/** The ids of the policies that trim, or would. */
function trimmingIn({ manifest }: InForce): ReadonlySet<string> {
  const policies = manifest?.policies ?? [];
  return new Set(policies.filter(({ action }) => action === 'trim').map(({ id }) => id));
}

function compareBreakers(before: InForce, after: InForce): readonly Difference[] {
  const [old, now] = [breakerOf(before), breakerOf(after)];
  if (old.words === now.words) return [];
  const isLooser = now.limit > old.limit || now.minutes < old.minutes;
  return [difference('breaker', { from: old.words, to: now.words, risk: isLooser ? 'acts' : undefined })];
}

function breakerOf({ variables: { BREAKER_LIMIT = '0', BREAKER_MINUTES = '0' } }: InForce) {
  const words = `${BREAKER_LIMIT} groups in ${BREAKER_MINUTES} minutes`;
  return { limit: Number(BREAKER_LIMIT), minutes: Number(BREAKER_MINUTES), words };
}

function compareProtected(before: InForce, after: InForce): readonly Difference[] {
  const [from, to] = [protectedBy(before), protectedBy(after)];
  const risk = isEnforcing(after) ? ('acts' as const) : undefined;
  return [
    ...[...to.difference(from)].map((subject) => difference('protected', { subject, risk: 'spares' })),
    ...[...from.difference(to)].map((subject) => difference('unprotected', { subject, risk })),
  ];
}

/** In order, so that the same list is never a difference. */
function protectedBy({ variables: { PROTECT = '' } }: InForce): ReadonlySet<string> {
  return new Set(
    PROTECT.split(',')
      .flatMap((word) => word.trim() || [])
      .toSorted(),
  );
}

function compareRest(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((subject) => {
    const [from = '', to = ''] = [before[subject], after[subject]];
    if (from === to || NAMED.includes(subject)) return [];
    // CloudWatch deletes at once what is older than the new retention.
    const forgets = subject === 'logRetention' && Number(to) < Number(from);
    return [difference('setting', { subject, from, to, risk: forgets ? 'forgets' : undefined })];
  });
}
