// A CloudTrail event to a Change. The event is a hint and no more: it says where to look and which rules are new;
// what these rules admit is read from EC2 afterwards.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import {
  type Circumstances,
  EventError,
  field,
  flag,
  list,
  parseRecord,
  quote,
  statedText,
  text,
  whole,
} from './cloudtrail.ts';
import { type Direction, parseRule, type SecurityGroupRule } from './rule.ts';

export { type Actor, EventError } from './cloudtrail.ts';

/** Which rules the event says are new. */
export type ChangedRules =
  | { readonly by: 'id'; readonly ids: readonly string[] }
  | { readonly by: 'content'; readonly rules: readonly SecurityGroupRule[] }
  /** It names none that can be recognised: every rule of that direction may be new. */
  | { readonly by: 'group' };

/** The group as the event names it; in a default VPC a caller may use the name instead of the id. */
export type GroupReference =
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
  /** Undefined when the event names rule ids only. */
  readonly group: GroupReference | undefined;
  /** Undefined for ModifySecurityGroupRules, which does not say. */
  readonly direction: Direction | undefined;
  readonly rules: ChangedRules;
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

const DIRECTIONS: Readonly<Record<string, Direction | undefined>> = {
  AuthorizeSecurityGroupIngress: 'ingress',
  AuthorizeSecurityGroupEgress: 'egress',
  ModifySecurityGroupRules: undefined,
};

const TAKES_AWAY = 'only takes access away';
const DESCRIBES = 'changes descriptions, not access';
const LISTS = 'changes a prefix list: this version does not act on that yet';
const TAGS = 'changes tags: this version does not act on that yet';

const OTHERS: Readonly<Record<string, string>> = {
  RevokeSecurityGroupIngress: TAKES_AWAY,
  RevokeSecurityGroupEgress: TAKES_AWAY,
  DeleteSecurityGroup: TAKES_AWAY,
  CreateSecurityGroup: 'adds no inbound rule',
  UpdateSecurityGroupRuleDescriptionsIngress: DESCRIBES,
  UpdateSecurityGroupRuleDescriptionsEgress: DESCRIBES,
  ModifyManagedPrefixList: LISTS,
  RestoreManagedPrefixListVersion: LISTS,
  CreateTags: TAGS,
  DeleteTags: TAGS,
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
  return { kind: 'changed', ...circumstances, ...parseSubject(call) };
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
  if (!Object.hasOwn(DIRECTIONS, eventName))
    return `${quote(eventName)} does not change security group rules`;
  const done = flag(field(response, '_return')) ?? flag(field(response, 'return'));
  return done === false ? 'EC2 did not carry the call out' : undefined;
}

function parseSubject(call: Call): Pick<Changed, 'group' | 'direction' | 'rules'> {
  const group = parseGroup(call);
  const direction = DIRECTIONS[call.eventName];
  const rules = direction === undefined ? modifiedRules(call) : authorizedRules(call, direction, group);
  if (group !== undefined || rules.by === 'id') return { group, direction, rules };
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

function modifiedRules({ request }: Call): ChangedRules {
  const ids = ruleIds(field(request, 'SecurityGroupRule'));
  return ids === undefined ? { by: 'group' } : { by: 'id', ids };
}

/** The response has the ids since September 2021, and is there on success only; else the request has the contents. */
function authorizedRules(
  { request, response }: Call,
  direction: Direction,
  group: GroupReference | undefined,
): ChangedRules {
  const ids = ruleIds(field(response, 'securityGroupRuleSet'));
  if (ids !== undefined) return { by: 'id', ids };
  const place = { GroupId: group?.by === 'id' ? group.id : undefined, IsEgress: direction === 'egress' };
  const rules = requestedRules(request).map((rule) => parseRule({ ...place, ...rule }));
  // What cannot be read can never be found among the live rules, and the rest alone is not the whole change.
  const isWhole = rules.length > 0 && rules.every(({ peer }) => peer.kind !== 'unreadable');
  return isWhole ? { by: 'content', rules } : { by: 'group' };
}

/** The ids of all members, or undefined if there are no members or one of them has none. */
function ruleIds(rules: unknown): readonly string[] | undefined {
  const ids = list(rules).map((rule) => text(field(rule, 'securityGroupRuleId')));
  const known = ids.filter((id) => id !== undefined);
  return known.length > 0 && known.length === ids.length ? known : undefined;
}

/** The flat form has its one rule on the request itself, beside `"ipPermissions": {}`. */
function requestedRules(request: unknown): readonly AwsSecurityGroupRule[] {
  const flat = field(request, 'cidrIp') === undefined ? [] : [request];
  return [...flat, ...list(field(request, 'ipPermissions'))].flatMap((permission) => {
    const traffic = {
      IpProtocol: text(field(permission, 'ipProtocol')),
      FromPort: whole(field(permission, 'fromPort')),
      ToPort: whole(field(permission, 'toPort')),
    };
    const sources = requestedSources(permission);
    // A permission with no source that is known here still stands for a rule, one that parseRule cannot read.
    return (sources.length === 0 ? [{}] : sources).map((source) => ({ ...traffic, ...source }));
  });
}

function requestedSources(permission: unknown): readonly AwsSecurityGroupRule[] {
  const members = (name: string) => list(field(permission, name));
  const flat = field(permission, 'cidrIp') === undefined ? [] : [permission];
  return [
    ...[...flat, ...members('ipRanges')].map((it) => ({ CidrIpv4: text(field(it, 'cidrIp')) })),
    ...members('ipv6Ranges').map((it) => ({ CidrIpv6: text(field(it, 'cidrIpv6')) })),
    ...members('prefixListIds').map((it) => ({ PrefixListId: text(field(it, 'prefixListId')) })),
    ...members('groups').map((it) => ({
      ReferencedGroupInfo: { GroupId: text(field(it, 'groupId')), UserId: text(field(it, 'userId')) },
    })),
  ];
}
