// The rules of an event, from the request or the response of either encoding.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { parseRule, type SecurityGroupRule } from '../rule.ts';
import { field, list, text } from './cloudtrail.ts';
import {
  type NamedSource,
  namedSourcesOf,
  ruleFromGroup,
  rulesOfRequest,
  trafficSaid,
} from './requested-rules.ts';

/** A tag of a CreateTags or DeleteTags call; a removal without value is of whatever value there is. */
export interface TagChange {
  readonly key: string;
  readonly value: string | undefined;
}

/** What changed of the rules themselves, where they let in what they let in before: only policies that look at it are asked. */
export type ChangedWords =
  | {
      readonly of: 'description';
      /** The new descriptions, by rule id, as far as the event gives them by id. */
      readonly descriptions: Readonly<Record<string, string>>;
      /** Only of those rules of which nothing else changed. */
      readonly isOfUnchanged?: boolean;
    }
  | { readonly of: 'tags'; readonly tags: readonly TagChange[]; readonly isRemoval: boolean };

/** Which rules the event says are new. */
export type ChangedRules =
  | {
      readonly by: 'id';
      readonly ids: readonly string[];
      /** What the event says of them, as far as it can be read. */
      readonly rules: readonly SecurityGroupRule[];
      /** The tags of the group that brought them up, where it is not the rules that changed. */
      readonly tags?: readonly TagChange[];
      /** The VPC that the group was associated with, where that brought them up. */
      readonly vpcId?: string;
      readonly words?: ChangedWords;
    }
  | {
      readonly by: 'content';
      readonly rules: readonly SecurityGroupRule[];
      /** Further rules; undefined for none, and once the ids of their sources are known. */
      readonly namedSources?: readonly NamedSource[];
      readonly words?: ChangedWords;
    }
  /** It names none that can be recognised: every rule of that direction may be new. */
  | { readonly by: 'group' }
  /** What these rules refer to has changed: every rule for the list, of whatever group. */
  | {
      readonly by: 'prefix-list';
      readonly prefixListId: string;
      /** What the call makes of the list, where it says so: a later version is somebody else's. */
      readonly version?: number;
    }
  /** The group works in this VPC, too: every rule of it, for policies that look at VPCs. */
  | { readonly by: 'vpc'; readonly vpcId: string }
  /** What policies know groups or rules by has changed: every rule of the groups, and these rules, for policies that look at these tags. */
  | {
      readonly by: 'tags';
      readonly groupIds: readonly string[];
      readonly ruleIds: readonly string[];
      readonly tags: readonly TagChange[];
      readonly isRemoval: boolean;
    };

/** Group and direction, for the rules of requests, which do not repeat them. */
type Place = Pick<AwsSecurityGroupRule, 'GroupId' | 'IsEgress'>;

/** Rules of ModifySecurityGroupRules: their ids, and what they are to become. */
export function modifiedRules(request: unknown, groupId: string | undefined): ChangedRules {
  const updates = list(field(request, 'SecurityGroupRule'));
  const described = updates.map((update) => ({
    ...describedRule(field(update, 'SecurityGroupRule')),
    SecurityGroupRuleId: ruleId(update),
  }));
  return identified(described, { GroupId: groupId }) ?? { by: 'group' };
}

/** The response has the ids since September 2021, and is there on success only; else the request has the contents. */
export function authorizedRules(request: unknown, response: unknown, place: Place): ChangedRules {
  const described = list(field(response, 'securityGroupRuleSet')).map((rule) => ({
    ...describedRule(rule),
    SecurityGroupRuleId: ruleId(rule),
  }));
  const byId = identified(described, place);
  if (byId !== undefined) return byId;
  const rules = rulesOfRequest(request).map((rule) => parseRule({ ...place, ...rule }));
  const namedSources = namedSourcesOf(request).map((named) => ({
    ...named,
    rule: { ...place, ...named.rule },
  }));
  // What cannot be read can never be found among the live rules, and the rest alone is not the whole change.
  const isWhole = rules.every(isReadable) && namedSources.every(hasTraffic);
  if (!isWhole || rules.length + namedSources.length === 0) return { by: 'group' };
  return { by: 'content', rules, ...(namedSources.length > 0 && { namedSources }) };
}

/**
 * Rules with new descriptions: by id, or by content; undefined if they cannot be recognised
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html).
 */
export function describedRules(request: unknown, place: Place): RewordedRules | undefined {
  const named = DESCRIPTIONS.flatMap((name) => list(field(request, name)));
  const texts = named.map((it) => [ruleId(it), text(field(it, 'description')) ?? ''] as const);
  const known = texts.flatMap(([id, said]) => (id === undefined ? [] : [[id, said] as const]));
  if (known.length < texts.length) return undefined;
  const words = { of: 'description' as const, descriptions: Object.fromEntries(known) };
  if (known.length > 0) return { by: 'id', ids: known.map(([id]) => id), rules: [], words };
  const rules = authorizedRules(request, undefined, place);
  return rules.by === 'content' ? { ...rules, words } : undefined;
}

type RewordedRules = Extract<ChangedRules, { by: 'id' | 'content' }>;

/** No record of such a call has been seen: both encodings, and how other lists of requests are called. */
const DESCRIPTIONS = [
  'SecurityGroupRuleDescription',
  'securityGroupRuleDescriptions',
  'securityGroupRuleDescriptionSet',
];

function hasTraffic(named: NamedSource): boolean {
  return isReadable(ruleFromGroup(named, named.groupName));
}

/** Undefined if there are no rules, or one of them has no id. */
function identified(described: readonly AwsSecurityGroupRule[], place: Place): ChangedRules | undefined {
  const ids = described.flatMap(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? []);
  if (ids.length === 0 || ids.length < described.length) return undefined;
  const rules = described.map((rule) => parseRule({ ...place, ...rule })).filter(isReadable);
  return { by: 'id', ids, rules };
}

function ruleId(rule: unknown): string | undefined {
  return text(field(rule, 'securityGroupRuleId'));
}

/** One rule in the words of EC2's SecurityGroupRule, in either letter case. */
export function describedRule(rule: unknown): AwsSecurityGroupRule {
  const groupId =
    text(field(rule, 'referencedGroupInfo', 'groupId')) ?? text(field(rule, 'ReferencedGroupId'));
  const userId = text(field(rule, 'referencedGroupInfo', 'userId'));
  return {
    ...trafficSaid(rule),
    CidrIpv4: text(field(rule, 'cidrIpv4')),
    CidrIpv6: text(field(rule, 'cidrIpv6')),
    PrefixListId: text(field(rule, 'prefixListId')),
    Description: text(field(rule, 'description')),
    ...(groupId === undefined ? {} : { ReferencedGroupInfo: { GroupId: groupId, UserId: userId } }),
  };
}

function isReadable({ peer }: SecurityGroupRule): boolean {
  return peer.kind !== 'unreadable';
}
