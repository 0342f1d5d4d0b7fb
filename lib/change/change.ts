// A CloudTrail event to a Change. The event is a hint and no more: it says where to look and which rules are new;
// what these rules admit is read from EC2 afterwards.
import { field, flag, quote, statedText } from './cloudtrail.ts';
import { type Circumstances, parseRecord } from './record.ts';
import { type RecordedCall, type Subject, subjectOf } from './subject.ts';

export type { Actor } from './actor.ts';
export type { ChangedRules } from './changed-rules.ts';
export { EventError } from './cloudtrail.ts';

/** An event that opens nothing; the reason is a sentence for people. */
export interface Unchanged extends Circumstances {
  readonly kind: 'none';
  readonly reason: string;
}

/** A call so large that CloudTrail shows it without what it is about: any rule of any group may be new. */
export interface Omitted extends Circumstances {
  readonly kind: 'omitted';
}

/** An event that may have opened something. */
export interface Changed extends Circumstances, Subject {
  readonly kind: 'changed';
}

/** What an event means for security groups. */
export type Change = Unchanged | Omitted | Changed;

const EC2 = 'ec2.amazonaws.com';

const TAKES_AWAY = 'only removes access';

const OTHERS: Readonly<Record<string, string>> = {
  RevokeSecurityGroupIngress: TAKES_AWAY,
  RevokeSecurityGroupEgress: TAKES_AWAY,
  DeleteSecurityGroup: TAKES_AWAY,
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
  const subject = subjectOf(call);
  if (subject === 'omitted') return { kind: 'omitted', ...circumstances };
  if (subject === undefined) return { kind: 'none', reason: unknown(call), ...circumstances };
  if ('reason' in subject) return { kind: 'none', ...circumstances, ...subject };
  return { kind: 'changed', ...circumstances, ...subject };
}

function unknown({ eventName }: RecordedCall): string {
  return `${quote(eventName)} does not change security group rules`;
}

/** New actions wrap request and response again, under the action's name. */
export function parseCall(record: unknown, eventName: string): RecordedCall {
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
function whyNone({ record, eventName, request, response }: RecordedCall): string | undefined {
  const source = statedText(record, 'eventSource') ?? EC2;
  if (source !== EC2) return `it is an event of ${quote(source)}, not of EC2`;
  const errorCode = statedText(record, 'errorCode');
  // A dry run looks like a failed call, whether it would have succeeded or not.
  if (errorCode?.endsWith('DryRunOperation') || flag(field(request, 'dryRun'))) return 'it was a dry run';
  if (errorCode !== undefined) return `the call failed: ${quote(errorCode)}`;
  if (Object.hasOwn(OTHERS, eventName)) return `${eventName} ${OTHERS[eventName]}`;
  const done = flag(field(response, '_return')) ?? flag(field(response, 'return'));
  return done === false ? 'EC2 did not carry the call out' : undefined;
}
