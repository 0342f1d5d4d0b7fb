// Where in a file which keys may stand, as its schema says.
import { z } from 'zod';

/** A map in the file. */
export interface Mapping {
  /** The keys that lead there; EACH for any item of a list, and any name that the author chooses. */
  readonly path: readonly string[];
  readonly keys: readonly string[];
}

const EACH = '*';

const known = new WeakMap<z.ZodType, readonly Mapping[]>();

/** Every map that a file may hold, from the top down. */
export function mappingsOf(schema: z.ZodType): readonly Mapping[] {
  const mappings = known.get(schema) ?? mappingsIn(schema, []);
  known.set(schema, mappings);
  return mappings;
}

function mappingsIn(schema: unknown, path: readonly string[]): readonly Mapping[] {
  if (schema instanceof z.ZodObject) {
    const parts = Object.entries(schema.shape).flatMap(([key, part]) => mappingsIn(part, [...path, key]));
    return [{ path, keys: Object.keys(schema.shape) }, ...parts];
  }
  if (schema instanceof z.ZodArray) return mappingsIn(schema.element, [...path, EACH]);
  if (schema instanceof z.ZodRecord) return mappingsIn(schema.valueType, [...path, EACH]);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => mappingsIn(option, path));
  if (schema instanceof z.ZodPipe) return mappingsIn(schema.in, path);
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return isWrapped ? mappingsIn(schema.unwrap(), path) : [];
}

/** The keys that may stand in the map at that path of a file. */
export function keysAt(mappings: readonly Mapping[], at: readonly PropertyKey[]): readonly string[] {
  return mappings
    .filter(({ path }) => path.length === at.length && shared(path, at) === at.length)
    .flatMap(({ keys }) => keys);
}

/** Where that key may stand nearest to a path; several of the same distance. */
export function nearestMappings(
  mappings: readonly Mapping[],
  at: readonly PropertyKey[],
  key: string,
): readonly Mapping[] {
  const steps = ({ path }: Mapping) => path.length + at.length - 2 * shared(path, at);
  const found = mappings.filter(({ keys }) => keys.includes(key));
  const least = Math.min(...found.map(steps));
  return found.filter((mapping) => steps(mapping) === least);
}

/** The way from a path to any of these, in words. */
export function wayTo(mappings: readonly Mapping[], at: readonly PropertyKey[]): string {
  const ways = new Set(mappings.map(({ path }) => stepsTo(path, at)));
  return [...ways].join(' or ').replaceAll(' or under', ' or');
}

function stepsTo(path: readonly string[], at: readonly PropertyKey[]): string {
  const common = shared(path, at);
  if (common === path.length && at.length === path.length + 1) return 'one level up';
  if (path.length === 0) return 'at the top of the file';
  const below = common === at.length ? path.slice(common) : path;
  return `under \`${below.filter((key) => key !== EACH).join('.')}\``;
}

/** How many keys from the top both have in common. */
function shared(path: readonly string[], at: readonly PropertyKey[]): number {
  const apart = path.findIndex((key, index) => index >= at.length || (key !== EACH && key !== at[index]));
  return apart === -1 ? path.length : apart;
}
