// `<id>.test.yaml`: the rules that a policy must judge, grouped by the verdict they must get.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { type Context, evaluate, type Verdict } from '../evaluate/evaluate.ts';
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import { parseSet } from '../network/cidr.ts';
import { parseBlockList } from '../network/nat64.ts';
import { type VpcBlocks, vpcsOf } from '../network/vpcs.ts';
import { parseDay } from '../policy/day.ts';
import { exceptionsSchema } from '../policy/exception-schema.ts';
import { listOrNone } from '../policy/list-schema.ts';
import { compilePolicy, type Policy } from '../policy/policy.ts';
import { type Parsed, parseYaml } from '../policy/read-yaml.ts';
import type { PolicyDocument } from '../policy/schema.ts';
import { block, day, vpcId } from '../policy/values.ts';
import { parseRule } from '../rule.ts';
import { type CaseRule, caseRule, toAws } from './case-rule.ts';
import { reasonOf } from './reason.ts';

export interface PolicyCase {
  /** One sentence. */
  readonly name: string;
  readonly expected: Verdict['verdict'];
  readonly rules: readonly AwsSecurityGroupRule[];
  readonly context: Context;
}

/** What a test file says beside its cases. */
export interface CaseFile {
  readonly cases: readonly PolicyCase[];
  /** Exceptions that hold in the tests alone. */
  readonly exceptions: NonNullable<PolicyDocument['exceptions']>;
}

const VERDICTS = ['violation', 'compliant', 'exempt', 'undecided'] as const;

/** `- SSH from anywhere` alone, or a rule without a sentence, is the slip here. */
const askForCase = 'write a sentence and its rule here: `SSH from anywhere: { IpProtocol: ... }`';
const cases = z
  .array(
    z.record(z.string(), z.union([caseRule, z.array(caseRule).min(1)], { error: askForCase }), {
      error: askForCase,
    }),
  )
  .default([]);
export const caseFileSchema = z.strictObject({
  now: day,
  prefixLists: z.record(z.string().min(1), listOrNone(block)).default({}),
  /** The CIDR blocks of VPCs. */
  vpcs: z.record(vpcId, listOrNone(block)).default({}),
  exceptions: exceptionsSchema.default([]),
  violation: cases,
  compliant: cases,
  exempt: cases,
  undecided: cases,
});
/** Reads a test file. */
export function parseCases(file: string, text: string): Parsed<CaseFile> {
  const parsed = parseYaml(file, text, caseFileSchema);
  return parsed.ok ? { ok: true, value: toCases(parsed.value) } : parsed;
}

function toCases({
  now,
  prefixLists,
  vpcs,
  exceptions,
  ...byVerdict
}: z.infer<typeof caseFileSchema>): CaseFile {
  const world = {
    now: new Date(parseDay(now) ?? 0),
    lists: parsedOf(prefixLists, parseBlockList),
    blocks: parsedOf(vpcs, parseSet),
  };
  const toCase = (expected: Verdict['verdict'], name: string, rules: readonly CaseRule[]): PolicyCase => ({
    name,
    expected,
    rules: rules.map(toAws),
    context: contextOf(rules, world),
  });
  const parsed = VERDICTS.flatMap((expected) =>
    byVerdict[expected].flatMap((named) =>
      Object.entries(named).map(([name, rules]) => toCase(expected, name, [rules].flat())),
    ),
  );
  return { cases: parsed, exceptions };
}

function parsedOf<T>(
  blocks: Readonly<Record<string, readonly string[]>>,
  parse: (cidrs: readonly string[]) => T,
): ReadonlyMap<string, T> {
  return new Map(Object.entries(blocks).map(([id, cidrs]) => [id, parse(cidrs)]));
}

/** What the cases of a file have in common. */
interface CaseWorld {
  readonly now: Date;
  readonly lists: PrefixLists;
  readonly blocks: VpcBlocks;
}

/** A policy with the exceptions of its test file added. */
export function withExceptions(document: PolicyDocument, { exceptions }: CaseFile): Policy {
  return compilePolicy({ ...document, exceptions: [...(document.exceptions ?? []), ...exceptions] });
}

/** A case and what became of it. */
export interface CaseResult {
  readonly name: string;
  readonly expected: Verdict['verdict'];
  readonly got: Verdict['verdict'];
  readonly passed: boolean;
  /** Why the verdict is what it is. */
  readonly reason: string;
}

/** Judges the rules of a case together; the worst verdict counts. */
export function runCase(policy: Policy, { name, expected, rules, context }: PolicyCase): CaseResult {
  const parsed = rules.map(parseRule);
  const verdicts = evaluate(parsed, new Set(parsed.map(({ id }) => id)), [policy], context);
  const worst = MOST_SEVERE_FIRST.flatMap((one) => verdicts.filter(({ verdict }) => verdict === one))[0];
  const got = worst?.verdict ?? 'compliant';
  const reason = worst === undefined ? 'The policy concerns none of these rules.' : reasonOf(worst);
  return { name, expected, got, passed: got === expected, reason };
}

const MOST_SEVERE_FIRST = ['violation', 'undecided', 'exempt', 'compliant'] as const;

function contextOf(rules: readonly CaseRule[], { now, lists, blocks }: CaseWorld): Context {
  const said: Partial<CaseRule> = Object.assign({}, ...rules);
  const { GroupId: id = 'sg-1', VpcId: vpcId = 'vpc-1', AssociatedVpcIds: associated = [] } = said;
  return {
    accountId: '111122223333',
    region: 'eu-west-1',
    group: {
      id,
      name: said.GroupName ?? 'web',
      ownerId: '111122223333',
      vpcId,
      tags: said.Tags ?? {},
    },
    principals: said.Principal === undefined ? [] : [said.Principal],
    prefixLists: lists,
    vpcs: vpcsOf({ id, vpcId }, { associations: new Map([[id, associated]]), blocks }),
    now,
  };
}
