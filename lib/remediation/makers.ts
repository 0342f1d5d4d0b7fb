// Who made the rules that are judged. Some exceptions depend on it, and it is not always known.
import type { Changed } from '../change/change.ts';
import { type Context, evaluate, type Verdict, type Violation } from '../evaluate/evaluate.ts';
import type { Policy } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';

/** The ARNs of the principal that made the changed rules. */
export function makersOf({ madeBy, actor }: Changed): Context['principals'] {
  if (madeBy === 'unknown') return 'unknown';
  return [actor.arn, actor.roleArn].filter((arn) => arn !== undefined);
}

/**
 * The verdicts of `evaluate`. A rule whose maker is not known violates only if it does whoever made it; one that an exception for its
 * maker may cover only causes a notice.
 */
export function verdictsOn(
  rules: readonly SecurityGroupRule[],
  changed: ReadonlySet<string>,
  policies: readonly Policy[],
  context: Context,
): readonly Verdict[] {
  const verdicts = evaluate(rules, changed, policies, context);
  if (isKnown(context) || !policies.some(isForMakers)) return verdicts;
  const excused = evaluate(rules, changed, policies, madeByAnybody(context));
  return verdicts.map((verdict, index) => {
    // What is excused beside it may leave a rule no room: that alone is no violation.
    if (verdict.verdict !== 'violation') return verdict;
    const atBest = excused[index];
    return atBest?.verdict === 'violation' ? atBest : onlyTold(verdict);
  });
}

function isForMakers({ exceptions }: Policy): boolean {
  return exceptions.some(({ principals }) => principals !== undefined);
}

function isKnown({ principals, strangers }: Context): boolean {
  return principals !== 'unknown' && (strangers === undefined || strangers.ids.size === 0);
}

/** The context as if each exception covered whoever is not known. */
function madeByAnybody({ principals, strangers, ...context }: Context): Context {
  return {
    ...context,
    principals: principals === 'unknown' ? 'anybody' : principals,
    ...(strangers && { strangers: { ...strangers, principals: 'anybody' } }),
  };
}

function onlyTold(verdict: Violation): Violation {
  return { ...verdict, policy: { ...verdict.policy, action: 'notify' } };
}
