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
 * The verdicts of `evaluate`. If the maker of the rules is not known, a rule violates only if it does whoever made it; a rule that an
 * exception for its maker may cover only causes a notice.
 */
export function verdictsOn(
  rules: readonly SecurityGroupRule[],
  changed: ReadonlySet<string>,
  policies: readonly Policy[],
  context: Context,
): readonly Verdict[] {
  const verdicts = evaluate(rules, changed, policies, context);
  if (context.principals !== 'unknown' || !policies.some(isForMakers)) return verdicts;
  const excused = evaluate(rules, changed, forAnyMaker(policies), context);
  return verdicts.map((verdict, index) => {
    // What is excused beside it may leave a rule no room: that alone is no violation.
    if (verdict.verdict !== 'violation') return verdict;
    const atBest = excused[index];
    return atBest?.verdict === 'violation' ? { ...atBest, policy: verdict.policy } : onlyTold(verdict);
  });
}

function isForMakers({ exceptions }: Policy): boolean {
  return exceptions.some(({ principals }) => principals !== undefined);
}

/** The policies as if each exception covered every maker; computed once for each list of policies. */
function forAnyMaker(policies: readonly Policy[]): readonly Policy[] {
  const known = FOR_ANY_MAKER.get(policies);
  if (known !== undefined) return known;
  const made = policies.map((policy) => {
    const exceptions = policy.exceptions.map((exception) => ({ ...exception, principals: undefined }));
    return { ...policy, exceptions };
  });
  FOR_ANY_MAKER.set(policies, made);
  return made;
}

const FOR_ANY_MAKER = new WeakMap<readonly Policy[], readonly Policy[]>();

function onlyTold(verdict: Violation): Violation {
  return { ...verdict, policy: { ...verdict.policy, action: 'notify' } };
}
