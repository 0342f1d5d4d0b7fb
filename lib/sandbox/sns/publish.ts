// SNS Publish, with the limits of https://docs.aws.amazon.com/sns/latest/api/API_Publish.html.
import { type Account, nextId } from '../account.ts';
import type { Publication } from '../account-state.ts';
import { ServiceError } from '../faults.ts';
import { type Parameters, textOf } from '../protocol/query.ts';
import { requestedAttributes, sizeOf } from './attributes.ts';

const MOST_BYTES = 262_144;

/** Takes a message to a topic; throws NotFound, InvalidParameter or ParameterValueInvalid. */
export function publishMessage(account: Account, parameters: Parameters): object {
  const topicArn = textOf(parameters, 'TopicArn') ?? '';
  const message = textOf(parameters, 'Message') ?? '';
  const subject = textOf(parameters, 'Subject');
  if (!account.topics.has(topicArn)) throw new ServiceError('NotFound', 'Topic does not exist');
  if (message === '') throw invalid('Empty message');
  if (subject !== undefined) checkSubject(subject);
  const attributes = requestedAttributes(parameters);
  if (Buffer.byteLength(message) + sizeOf(parameters) > MOST_BYTES) throw invalid('Message too long');
  const versions = readVersions(textOf(parameters, 'MessageStructure'), message);
  account.messages.push({ topicArn, subject, message, versions, attributes });
  return { MessageId: nextId(account, 'message') };
}

/** "UTF-8 text with no line breaks or control characters, and less than 100 characters long". */
function checkSubject(subject: string): void {
  if (/^[^\p{Cc}\p{Zl}\p{Zp}]{1,99}$/u.test(subject)) return;
  throw invalid('Subject');
}

function readVersions(structure: string | undefined, message: string): Publication['versions'] {
  if (structure === undefined) return undefined;
  if (structure !== 'json') throw invalid('MessageStructure');
  const parsed = parseJson(message);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw invalid(`${MESSAGE} is no object`);
  const texts = Object.entries(parsed).filter(([, text]) => typeof text === 'string');
  const versions = Object.fromEntries(texts);
  if (versions.default === undefined) throw invalid(`${MESSAGE} has no default entry`);
  return versions;
}

const MESSAGE = 'Message Structure - JSON message body';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`${MESSAGE} failed to parse`);
  }
}

function invalid(what: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
}
