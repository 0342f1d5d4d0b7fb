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

const rule = z
  .strictObject({
    IpProtocol: z.union([z.string(), z.number()]).transform(String),
    FromPort: z.int().optional(),
    ToPort: z.int().optional(),
    CidrIpv4: z.string().optional(),
    CidrIpv6: z.string().optional(),
    PrefixListId: z.string().optional(),
    ReferencedGroupInfo: z.strictObject({ GroupId: z.string(), UserId: z.string().optional() }).optional(),
    IsEgress: z.boolean().optional(),
    GroupId: z.string().optional(),
    // The group's own, for policies and exceptions that look at it; and the ARN of who made the change.
    GroupName: z.string().optional(),
    VpcId: z.string().optional(),
    AssociatedVpcIds: listOrNone(vpcId).optional(),
    Tags: z.record(z.string(), z.string()).optional(),
    Principal: z.string().optional(),
    // The rule's own, for exceptions that look at them.
    Description: z.string().optional(),
    RuleTags: z.record(z.string(), z.string()).optional(),
  })
  .superRefine((facts, context) => {
    for (const message of problemsOf(facts)) context.addIssue({ code: 'custom', message });
  });
/** `- SSH from anywhere` alone, or a rule without a sentence, is the slip here. */
const askForCase = 'a case is a sentence and its rule: `SSH from anywhere: { IpProtocol: ... }`';
const cases = z
  .array(
    z.record(z.string(), z.union([rule, z.array(rule).min(1)], { error: askForCase }), { error: askForCase }),
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
type Facts = z.infer<typeof rule>;

const PEERS = ['CidrIpv4', 'CidrIpv6', 'PrefixListId', 'ReferencedGroupInfo'] as const;

/** What EC2 would never have: such a rule is `undecided` for every policy, and shows nothing of this one. */
function problemsOf(facts: Facts): readonly string[] {
  const { IpProtocol, FromPort, ToPort } = facts;
  const needsPorts = ['tcp', 'udp', '6', '17'].includes(IpProtocol);
  if (needsPorts && (FromPort === undefined || ToPort === undefined))
    return ['FromPort and ToPort: tcp and udp need both'];
  if (['icmp', '1'].includes(IpProtocol) && (FromPort === undefined || ToPort === undefined))
    return ['FromPort and ToPort: icmp needs both, the type and the code, -1 for all'];
  const given = PEERS.filter((key) => facts[key] !== undefined);
  if (given.length !== 1) return [`a rule has one of ${PEERS.join(', ')}: this has ${given.length}`];
  const { peer } = parseRule(toAws(facts, 0));
  return peer.kind === 'unreadable' ? [peer.reason] : [];
}

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
  const toCase = (expected: Verdict['verdict'], name: string, rules: readonly Facts[]): PolicyCase => ({
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

function toAws(
  { GroupName: _n, VpcId: _v, AssociatedVpcIds: _a, Tags: _t, Principal: _p, RuleTags = {}, ...facts }: Facts,
  index: number,
): AwsSecurityGroupRule {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  const Tags = Object.entries(RuleTags).map(([Key, Value]) => ({ Key, Value }));
  return { GroupId: 'sg-1', ...Object.fromEntries(given), Tags, SecurityGroupRuleId: `sgr-${index}` };
}

function contextOf(rules: readonly Facts[], { now, lists, blocks }: CaseWorld): Context {
  const said: Partial<Facts> = Object.assign({}, ...rules);
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
