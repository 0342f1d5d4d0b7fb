// The Filters of Describe calls (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html).
import type { Tag } from '@aws-sdk/client-ec2';
import { ServiceError } from '../faults.ts';
import { type Parameters, structuresOf, textOf, textsOf } from '../protocol/query.ts';

/** The filters of a call by name, each with the values it looks at; `tag:KEY` is known of everything. */
export type ValuesOf<Item> = Readonly<Record<string, Reader<Item>>>;
type Reader<Item> = (item: Item) => string | readonly string[] | undefined;

interface Tagged {
  readonly Tags?: readonly Tag[] | undefined;
}

/** What all filters let through, each by any of its values; throws InvalidParameterValue for an unknown filter. */
export function filtered<Item extends Tagged>(
  parameters: Parameters,
  items: readonly Item[],
  values: ValuesOf<Item>,
): readonly Item[] {
  return structuresOf(parameters, 'Filter').reduce<readonly Item[]>((left, filter) => {
    const read = readerOf(textOf(filter, 'Name') ?? '', values);
    const patterns = textsOf(filter, 'Value').map(toPattern);
    return left.filter((item) => {
      const found = [read(item) ?? []].flat();
      return found.some((value) => patterns.some((pattern) => pattern.test(value)));
    });
  }, items);
}

function readerOf<Item extends Tagged>(name: string, values: ValuesOf<Item>): Reader<Item> {
  if (name.startsWith('tag:')) {
    return ({ Tags = [] }) => Tags.find(({ Key }) => Key === name.slice('tag:'.length))?.Value;
  }
  const read = Object.hasOwn(values, name) ? values[name] : undefined;
  if (read !== undefined) return read;
  throw new ServiceError('InvalidParameterValue', `The filter '${name}' is invalid`);
}

/** In a filter value `*` and `?` are wildcards, and a backslash makes them plain. */
function toPattern(value: string): RegExp {
  const parts = value.match(/\\[*?\\]|./gs) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '.*';
    return part === '?' ? '.' : escapePattern(part.length > 1 ? part.slice(1) : part);
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
