// What all CloudTrail records have in common: how they come wrapped, the circumstances they tell, and how EC2 writes
// values and lists (old actions: `{"items": [...]}`; new ones, turned from XML: an object for one, an array for more).
// Records are read through the readers below and no other way, so no type and no key in them can do harm.

/** An event that cannot be read: `field` is the path of what is missing or wrong, the message says how. */
export class EventError extends Error {
  override readonly name = 'EventError';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field} ${problem}`);
    this.field = field;
  }
}

/** Who made a call, as far as its record says; every text is as hostile as its author. */
export interface Actor {
  readonly arn: string | undefined;
  /** The human behind a role session where there is one, a user's name, `root`, the AWS service, or what else the record has. */
  readonly name: string;
  readonly type: string | undefined;
  /** The role of a role session. */
  readonly role: string | undefined;
  /** The ARN of that role, with its path; the session's own ARN leaves the path out. */
  readonly roleArn: string | undefined;
  /** The AWS service that acted, by itself or for somebody. The console is a person, not a service. */
  readonly service: string | undefined;
  /** Not always an address: services are written as host names or `AWS Internal`. */
  readonly sourceAddress: string | undefined;
  readonly userAgent: string | undefined;
  readonly mfa: boolean | undefined;
}

/** Which call it was, when, where and whose. */
export interface Circumstances {
  readonly eventName: string;
  readonly eventId: string | undefined;
  /** UTC, as `2026-01-24T03:45:49Z`. */
  readonly time: string | undefined;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly actor: Actor;
}

const CONSOLE = 'signin.amazonaws.com';
const LONGEST = 2_048;
const LONGEST_QUOTE = 100;

/**
 * The record in an EventBridge event, a log file or an array of one, or the bare record, with what it tells.
 * Throws EventError for several records and for one without an event name.
 */
export function parseRecord(event: unknown): {
  readonly record: unknown;
  readonly circumstances: Circumstances;
} {
  const envelope = unwrapList(event);
  if (!isObject(envelope)) throw new EventError('event', 'is not an object');
  const detail = field(envelope, 'detail');
  if (detail !== undefined && !isObject(detail)) throw new EventError('detail', 'is not an object');
  const record = detail ?? envelope;
  const eventName = field(record, 'eventName');
  if (typeof eventName !== 'string' || text(eventName) === undefined) {
    throw new EventError('eventName', 'is missing or not the name of an action');
  }
  const circumstances = {
    eventName,
    eventId: text(field(record, 'eventID')),
    time: parseTime(field(record, 'eventTime')) ?? parseTime(field(envelope, 'time')),
    accountId: parseAccount(envelope, record),
    region: text(field(envelope, 'region')) ?? text(field(record, 'awsRegion')),
    actor: parseActor(record),
  };
  return { record, circumstances };
}

/** The value at a path of own keys; undefined for none and for null. Where the very key is missing, any letter case will do. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce(member, value) ?? undefined;
}

/** A text that is not empty, also one that came as a number; undefined for what is longer than any text of AWS. */
export function text(value: unknown): string | undefined {
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' && written !== '' && written.length <= LONGEST ? written : undefined;
}

/** A text on which all depends: null and '' are absent, but what is there and is no text is an EventError. */
export function statedText(record: unknown, name: string): string | undefined {
  const value = field(record, name);
  if (value === undefined || value === '') return undefined;
  const stated = text(value);
  if (stated === undefined) throw new EventError(name, 'is not a text, or too long for one');
  return stated;
}

/** A whole number, also one that came as a text; NaN, never undefined, for something that is there and is not one. */
export function whole(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const digits = text(value) ?? '';
  return /^-?\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

/** A boolean, also one that came as `"true"` or `"False"`. */
export function flag(value: unknown): boolean | undefined {
  const said = typeof value === 'string' ? value.toLowerCase() : value;
  if (said === true || said === 'true') return true;
  return said === false || said === 'false' ? false : undefined;
}

/** The members of a list, however it is written; `{}` and `""` are empty, any other object stands for itself alone. */
export function list(value: unknown): readonly unknown[] {
  const members = field(value, 'items') ?? (isObject(value) && Object.hasOwn(value, 'items') ? [] : value);
  if (Array.isArray(members)) return members;
  return isObject(members) && Object.keys(members).length > 0 ? [members] : [];
}

/** Text of the event for a message: one short line in backticks, without control and invisible characters. */
export function quote(said: string): string {
  const characters = [...said.replace(/[\p{C}\p{Z}`]+/gu, ' ').trim()];
  const isLong = characters.length > LONGEST_QUOTE;
  return `\`${characters.slice(0, LONGEST_QUOTE).join('')}${isLong ? '…' : ''}\``;
}

function unwrapList(event: unknown): unknown {
  const carried = Array.isArray(event) ? onlyOne(event, 'event') : event;
  const records = field(carried, 'Records');
  return Array.isArray(records) ? onlyOne(records, 'Records') : carried;
}

function onlyOne(records: readonly unknown[], path: string): unknown {
  if (records.length === 1) return records[0];
  throw new EventError(path, `holds ${records.length} records: events come one by one`);
}

function member(value: unknown, key: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, key)) return value[key];
  // Data lakes write keys in lower case. The very key goes first because `tag` may stand beside `Tag`.
  const other = Object.keys(value).find((k) => k.toLowerCase() === key.toLowerCase());
  return other === undefined ? undefined : value[other];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Data lakes rewrite `2026-01-24T03:45:49Z` as `2026-01-24 03:45:49.000`; CloudTrail itself counts whole seconds. */
function parseTime(value: unknown): string | undefined {
  const form = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)? ?(?:Z|UTC)?$/;
  const [, date, clock] = form.exec(text(value) ?? '') ?? [];
  const iso = `${date}T${clock}Z`;
  return Number.isNaN(Date.parse(iso)) ? undefined : iso;
}

/** The envelope goes first: it says where the event happened, which need not be the caller's account. */
function parseAccount(envelope: unknown, record: unknown): string | undefined {
  const identity = field(record, 'userIdentity');
  const ofCaller = text(field(identity, 'accountId')) ?? text(text(field(identity, 'arn'))?.split(':')[4]);
  return text(field(envelope, 'account')) ?? text(field(record, 'recipientAccountId')) ?? ofCaller;
}

function parseActor(record: unknown): Actor {
  const identity = field(record, 'userIdentity');
  const invokedBy = text(field(identity, 'invokedBy'));
  const service = invokedBy === CONSOLE ? undefined : invokedBy;
  const arn = text(field(identity, 'arn'));
  // `assumed-role`, role, session; or `user`, path, name; or `root`.
  const resource = arn?.split(':')[5]?.split('/') ?? [];
  return {
    arn,
    name: nameOf(identity, resource) ?? service ?? identityInWords(identity),
    type: text(field(identity, 'type')),
    role: resource[0] === 'assumed-role' ? text(resource[1]) : undefined,
    roleArn: text(field(identity, 'sessionContext', 'sessionIssuer', 'arn')),
    service,
    sourceAddress: text(field(record, 'sourceIPAddress')),
    userAgent: text(field(record, 'userAgent')),
    mfa: flag(field(identity, 'sessionContext', 'attributes', 'mfaAuthenticated')),
  };
}

function nameOf(identity: unknown, [kind, ...path]: readonly string[]): string | undefined {
  const type = field(identity, 'type');
  if (type === 'Root' || kind === 'root') return 'root';
  if (type === 'AWSService') return text(field(identity, 'invokedBy'));
  const session = kind === 'assumed-role' ? path[1] : undefined;
  // A session's name is also the second half of its principal id, `AROA...:jane@example.com`.
  const principal = text(text(field(identity, 'principalId'))?.split(':')[1]);
  const name = text(session) ?? text(field(identity, 'userName')) ?? principal ?? text(path.at(-1));
  return type === 'AWSAccount' && name !== undefined ? inAccount(name, identity) : name;
}

/** Types that say nothing beside the account. */
const NO_TYPES = ['Unknown', 'AWSAccount'];

/**
 * Who has neither a name nor an ARN: a person of IAM Identity Center, another account's caller, or something new
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html).
 */
function identityInWords(identity: unknown): string {
  const userId = text(field(identity, 'onBehalfOf', 'userId'));
  if (userId !== undefined) return `Identity Center user ${userId}`;
  const type = /^[A-Za-z]+$/.exec(text(field(identity, 'type')) ?? '')?.[0];
  const ofType =
    type === undefined || NO_TYPES.includes(type) ? 'somebody unknown' : `somebody of type ${type}`;
  return inAccount(text(field(identity, 'principalId')) ?? ofType, identity);
}

function inAccount(name: string, identity: unknown): string {
  const account = text(field(identity, 'accountId'));
  return account === undefined ? name : `${name} in account ${account}`;
}
