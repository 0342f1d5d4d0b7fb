// A live group evaluated against the policies of a task: verdicts and plan.
import type { Changed } from '../change/change.ts';
import type { Config } from '../config.ts';
import type { Context, Verdict, Violation } from '../evaluate/evaluate.ts';
import { policiesFor } from '../evaluate/policies-for.ts';
import { holdAll } from '../plan/hold.ts';
import { makePlan } from '../plan/make-plan.ts';
import {
  type Finding,
  type Held,
  type Hold,
  type Plan,
  revocations,
  type Trimming,
  type WhyWaiting,
} from '../plan/plan.ts';
import { protectionOf } from '../plan/protected.ts';
import type { Policy } from '../policy/policy.ts';
import { mayRevoke, underCeiling } from '../policy/policy-modes.ts';
import type { GroupSnapshot, SecurityGroup } from '../rule.ts';
import { isForeign, type Target } from '../target.ts';
import { makersOf, verdictsOn } from './makers.ts';

/** What judging a group depends on. */
export interface Settings {
  readonly target: Target;
  readonly config: Config;
  readonly policies: readonly Policy[];
}

/** A group at one moment, with everything that judging it takes. */
export interface Scene extends GroupSnapshot {
  /** The ids of the rules that may be acted on. */
  readonly changed: ReadonlySet<string>;
  readonly prefixLists: Context['prefixLists'];
  readonly vpcs: Context['vpcs'];
  /** The ids of rules that somebody has changed since the change, and whose maker is therefore not known. */
  readonly strangers?: ReadonlySet<string> | undefined;
  /** How many tags of a rule the ledger had no room for, by its id. */
  readonly omittedTags?: Readonly<Record<string, number>> | undefined;
  readonly now: Date;
}

export interface Judged {
  readonly scene: Scene;
  readonly verdicts: readonly Verdict[];
  /** The violations that lead to nothing for now. */
  readonly waiting: ReadonlyMap<Violation, Hold>;
  readonly plan: Plan;
}

/**
 * Verdicts and plan for a scene that a change led to. Total: it never throws. If the maker of the rules is not known, it acts only on
 * rules that violate whoever made them. `whyWaiting` says what leads to nothing for now.
 */
export function judge(
  settings: Settings,
  scene: Scene,
  change: Changed,
  whyWaiting: WhyWaiting = () => undefined,
): Judged {
  const { target, config, policies } = settings;
  const { group } = scene;
  const place = { accountId: group.ownerId, region: target.region, group, vpcs: scene.vpcs };
  const concerned = policiesFor(underCeiling(policies, config.mode), change, place, scene.now);
  const { strangers: ids = new Set() } = scene;
  const strangers = { ids, principals: 'unknown' as const };
  const context = { ...scene, ...place, principals: makersOf(change), strangers };
  const verdicts = verdictsOn(scene.rules, scene.changed, concerned, context);
  const never = whyNever(settings, group);
  const waiting = never === undefined ? waitingAmong(verdicts, whyWaiting) : new Map<Violation, Hold>();
  const plan = makePlan(verdicts, config.trimLimit, (violation) => waiting.get(violation));
  return { scene, verdicts, waiting, plan: never === undefined ? plan : holdAll(plan, never) };
}

function waitingAmong(verdicts: readonly Verdict[], whyWaiting: WhyWaiting): ReadonlyMap<Violation, Hold> {
  const asking = verdicts
    .filter((one) => one.verdict === 'violation')
    .filter(({ actionable, policy }) => actionable && mayRevoke(policy));
  return new Map(
    asking.flatMap((violation) => {
      const why = whyWaiting(violation);
      return why === undefined ? [] : [[violation, why] as const];
    }),
  );
}

/** The rules that are to be revoked, whole or in part; none while nothing is judged. */
export function revocationsIn(judged: Judged | undefined): readonly (Finding | Trimming)[] {
  return judged === undefined ? [] : revocations(judged.plan);
}

/** What only waits because of the breaker. */
export function heldByBreaker(judged: Judged | undefined): readonly Held[] {
  return (judged?.plan.held ?? []).filter(({ because }) => because === 'breaker');
}

/** Why no rule of a group is ever revoked; undefined if rules may be. */
function whyNever({ target, config }: Settings, group: SecurityGroup): Hold | undefined {
  if (isForeign(group, target)) return { because: 'foreign', ownerId: group.ownerId };
  const protection = protectionOf(group, config.protected);
  return protection === undefined ? undefined : { because: 'protected', protection };
}
