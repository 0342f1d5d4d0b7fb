// A live group judged by the policies of a task: verdicts and plan.
import type { Changed } from '../change/change.ts';
import type { Config } from '../config.ts';
import { type Context, evaluate, type Verdict } from '../evaluate/evaluate.ts';
import { policiesFor } from '../evaluate/policies-for.ts';
import { hold, makePlan, type Plan } from '../plan/plan.ts';
import { protectionOf } from '../plan/protected.ts';
import type { Policy } from '../policy/policy.ts';
import type { GroupSnapshot } from '../rule.ts';
import type { Target } from '../target.ts';

/** What a group is judged by. */
export interface Settings {
  readonly target: Target;
  readonly config: Config;
  readonly policies: readonly Policy[];
}

/** A group at one moment, with all that judging it takes. */
export interface Scene extends GroupSnapshot {
  /** The ids of the rules that may be acted on. */
  readonly changed: ReadonlySet<string>;
  readonly prefixLists: Context['prefixLists'];
  /** How many tags of a rule the ledger had no room for, by its id. */
  readonly omittedTags?: Readonly<Record<string, number>> | undefined;
  readonly now: Date;
}

export interface Judged {
  readonly scene: Scene;
  readonly verdicts: readonly Verdict[];
  readonly plan: Plan;
}

/** Verdicts and plan for a scene that a change has led to. Total: it never throws. */
export function judge({ target, config, policies }: Settings, scene: Scene, change: Changed): Judged {
  const place = { accountId: target.accountId, region: target.region, group: scene.group };
  const principals = [change.actor.arn, change.actor.roleArn].filter((arn) => arn !== undefined);
  const concerned = policiesFor(policies, change, place, scene.now);
  const verdicts = evaluate(scene.rules, scene.changed, concerned, { ...scene, ...place, principals });
  const plan = makePlan(verdicts, config.trimLimit);
  const protection = protectionOf(scene.group, config.protected);
  return {
    scene,
    verdicts,
    plan: protection === undefined ? plan : hold(plan, { because: 'protected', protection }),
  };
}
