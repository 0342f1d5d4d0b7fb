// Who made a call, by the `userIdentity` of its record.
import { field, flag, text } from './cloudtrail.ts';

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

const CONSOLE = 'signin.amazonaws.com';

/** The actor of a record. */
export function parseActor(record: unknown): Actor {
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
