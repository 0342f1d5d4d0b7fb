// What a deployment changes: the template that it is made of against the stack as it is.
import { comparePolicies } from './compare-policies.ts';
import { ceilingOf, compareSettings } from './compare-settings.ts';
import { compareSubscribers, missingSubscribers, type Subscriber } from './compare-subscribers.ts';
import { type Difference, difference } from './difference.ts';
import { policyDigest } from './manifest.ts';
import { FUNCTIONS, type InForce, inForceBy, variablesOf } from './template.ts';

/** A stack that is deployed. */
export interface LiveStack {
  /** As it was sent to CloudFormation. */
  readonly template: unknown;
  /** The variables that each function has now, by its logical id; a function that is not there has none. */
  readonly variables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whom SNS knows. */
  readonly subscribers: readonly Subscriber[];
}

/** All that the deployment of this template changes; `live` is undefined for the first one. */
export function compareWithLive(
  live: LiveStack | undefined,
  template: unknown,
  today: string,
): readonly Difference[] {
  const after = inForceBy(template);
  if (live === undefined) return compareInForce(untouched(after), after, today);
  const before = inForceBy(live.template);
  return [
    ...compareInForce(before, after, today),
    ...changedByHand(live, template),
    ...missingSubscribers(before.subscriptions, live.subscribers),
  ];
}

/** All that differs between two deployments. */
export function compareInForce(before: InForce, after: InForce, today: string): readonly Difference[] {
  return [
    ...compareSettings(before, after),
    ...compareManifests(before, after, today),
    ...compareSubscribers(before.subscriptions, after.subscriptions),
  ];
}

/** An account without the deployment, to which it can only add. */
function untouched(after: InForce): InForce {
  const nothing = { MODE: 'dry-run', SWEEP_MODE: 'report', TRIM_LIMIT: '0' };
  return { ...after, variables: { ...after.variables, ...nothing }, subscriptions: [] };
}

function compareManifests(before: InForce, after: InForce, today: string): readonly Difference[] {
  const [old, now] = [before.manifest, after.manifest];
  const risk = ceilingOf(after).mode === 'enforce' ? ('acts' as const) : undefined;
  if (old === undefined || now === undefined) {
    const detail = (now?.policies ?? []).map(policyDigest).join(' ');
    return old === now
      ? []
      : [difference('policies-unknown', { to: `${now?.policies.length ?? 0}`, detail, risk })];
  }
  const [from, to] = [`${old.engine}`, `${now.engine}`];
  const engine = from === to ? [] : [difference('engine', { from, to, risk })];
  return [...engine, ...comparePolicies(old, now, ceilingOf(after), today)];
}

/** The variables that are no longer what was deployed. */
export function changedByHand(
  live: Pick<LiveStack, 'template' | 'variables'>,
  template: unknown,
): readonly Difference[] {
  return FUNCTIONS.flatMap((id) => {
    const [deployed, next, now = {}] = [
      variablesOf(live.template, id),
      variablesOf(template, id),
      live.variables[id],
    ];
    return Object.entries(deployed).flatMap(([name, value]) => {
      const to = now[name] ?? '';
      if (live.variables[id] === undefined || to === value) return [];
      const subject = `${name} of ${id.replace('LambdaFunction', '').toLowerCase()}`;
      return [
        difference('by-hand', { subject, from: value, to, detail: next[name] ?? '', risk: 'overwrites' }),
      ];
    });
  });
}
