// The judged group as plain JSON, so that a retry judges rules that are gone as they were judged then.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Changed } from '../change/change.ts';
import { isUnread, type UnreadList } from '../evaluate/prefix-lists.ts';
import { type AddressSet, parseSet, printSet } from '../network/cidr.ts';
import { parseBlockList, printBlockList } from '../network/nat64.ts';
import type { GroupVpcs } from '../network/vpcs.ts';
import { type Hold, type Plan, reportedIn, verdictsIn } from '../plan/plan.ts';
import { compilePolicy } from '../policy/policy.ts';
import type { PolicyDocument } from '../policy/schema.ts';
import type { GroupSelector } from '../policy/selector.ts';
import { parseRule, type SecurityGroup, type SecurityGroupRule } from '../rule.ts';
import { type Judged, judge, type Scene, type Settings } from './judge.ts';

export interface StoredScene {
  readonly group: SecurityGroup;
  readonly rules: readonly AwsSecurityGroupRule[];
  readonly changed: readonly string[];
  readonly prefixLists: Readonly<Record<string, readonly string[] | UnreadList>>;
  /** What was known of the group's VPCs, where judging it took that. */
  readonly vpcs?: StoredVpcs;
  readonly judgedAt: string;
  /** The policies that asked for something. */
  readonly policies: readonly PolicyDocument[];
  readonly protected: readonly GroupSelector[];
  readonly trimLimit: number;
  /** The ids of rules that somebody had changed since. */
  readonly strangers?: readonly string[];
  /** Why violations led to nothing yet, by the ids of rule and policy. */
  readonly waiting?: Readonly<Record<string, Readonly<Record<string, Hold>>>>;
  /** How many tags of a rule there was no room for, by its id. */
  readonly omittedTags?: Readonly<Record<string, number>>;
}

interface StoredVpcs {
  readonly associated?: readonly string[];
  readonly home?: readonly string[];
  readonly others?: readonly string[];
}

/** The scene and the policies that it was judged with, as plain JSON. */
export function storeScene({ config }: Settings, { scene, plan, waiting }: Judged): StoredScene {
  const { group, rules, changed, prefixLists, vpcs, now, strangers = new Set() } = scene;
  const lists = [...prefixLists].map(([id, known]) => [id, isUnread(known) ? known : printBlockList(known)]);
  const policies = policiesIn(plan);
  const isWhole = ({ id }: SecurityGroupRule) => changed.has(id) || policies.some(looksAtRuleWords);
  return {
    group,
    rules: rules.map((rule) => (isWhole(rule) ? rule.aws : contentIn(rule))),
    changed: [...changed],
    prefixLists: Object.fromEntries(lists),
    ...(vpcs.associated === undefined && vpcs.home === undefined ? {} : { vpcs: storeVpcs(vpcs) }),
    judgedAt: now.toISOString(),
    policies,
    protected: config.protected,
    trimLimit: config.trimLimit,
    ...(strangers.size > 0 && { strangers: [...strangers] }),
    ...(waiting.size > 0 && { waiting: storeWaiting(waiting) }),
  };
}

function storeWaiting(waiting: Judged['waiting']): NonNullable<StoredScene['waiting']> {
  const byRule = Map.groupBy(waiting, ([{ rule }]) => rule.id);
  return Object.fromEntries(
    [...byRule].map(([id, of]) => [id, Object.fromEntries(of.map(([{ policy }, why]) => [policy.id, why]))]),
  );
}

function storeVpcs({ associated, home, others }: GroupVpcs): StoredVpcs {
  return {
    ...(associated && { associated }),
    ...(home && { home: printSet(home) }),
    ...(others && { others: printSet(others) }),
  };
}

function restoreVpcs({ associated, home, others }: StoredVpcs = {}): GroupVpcs {
  const setOf = (blocks: readonly string[] | undefined): AddressSet | undefined => blocks && parseSet(blocks);
  return { associated, home: setOf(home), others: setOf(others) };
}

/** Exceptions may turn on what unchanged rules say of themselves, too. */
function looksAtRuleWords({ exceptions = [] }: PolicyDocument): boolean {
  return exceptions.some(({ rule }) => rule !== undefined);
}

/** Only rules that may be acted on may have to be put back: the descriptions and tags of all others could fill the item. */
function contentIn({ aws }: SecurityGroupRule): AwsSecurityGroupRule {
  const { Tags: _tags, Description: _description, ...content } = aws;
  return content;
}

/** Every policy that asks for an action or a report, once. */
function policiesIn(plan: Plan): readonly PolicyDocument[] {
  const beyond = plan.trim.flatMap((trimming) => trimming.beyond ?? []);
  const documents = [...reportedIn(plan), ...beyond].flatMap(verdictsIn).map(({ policy }) => policy.document);
  return [...new Map(documents.map((document) => [JSON.stringify(document), document])).values()];
}

/** Judges what was stored as it was judged then. */
export function judgeStored({ target, config }: Settings, stored: StoredScene, change: Changed): Judged {
  const { protected: listed, trimLimit } = stored;
  const policies = stored.policies.map(compilePolicy);
  // The policies were stored in the mode that the deployment let them have then.
  const then = {
    target,
    policies,
    config: { ...config, mode: 'enforce' as const, protected: listed, trimLimit },
  };
  return judge(
    then,
    restoreScene(stored),
    change,
    ({ rule, policy }) => stored.waiting?.[rule.id]?.[policy.id],
  );
}

function restoreScene(stored: StoredScene): Scene {
  const { group, rules, changed, prefixLists, vpcs, judgedAt, strangers, omittedTags = {} } = stored;
  const lists = Object.entries(prefixLists).map(
    ([id, known]) => [id, isUnread(known) ? known : parseBlockList(known)] as const,
  );
  return {
    group,
    rules: rules.map(parseRule),
    changed: new Set(changed),
    prefixLists: new Map(lists),
    vpcs: restoreVpcs(vpcs),
    now: new Date(judgedAt),
    strangers: new Set(strangers),
    omittedTags,
  };
}
