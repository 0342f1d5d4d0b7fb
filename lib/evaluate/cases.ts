// `<id>.test.yaml`: the rules that a policy must judge, grouped by the verdict they must get.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { parse } from 'yaml';
import { z } from 'zod';
import { evaluate, type Verdict } from '../evaluate.ts';
import type { Policy } from '../policy.ts';
import { parseRule } from '../rule.ts';

export interface PolicyCase {
  /** One sentence. */
  readonly name: string;
  readonly expected: Verdict['verdict'];
  readonly rules: readonly AwsSecurityGroupRule[];
}

const rule = z.strictObject({
  IpProtocol: z.union([z.string(), z.number()]).transform(String),
  FromPort: z.int().optional(),
  ToPort: z.int().optional(),
  CidrIpv4: z.string().optional(),
  CidrIpv6: z.string().optional(),
  PrefixListId: z.string().optional(),
  ReferencedGroupInfo: z.strictObject({ GroupId: z.string(), UserId: z.string().optional() }).optional(),
  IsEgress: z.boolean().optional(),
});
const cases = z.array(z.record(z.string(), z.union([rule, z.array(rule)])));
const caseFile = z.strictObject({
  now: z.string(),
  violation: cases.default([]),
  compliant: cases.default([]),
  undecided: cases.default([]),
});

/** Reads a test file; throws with zod's account of what is wrong in it. */
export function parseCases(text: string): readonly PolicyCase[] {
  const { now: _, ...byVerdict } = caseFile.parse(parse(text));
  return (['violation', 'compliant', 'undecided'] as const).flatMap((expected) =>
    byVerdict[expected].flatMap((named) =>
      Object.entries(named).map(([name, rules]) => ({
        name,
        expected,
        rules: [rules]
          .flat()
          .map((aws, index) => clean({ ...aws, SecurityGroupRuleId: `sgr-${index}`, GroupId: 'sg-1' })),
      })),
    ),
  );
}

/** The verdict of a policy on the rules of a case together: the gravest of them. */
export function judgeCase(policy: Policy, { rules }: PolicyCase): Verdict['verdict'] {
  const parsed = rules.map(parseRule);
  const verdicts = evaluate(parsed, new Set(parsed.map(({ id }) => id)), [policy]).map(
    ({ verdict }) => verdict,
  );
  return (['violation', 'undecided'] as const).find((grave) => verdicts.includes(grave)) ?? 'compliant';
}

/** YAML leaves no undefined, but zod's optional keys are typed as if it could. */
function clean(
  aws: { [K in keyof AwsSecurityGroupRule]: AwsSecurityGroupRule[K] | undefined },
): AwsSecurityGroupRule {
  return Object.fromEntries(Object.entries(aws).filter(([, value]) => value !== undefined));
}
