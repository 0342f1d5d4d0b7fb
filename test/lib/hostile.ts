// Events that somebody has tampered with, by chance or on purpose.
import fc from 'fast-check';

type Path = readonly (string | number)[];

/** What no event should hold. Parsed, because in a literal `__proto__` is not a key. */
const HOSTILE: readonly unknown[] = JSON.parse(`[
  null, "", "x", 0, -1, 1e999, 22.5, true, false, {}, [], [null], [[[[[]]]]], {"items": [null, 1]},
  {"items": {"items": []}}, {"__proto__": {"eventName": 1}}, {"constructor": null, "toString": 1}
]`);
const HUGE: readonly unknown[] = [
  'x'.repeat(200_000),
  ':'.repeat(20_000),
  '/'.repeat(20_000),
  `${'1:'.repeat(50_000)}/0`,
  Array(5_000).fill({ cidrIp: '0.0.0.0/0' }),
  JSON.parse(`${'{"items":'.repeat(2_000)}{}${'}'.repeat(2_000)}`),
];

/** What no field should hold. */
export const hostile = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 10, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.constantFrom(...HUGE) },
);
const key = fc.constantFrom('__proto__', 'constructor', 'items', 'GROUPID', 'Records', 'detail', 'errorcode');
const edit = fc.record({ at: fc.nat(), how: fc.constantFrom('replace', 'rename', 'remove'), hostile, key });
/** One of the events with a few of its fields replaced, renamed or removed. */
export function mutatedOf(events: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .record({ event: fc.constantFrom(...events), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) })
    .map(({ event, edits }) => edits.reduce(apply, event));
}

function apply(
  event: unknown,
  { at, how, hostile, key }: { at: number; how: string; hostile: unknown; key: string },
) {
  const paths = pathsOf(event);
  const path = paths[at % paths.length] ?? [];
  return change(event, path, (name, value) => {
    if (how === 'remove') return [];
    return how === 'rename' ? [[key, value]] : [[name, hostile]];
  });
}

function pathsOf(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  // Deep and huge mutations stay whole: edits go to the upper levels.
  const children = Object.entries(value).slice(0, 50);
  return children.flatMap(([name, child]) => [[name], ...nested(child).map((path) => [name, ...path])]);
}

function nested(child: unknown): Path[] {
  return JSON.stringify(child).length > 20_000 ? [] : pathsOf(child);
}

type Rewrite = (name: string, value: unknown) => [string, unknown][];

function change(value: unknown, [first, ...rest]: Path, rewrite: Rewrite): unknown {
  if (typeof value !== 'object' || value === null || first === undefined) return value;
  const entries = Object.entries(value).flatMap(([name, child]): [string, unknown][] => {
    if (name !== String(first)) return [[name, child]];
    return rest.length === 0 ? rewrite(name, child) : [[name, change(child, rest, rewrite)]];
  });
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}
