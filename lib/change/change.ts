// A CloudTrail event to a Change. The event is a hint and no more: it says where to look and which rules are new;
// what these rules admit is read from EC2 afterwards.

import type { Direction } from '../rule.ts';
import { authorizedRules, type ChangedRules, modifiedRules } from './changed-rules.ts';
import { EventError, field, flag, list, quote, statedText, text } from './cloudtrail.ts';
import {
  addsNoEntry,
  rulesOfAssociated,
  rulesOfPrefixList,
  rulesOfTagged,
  taggedGroups,
} from './indirect.ts';
import { type Circumstances, parseRecord } from './record.ts';

export type { Actor } from './actor.ts';
export type { ChangedRules } from './changed-rules.ts';
export { EventError } from './cloudtrail.ts';

/** The group as the event names it; in a default VPC a caller may use the name instead of the id. */
type GroupReference =
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'name'; readonly name: string };

/** An event that opens nothing; the reason is a sentence for people. */
export interface Unchanged extends Circumstances {
  readonly kind: 'none';
  readonly reason: string;
}

/** An event that may have opened something. */
export interface Changed extends Circumstances {
  readonly kind: 'changed';
  /** Undefined when the event names rule ids only, or a prefix list or tags that may concern several groups. */
  readonly group: GroupReference | undefined;
  /** Undefined for what does not say, or is about both. */
  readonly direction: Direction | undefined;
  readonly rules: ChangedRules;
  /**
   * Who made what counts as changed: the actor, or nobody knows. A call that names no rules may come from somebody else than they
   * do, and so may a tag or an association with a VPC; who edits a prefix list has opened what it newly lets in.
   */
  readonly madeBy: 'actor' | 'unknown';
}

/** What an event means for security groups. */
export type Change = Unchanged | Changed;

interface Call {
  readonly record: unknown;
  readonly eventName: string;
  readonly request: unknown;
  readonly response: unknown;
}

const EC2 = 'ec2.amazonaws.com';

type Subject = Pick<Changed, 'group' | 'direction' | 'rules' | 'madeBy'>;

/** What each call is about. */
const SUBJECTS: Readonly<Record<string, (call: Call) => Subject>> = {
  AuthorizeSecurityGroupIngress: (call) => parseRules(call, 'ingress'),
  AuthorizeSecurityGroupEgress: (call) => parseRules(call, 'egress'),
  ModifySecurityGroupRules: (call) => parseRules(call, undefined),
  CreateSecurityGroup: ({ response }) => outboundRulesOfNewGroup(response),
  AssociateSecurityGroupVpc: ({ request }) => associatedGroup(request),
  ModifyManagedPrefixList: ({ request }) => ofNoGroup(rulesOfPrefixList(request)),
  RestoreManagedPrefixListVersion: ({ request }) => ofNoGroup(rulesOfPrefixList(request)),
  CreateTags: ({ request }) => ofNoGroup(rulesOfTagged(request, false)),
  DeleteTags: ({ request }) => ofNoGroup(rulesOfTagged(request, true)),
};

/** True for a call that tags: only policies that look at the tags are asked about the rules of the group. */
export function isTagging(eventName: string): boolean {
  return eventName === 'CreateTags' || eventName === 'DeleteTags';
}

const TAKES_AWAY = 'only takes access away';
const DESCRIBES = 'changes descriptions, not access';

const OTHERS: Readonly<Record<string, string>> = {
  RevokeSecurityGroupIngress: TAKES_AWAY,
  RevokeSecurityGroupEgress: TAKES_AWAY,
  DeleteSecurityGroup: TAKES_AWAY,
  UpdateSecurityGroupRuleDescriptionsIngress: DESCRIBES,
  UpdateSecurityGroupRuleDescriptionsEgress: DESCRIBES,
  CreateManagedPrefixList: 'makes a prefix list that no rule refers to yet',
  DeleteManagedPrefixList: TAKES_AWAY,
  // What the group's rules let in there ends; that they now name blocks of a foreign VPC is for the next sweep to say.
  DisassociateSecurityGroupVpc: TAKES_AWAY,
};

/**
 * Reads an EventBridge event, a bare CloudTrail record, or a log file or array of one record.
 * Throws EventError for what cannot be read, and for a change that names neither its group nor its rules.
 */
export function parseChange(event: unknown): Change {
  const { record, circumstances } = parseRecord(event);
  const call = parseCall(record, circumstances.eventName);
  const reason = whyNone(call);
  if (reason !== undefined) return { kind: 'none', reason, ...circumstances };
  const parseSubject = Object.hasOwn(SUBJECTS, call.eventName) ? SUBJECTS[call.eventName] : undefined;
  if (parseSubject !== undefined) return { kind: 'changed', ...circumstances, ...parseSubject(call) };
  const unknown = `${quote(call.eventName)} does not change security group rules`;
  return { kind: 'none', reason: unknown, ...circumstances };
}

/** New actions wrap request and response once more, under the action's name. */
function parseCall(record: unknown, eventName: string): Call {
  const parameters = field(record, 'requestParameters');
  const elements = field(record, 'responseElements');
  return {
    record,
    eventName,
    request: field(parameters, `${eventName}Request`) ?? parameters,
    response: field(elements, `${eventName}Response`) ?? elements,
  };
}

/** INVARIANT: a call that failed is no change, or a caller without rights could aim the bot at older rules. */
function whyNone({ record, eventName, request, response }: Call): string | undefined {
  const source = statedText(record, 'eventSource') ?? EC2;
  if (source !== EC2) return `it is an event of ${quote(source)}, not of EC2`;
  const errorCode = statedText(record, 'errorCode');
  // A dry run looks like a failed call, whether it would have succeeded or not.
  if (errorCode?.endsWith('DryRunOperation') || flag(field(request, 'dryRun'))) return 'it was a dry run';
  if (errorCode !== undefined) return `the call failed: ${quote(errorCode)}`;
  if (Object.hasOwn(OTHERS, eventName)) return `${eventName} ${OTHERS[eventName]}`;
  if (eventName === 'ModifyManagedPrefixList' && addsNoEntry(request))
    return 'it adds no entry to the prefix list';
  if (isTagging(eventName) && taggedGroups(request).length === 0) return 'it is about no security group';
  const done = flag(field(response, '_return')) ?? flag(field(response, 'return'));
  return done === false ? 'EC2 did not carry the call out' : undefined;
}

function ofNoGroup(rules: ChangedRules): Subject {
  const madeBy = rules.by === 'tags' ? 'unknown' : 'actor';
  return { group: undefined, direction: undefined, rules, madeBy };
}

/**
 * A group in a VPC starts with outbound rules for all traffic, IPv6 too where the VPC has it, and no event lists them
 * (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html). The request has only a name, which a
 * group of another VPC may share: by it, rules that are older than the event would count as changed.
 */
function outboundRulesOfNewGroup(response: unknown): Subject {
  const id = text(field(response, 'groupId'));
  if (id === undefined) throw new EventError('responseElements.groupId', 'is missing');
  return { group: { by: 'id', id }, direction: 'egress', rules: { by: 'group' }, madeBy: 'actor' };
}

/** Whoever has the group work in another VPC need not have made its rules. */
function associatedGroup(request: unknown): Subject {
  const id = text(field(request, 'groupId'));
  if (id === undefined) throw new EventError('requestParameters.GroupId', 'is missing');
  return {
    group: { by: 'id', id },
    direction: undefined,
    rules: rulesOfAssociated(request),
    madeBy: 'unknown',
  };
}

function parseRules(call: Call, direction: Direction | undefined): Subject {
  const group = parseGroup(call);
  const groupId = group?.by === 'id' ? group.id : undefined;
  const rules =
    direction === undefined
      ? modifiedRules(call.request, groupId)
      : authorizedRules(call.request, call.response, { GroupId: groupId, IsEgress: direction === 'egress' });
  const madeBy = rules.by === 'group' ? 'unknown' : 'actor';
  if (group !== undefined || rules.by === 'id') return { group, direction, rules, madeBy };
  throw new EventError('requestParameters.groupId', 'is missing, and there is no group name and no rule id');
}

/** A call by name is answered with the id. */
function parseGroup({ request, response }: Call): GroupReference | undefined {
  const [added] = list(field(response, 'securityGroupRuleSet'));
  const id = text(field(request, 'groupId')) ?? text(field(added, 'groupId'));
  if (id !== undefined) return { by: 'id', id };
  const name = text(field(request, 'groupName'));
  return name === undefined ? undefined : { by: 'name', name };
}
