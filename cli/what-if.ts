// What would become of a rule, if somebody made it: no event, no call that changes anything.
import type {
  SecurityGroup as AwsSecurityGroup,
  SecurityGroupRule as AwsSecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { Mode } from '../lib/config.ts';
import { evaluate, type Verdict } from '../lib/evaluate/evaluate.ts';
import { leadingFirst } from '../lib/evaluate/leading.ts';
import { prefixListsNeeded } from '../lib/evaluate/prefix-lists-needed.ts';
import { isEmpty } from '../lib/network/cidr.ts';
import { vpcsOf } from '../lib/network/vpcs.ts';
import { makePlan } from '../lib/plan/make-plan.ts';
import type { Finding } from '../lib/plan/plan.ts';
import { protectionOf } from '../lib/plan/protected.ts';
import type { Policy } from '../lib/policy/policy.ts';
import { type GroupSelector, type RulePlace, unmet } from '../lib/policy/selector.ts';
import { contentOf, parseGroup, parseRule, type SecurityGroup, type SecurityGroupRule } from '../lib/rule.ts';
import { regionOf } from './input/audit-group.ts';
import { type AuditSources, setsOf } from './input/audit-sources.ts';
import { parseListEntries } from './input/exported.ts';
import { readJson } from './input/input.ts';
import { type OneGroup, readOneGroup } from './input/one-group.ts';
import { parseRuleText } from './input/rule-text.ts';
import { onlyAccountIn, onlyRegionIn } from './input/stage-settings.ts';
import type { Io } from './io.ts';

interface WhatIfInput {
  readonly rule: AwsSecurityGroupRule;
  /** The group as it is, and what it refers to; undefined for a new group without any rule. */
  readonly found: OneGroup | undefined;
  /** Of a group that does not say where it is, as far as that is known. */
  readonly place: { readonly region: string | undefined; readonly accountId: string | undefined };
  readonly lists: AuditSources['prefixLists'];
  readonly policies: readonly Policy[];
  readonly mode: Mode;
  readonly protect: readonly GroupSelector[];
  readonly trimLimit: number;
}

export interface WhatIf {
  readonly does: 'revoke' | 'trim' | 'report' | 'nothing';
  /** Why it is only reported, in words, where policies ask for more. */
  readonly because?: string;
  /** The grace, as the policy says it, where every policy that asks for the rule gives one: the shortest. */
  readonly after?: string;
  readonly rule: SecurityGroupRule;
  /** Undefined for a new one. */
  readonly group: SecurityGroup | undefined;
  readonly others: number;
  /** The ids of policies that forbid the rule, but are for groups, VPCs or accounts that a new group is not known to be in. */
  readonly elsewhere: readonly string[];
  /** On this rule, violations first and of them the most severe; compliant ones left out, unless the policy tolerates something. */
  readonly verdicts: readonly Verdict[];
}

const NEW_GROUP: AwsSecurityGroup = { GroupId: 'sg-new', GroupName: 'new', OwnerId: '' };
const NEW_RULE = 'the new rule';

/** The options of the question. */
export interface WhatIfOptions
  extends Omit<WhatIfInput, 'rule' | 'found' | 'place' | 'lists' | 'policies' | 'protect'> {
  readonly group?: string;
  readonly prefixLists?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly settings?: string;
  readonly protect?: readonly GroupSelector[];
}

/** Reads the group that is meant, and judges. */
export async function answerWhatIf(
  io: Io,
  text: string,
  policies: readonly Policy[],
  { group, prefixLists: file, region, profile, settings, mode, protect = [], trimLimit }: WhatIfOptions,
): Promise<WhatIf> {
  const rule = parseRuleText(text);
  const given = setsOf(file === undefined ? new Map() : parseListEntries(file, await readJson(io, file)));
  const input = {
    ...(file === undefined ? {} : { prefixLists: file }),
    ...(region === undefined ? {} : { region: [region] }),
    ...(profile === undefined ? {} : { profile: [profile] }),
    ...(settings === undefined ? {} : { settings }),
  };
  const found = group === undefined ? undefined : await readOneGroup(io, group, input, policies);
  const lists = found?.source.prefixLists ?? (async () => given);
  const place = {
    region: found?.source.region ?? region ?? (settings ? onlyRegionIn(settings) : undefined),
    accountId: settings ? onlyAccountIn(settings) : undefined,
  };
  return whatIf({ rule, found, place, lists, policies, mode, protect, trimLimit });
}

/** Judges the rule beside those that the group has. */
async function whatIf(input: WhatIfInput): Promise<WhatIf> {
  const { found, place, policies, lists } = input;
  const aws = found?.described.group ?? { ...NEW_GROUP, OwnerId: place.accountId ?? '' };
  const group = parseGroup(aws);
  const rule = parseRule({ ...input.rule, SecurityGroupRuleId: NEW_RULE, GroupId: group.id });
  // A rule that the group has already is no new one.
  const others = (found?.described.rules ?? []).filter((one) => contentOf(one) !== contentOf(rule));
  const rules = [...others, rule];
  const region = regionOf(aws, place.region, policies);
  const vpcs = found === undefined ? { associations: new Map(), blocks: new Map() } : found.source.vpcs;
  const context = {
    ...{ group, region, accountId: group.ownerId, principals: 'unknown' as const, now: new Date() },
    prefixLists: await lists(prefixListsNeeded(rules, policies)),
    vpcs: vpcsOf(group, vpcs),
  };
  const verdicts = evaluate(rules, new Set([rule.id]), policies, context);
  const own = verdicts.filter((one) => one.rule === rule && saysMore(one));
  return {
    ...action(verdicts, input, group),
    rule,
    group: found === undefined ? undefined : group,
    others: others.length,
    elsewhere: found === undefined ? elsewhere(rule, policies, context) : [],
    verdicts: own.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict] || leadingFirst(a, b)),
  };
}

/** Those that the scope of a policy keeps from a new group, whose name, tags and VPCs nobody knows yet. */
function elsewhere(
  rule: SecurityGroupRule,
  policies: readonly Policy[],
  context: Parameters<typeof evaluate>[3] & RulePlace,
): readonly string[] {
  const passedOver = policies.filter(({ scope = {} }) => {
    const conditions = unmet(scope, context, 'some');
    return conditions.length > 0 && !conditions.includes('regions');
  });
  const anywhere = passedOver.map((policy) => ({ ...policy, scope: undefined }));
  return evaluate([rule], new Set([rule.id]), anywhere, context)
    .filter(({ verdict }) => verdict === 'violation' || verdict === 'undecided')
    .map(({ policy }) => policy.id);
}

const RANK: Readonly<Record<Verdict['verdict'], number>> = {
  violation: 0,
  undecided: 1,
  exempt: 2,
  compliant: 3,
};

/** Whether a verdict is news: a compliant one is where the policy forbids a part of the rule, and tolerates that much. */
function saysMore(verdict: Verdict): boolean {
  return verdict.verdict !== 'compliant' || !isEmpty(verdict.tolerated);
}

function action(
  verdicts: readonly Verdict[],
  { mode, protect, trimLimit }: WhatIfInput,
  group: SecurityGroup,
): Pick<WhatIf, 'does' | 'because' | 'after'> {
  const plan = makePlan(verdicts, trimLimit);
  const acting = [...plan.revoke, ...plan.trim];
  const protection = protectionOf(group, protect);
  if (acting.length > 0 && protection !== undefined) return { does: 'report', because: protection };
  if (acting.length > 0 && mode === 'dry-run')
    return { does: 'report', because: 'the deployment is in dry run' };
  const does = plan.revoke.length > 0 ? 'revoke' : 'trim';
  if (acting.length > 0) return { does, ...graceOf(acting) };
  if (plan.dryRun.length > 0) return { does: 'report', because: 'the policies are in dry run' };
  return { does: plan.notify.length + plan.undecided.length > 0 ? 'report' : 'nothing' };
}

/** Nothing where one of the policies that ask for the rule acts at once. */
function graceOf(acting: readonly Finding[]): Pick<WhatIf, 'after'> {
  const asking = acting
    .flatMap(({ verdicts }) => verdicts)
    .filter(({ policy }) => policy.action !== 'notify');
  const graces = asking.map(({ policy }) => policy.grace ?? 0);
  const shortest = asking.find(({ policy }) => policy.grace === Math.min(...graces));
  const { grace } = shortest?.policy.document ?? {};
  return grace === undefined ? {} : { after: grace };
}
