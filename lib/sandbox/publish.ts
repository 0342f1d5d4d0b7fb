// SNS Publish, with the limits of https://docs.aws.amazon.com/sns/latest/api/API_Publish.html.
import { type Account, nextId } from './account.ts';
import { ServiceError } from './faults.ts';
import { type Parameters, structureOf, structuresOf, textOf } from './query.ts';

export interface Publication {
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** By protocol, where the message was JSON of that structure; `default` serves all that are not named. */
  readonly versions: Readonly<Record<string, string>> | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

const MOST_BYTES = 262_144;

/** Takes a message to a topic. */
export function publish(account: Account, parameters: Parameters): object {
  const topicArn = textOf(parameters, 'TopicArn') ?? '';
  if (!account.topics.has(topicArn)) throw new ServiceError('NotFound', 'Topic does not exist');
  const message = textOf(parameters, 'Message') ?? '';
  const subject = textOf(parameters, 'Subject');
  const attributes = attributesOf(parameters);
  if (message === '') throw invalid('Empty message');
  if (subject !== undefined) checkSubject(subject);
  const size = [message, ...Object.entries(attributes).flat()].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  );
  if (size > MOST_BYTES) throw invalid('Message too long');
  const versions = textOf(parameters, 'MessageStructure') === 'json' ? versionsOf(message) : undefined;
  account.messages.push({ topicArn, subject, message, versions, attributes });
  return { MessageId: nextId(account, 'message') };
}

function checkSubject(subject: string): void {
  if (subject.length < 100 && /^\P{Cc}+$/u.test(subject)) return;
  throw invalid('Subject');
}

function versionsOf(message: string): Readonly<Record<string, string>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const entries = Object.entries(parsed instanceof Object ? parsed : {}).filter(
    ([, text]) => typeof text === 'string',
  );
  const versions = Object.fromEntries(entries);
  if (versions.default === undefined)
    throw invalid('Message Structure - No default entry in JSON message body');
  return versions;
}

function attributesOf(parameters: Parameters): Readonly<Record<string, string>> {
  const entries = structuresOf(structureOf(parameters, 'MessageAttributes'), 'entry').map((entry) => {
    const value = structureOf(entry, 'Value');
    const type = textOf(value, 'DataType') ?? '';
    const text = textOf(value, 'StringValue') ?? '';
    if (!/^(String|String\.Array|Number)$/.test(type) || text === '') throw invalid('MessageAttributes');
    if (type === 'String.Array' && !Array.isArray(JSON.parse(text))) throw invalid('MessageAttributes');
    return [textOf(entry, 'Name') ?? '', text] as const;
  });
  return Object.fromEntries(entries);
}

function invalid(what: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
}
