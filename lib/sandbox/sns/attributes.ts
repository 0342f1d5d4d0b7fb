// The MessageAttributes of SNS (https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html).
import type { Attribute } from '../account-state.ts';
import { ServiceError } from '../faults.ts';
import { type Parameters, structureOf, structuresOf, textOf } from '../protocol/query.ts';

/** The attributes of a message, decoded by their types; throws ParameterValueInvalid for what is none. */
export function requestedAttributes(parameters: Parameters): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(
    entriesOf(parameters).map(({ name, type, text }) => {
      const value = text === '' ? undefined : decode(type, text);
      if (value !== undefined) return [name, value];
      throw new ServiceError('ParameterValueInvalid', `The message attribute '${name}' is no valid ${type}`);
    }),
  );
}

/** The bytes of all attributes: names, types and values count. */
export function sizeOf(parameters: Parameters): number {
  return entriesOf(parameters)
    .flatMap(({ name, type, text }) => [name, type, text])
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function entriesOf(parameters: Parameters) {
  return structuresOf(structureOf(parameters, 'MessageAttributes'), 'entry').map((entry) => {
    const value = structureOf(entry, 'Value');
    return {
      name: textOf(entry, 'Name') ?? '',
      type: textOf(value, 'DataType') ?? '',
      text: textOf(value, 'StringValue') ?? '',
    };
  });
}

function decode(type: string, text: string): Attribute | undefined {
  switch (type) {
    case 'String':
      return text;
    case 'Number':
      return /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined;
    case 'String.Array':
      return decodeArray(text);
    default:
      return undefined;
  }
}

function decodeArray(text: string): Attribute | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isPlain =
      Array.isArray(parsed) && parsed.every((item) => item === null || typeof item !== 'object');
    return isPlain ? parsed : undefined;
  } catch {
    return undefined;
  }
}
