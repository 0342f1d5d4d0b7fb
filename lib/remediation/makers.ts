// Who made the rules that are judged, and what may be done where nobody knows: some exceptions are for who made a rule.
import type { Changed } from '../change/change.ts';
import { type Context, evaluate, type Verdict, type Violation } from '../evaluate/evaluate.ts';
import type { Policy } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';

/** The ARNs of who made the rules that count as changed. */
export function makersOf({ madeBy, actor }: Changed): Context['principals'] {
  if (madeBy === 'unknown') return 'unknown';
  return [actor.arn, actor.roleArn].filter((arn) => arn !== undefined);
}

/**
 * What `evaluate` answers. Where nobody knows who made the rules, what violates whoever made them; what an exception for its maker
 * may excuse asks for a notice, and no more.
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

/** As if each exception were for who made the rules; made once for a list, as its index is. */
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
