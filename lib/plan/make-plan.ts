// Verdicts to a plan.
import type { Undecided, Verdict, Violation } from '../evaluate/evaluate.ts';
import { leadingFirst } from '../evaluate/leading.ts';
import { ACTIONS, type Action } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { firstHold } from './hold.ts';
import type { Finding, Held, Notice, Plan, WhyWaiting } from './plan.ts';
import { remainderOf } from './remainder.ts';
import { givesWay, obstacleTo, trimmingPolicies } from './way-out.ts';

/**
 * What to do about the verdicts on one group. Where enforced policies differ on a rule, the strongest action wins, of those that do not
 * wait; policies in dry run decide only where no enforced policy does. `trimLimit` is the most rules that one trimmed rule may become.
 */
export function makePlan(
  verdicts: readonly Verdict[],
  trimLimit: number,
  whyWaiting: WhyWaiting = () => undefined,
): Plan {
  const violations = verdicts.filter((v) => v.verdict === 'violation');
  const [asking, dry] = [violations.filter(isEnforced), violations.filter((v) => !isEnforced(v))];
  const unclear = unclearIn(verdicts, rulesOf(asking), rulesOf(dry));
  const decided = rulesOf([...asking, ...unclear]);
  const enforced = findings(asking, dry);
  const others = findings(dry.filter(({ rule }) => !decided.has(rule)));
  const acts = joinParts(
    enforced.filter(isActionable).map((finding) => dealWith(finding, trimLimit, whyWaiting)),
  );
  const would = joinParts(others.filter(isActionable).map((finding) => act(finding, trimLimit)));
  return {
    revoke: acts.revoke,
    trim: acts.trim,
    dryRun: [...would.revoke, ...would.trim],
    held: acts.held,
    notify: [...acts.notify.map((notice) => withUnclear(notice, verdicts)), ...would.notify],
    undecided: findings(unclear, dry),
    untouched: [...enforced, ...others].filter((finding) => !isActionable(finding)),
  };
}

/**
 * The undecided verdicts to report, which are on rules that no enforced policy condemns. What a policy in dry run cannot judge and
 * another one in dry run condemns is not reported.
 */
function unclearIn(
  verdicts: readonly Verdict[],
  condemned: ReadonlySet<SecurityGroupRule>,
  dry: ReadonlySet<SecurityGroupRule>,
): readonly Undecided[] {
  const unclear = verdicts
    .filter((v) => v.verdict === 'undecided')
    .filter(({ actionable, rule }) => actionable && !condemned.has(rule));
  const asked = rulesOf(unclear.filter(isEnforced));
  return unclear.filter(({ rule }) => asked.has(rule) || !dry.has(rule));
}

/** A rule that stays, with what could not be evaluated of it: another policy might have it revoked. */
function withUnclear(notice: Notice, verdicts: readonly Verdict[]): Notice {
  const unclear = verdicts
    .filter((v) => v.verdict === 'undecided')
    .filter((verdict) => verdict.rule === notice.rule && isEnforced(verdict));
  return unclear.length === 0 ? notice : { ...notice, unclear: unclear.toSorted(leadingFirst) };
}

/** One finding for each rule of the verdicts, with what policies in dry run say of it. */
function findings<V extends Verdict>(
  verdicts: readonly V[],
  dry: readonly Violation[] = [],
): readonly Finding<V>[] {
  const byRule = Map.groupBy(verdicts, ({ rule }) => rule);
  const dryByRule = Map.groupBy(dry, ({ rule }) => rule);
  return [...byRule].flatMap(([rule, of]) => {
    const [first, ...others] = of.toSorted(leadingFirst);
    const also = (dryByRule.get(rule) ?? []).toSorted(leadingFirst);
    return first === undefined ? [] : [{ rule, verdicts: [first, ...others] as const, also }];
  });
}

type Parts = Pick<Plan, 'revoke' | 'trim' | 'notify' | 'held'>;

function joinParts(parts: readonly Partial<Parts>[]): Parts {
  return {
    revoke: parts.flatMap(({ revoke = [] }) => revoke),
    trim: parts.flatMap(({ trim: trimmed = [] }) => trimmed),
    notify: parts.flatMap(({ notify = [] }) => notify),
    held: parts.flatMap(({ held = [] }) => held),
  };
}

/**
 * The finding where the strongest action puts it of the policies that do not wait. What others ask for beyond that waits, unless the rule
 * is revoked whole.
 */
function dealWith(finding: Finding, trimLimit: number, whyWaiting: WhyWaiting): Partial<Parts> {
  const whole = act(finding, trimLimit);
  const waiting = finding.verdicts.filter((one) => one.policy.action !== 'notify' && whyWaiting(one));
  const hold = firstHold(waiting.flatMap((one) => whyWaiting(one) ?? []));
  if (whole.notify !== undefined || hold === undefined) return whole;
  const held: Held = { ...finding, ...hold };
  const [first, ...others] = finding.verdicts.filter((one) => !waiting.includes(one));
  if (first === undefined) return { held: [held] };
  const going: Finding = { ...finding, verdicts: [first, ...others] };
  if (strongest(going) === 'revoke') return whole;
  const now = act(going, trimLimit);
  if (now.notify !== undefined) return { held: [held] };
  return { ...now, ...(now.trim && { trim: now.trim.map((one) => ({ ...one, beyond: held })) }) };
}

/** The finding where the strongest action of its policies puts it. */
function act(finding: Finding, trimLimit: number): Partial<Parts> {
  switch (strongest(finding)) {
    case 'revoke':
      return { revoke: [finding] };
    case 'trim':
      return trim(finding, trimLimit);
    case 'notify':
      return { notify: [finding] };
  }
}

function strongest({ verdicts }: Finding): Action {
  return ACTIONS.find((action) => verdicts.some(({ policy }) => policy.action === action)) ?? 'notify';
}

/** A rule that policies ask to trim: revoked whole where nothing of it is allowed, else trimmed, unless they give way. */
function trim(finding: Finding, limit: number): Partial<Parts> {
  const { rule } = finding;
  const asking = trimmingPolicies(finding);
  const remainder = remainderOf(rule, asking, limit);
  if (remainder.rules.length + remainder.losses.length === 0) return { revoke: [finding] };
  const obstacle = givesWay(asking) ? obstacleTo(remainder, rule, asking, limit) : undefined;
  return obstacle === undefined
    ? { trim: [{ ...finding, remainder }] }
    : { notify: [{ ...finding, obstacle }] };
}

function isEnforced({ policy }: Verdict): boolean {
  return policy.mode === 'enforce';
}

function isActionable({ verdicts: [first] }: Finding): boolean {
  return first.actionable;
}

function rulesOf(verdicts: readonly Verdict[]): ReadonlySet<SecurityGroupRule> {
  return new Set(verdicts.map(({ rule }) => rule));
}
