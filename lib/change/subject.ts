// What a call is about: which group, and which of its rules are new.
import type { Direction } from '../rule.ts';
import { authorizedRules, type ChangedRules, describedRules, modifiedRules } from './changed-rules.ts';
import { EventError, field, flag, list, text } from './cloudtrail.ts';
import { addsNoEntry, rulesOfTagged } from './indirect.ts';

/** A call as its record has it. */
export interface RecordedCall {
  readonly record: unknown;
  readonly eventName: string;
  readonly request: unknown;
  readonly response: unknown;
}

/** The group as the event names it; in a default VPC a caller may use the name instead of the id. */
type GroupReference =
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'name'; readonly name: string };

/** What a call is about. */
export interface Subject {
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

/** A call that changes no rule after all; the reason is a sentence for people. */
interface NoSubject {
  readonly reason: string;
}

/** Answers the EventError of a call that does not say what it is about. */
const SUBJECTS: Readonly<Record<string, (call: RecordedCall) => Subject | NoSubject | EventError>> = {
  AuthorizeSecurityGroupIngress: (call) => rulesOf(call, 'ingress'),
  AuthorizeSecurityGroupEgress: (call) => rulesOf(call, 'egress'),
  ModifySecurityGroupRules: (call) => rulesOf(call, undefined),
  CreateSecurityGroup: outboundRulesOfNewGroup,
  AssociateSecurityGroupVpc: associatedGroup,
  ModifyManagedPrefixList: prefixList,
  RestoreManagedPrefixListVersion: prefixList,
  CreateTags: (call) => tagged(call, false),
  DeleteTags: (call) => tagged(call, true),
  UpdateSecurityGroupRuleDescriptionsIngress: (call) => described(call, 'ingress'),
  UpdateSecurityGroupRuleDescriptionsEgress: (call) => described(call, 'egress'),
};

/**
 * What a call is about; undefined for one that is never about rules, `omitted` where CloudTrail left that out. Throws EventError where
 * it is missing for no reason.
 */
export function subjectOf(call: RecordedCall): Subject | NoSubject | 'omitted' | undefined {
  if (!Object.hasOwn(SUBJECTS, call.eventName)) return undefined;
  const subject = SUBJECTS[call.eventName]?.(call);
  if (!(subject instanceof EventError)) return subject;
  if (isOmitted(call.request) || isOmitted(call.response)) return 'omitted';
  throw subject;
}

/**
 * True for a half of a call that is too large for CloudTrail, which replaces what is over 100 KB by a note of that
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
 */
function isOmitted(half: unknown): boolean {
  return flag(field(half, 'omitted')) === true;
}

/** The answer has the list that the request names. */
function prefixList({ eventName, request, response }: RecordedCall): Subject | NoSubject | EventError {
  if (eventName === 'ModifyManagedPrefixList' && addsNoEntry(request)) {
    return { reason: 'it adds no entry to the prefix list' };
  }
  const id = text(field(request, 'prefixListId')) ?? text(field(response, 'prefixList', 'prefixListId'));
  if (id === undefined) return new EventError('requestParameters.PrefixListId', 'is missing');
  const before = text(field(request, 'currentVersion')) ?? '';
  const isVersion = /^\d+$/.test(before);
  const rules = {
    by: 'prefix-list' as const,
    prefixListId: id,
    ...(isVersion && { version: Number(before) + 1 }),
  };
  return { group: undefined, direction: undefined, rules, madeBy: 'actor' };
}

/**
 * Whoever tags a group or a rule need not have made the rules. A sweep could not find what CloudTrail left out: what was tagged
 * otherwise before.
 */
function tagged({ request }: RecordedCall, isRemoval: boolean): Subject | NoSubject {
  if (isOmitted(request)) return { reason: 'CloudTrail left out what it tags' };
  const rules = rulesOfTagged(request, isRemoval);
  if (rules.groupIds.length + rules.ruleIds.length === 0) return { reason: 'it is about no security group' };
  return { group: undefined, direction: undefined, rules, madeBy: 'unknown' };
}

/** Whoever describes a rule need not have made it. A sweep could not find what CloudTrail left out: what was described otherwise before. */
function described(call: RecordedCall, direction: Direction): Subject | NoSubject {
  if (isOmitted(call.request)) return { reason: 'CloudTrail left out which rules it describes' };
  const group = groupOf(call);
  const groupId = group?.by === 'id' ? group.id : undefined;
  const rules = describedRules(call.request, { GroupId: groupId, IsEgress: direction === 'egress' });
  const isKnown = rules !== undefined && (group !== undefined || rules.by === 'id');
  if (!isKnown) return { reason: 'it does not say which rules it describes' };
  return { group, direction, rules, madeBy: 'unknown' };
}

/**
 * A group in a VPC starts with outbound rules for all traffic, IPv6 too where the VPC has it, and no event lists them
 * (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html). The request has only a name, which a
 * group of another VPC may share: by it, rules that are older than the event would count as changed.
 */
function outboundRulesOfNewGroup({ response }: RecordedCall): Subject | EventError {
  const id = text(field(response, 'groupId'));
  if (id === undefined) return new EventError('responseElements.groupId', 'is missing');
  return { group: { by: 'id', id }, direction: 'egress', rules: { by: 'group' }, madeBy: 'actor' };
}

/** Whoever has the group work in another VPC need not have made its rules. */
function associatedGroup({ request }: RecordedCall): Subject | EventError {
  const [id, vpcId] = [text(field(request, 'groupId')), text(field(request, 'vpcId'))];
  if (id === undefined) return new EventError('requestParameters.GroupId', 'is missing');
  if (vpcId === undefined) return new EventError('requestParameters.VpcId', 'is missing');
  // Its rules let traffic in there, too.
  const rules = { by: 'vpc', vpcId } as const;
  return { group: { by: 'id', id }, direction: undefined, rules, madeBy: 'unknown' };
}

function rulesOf(call: RecordedCall, direction: Direction | undefined): Subject | EventError {
  const group = groupOf(call);
  const groupId = group?.by === 'id' ? group.id : undefined;
  const rules =
    direction === undefined
      ? modifiedRules(call.request, groupId)
      : authorizedRules(call.request, call.response, { GroupId: groupId, IsEgress: direction === 'egress' });
  const madeBy = rules.by === 'group' ? 'unknown' : 'actor';
  if (group !== undefined || rules.by === 'id') return { group, direction, rules, madeBy };
  return new EventError('requestParameters.groupId', 'is missing, and there is no group name and no rule id');
}

/** A call by name is answered with the id. */
function groupOf({ request, response }: RecordedCall): GroupReference | undefined {
  const [added] = list(field(response, 'securityGroupRuleSet'));
  const id = text(field(request, 'groupId')) ?? text(field(added, 'groupId'));
  if (id !== undefined) return { by: 'id', id };
  const name = text(field(request, 'groupName'));
  return name === undefined ? undefined : { by: 'name', name };
}
