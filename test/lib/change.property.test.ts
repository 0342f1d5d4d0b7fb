// Whatever arrives, parseChange answers a sane Change or throws an EventError.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, type ChangedRules, EventError, parseChange } from '../../lib/change.ts';
import type { SecurityGroupRule } from '../../lib/rule.ts';
import { RUNS } from '../runs.ts';

const FOLDER = new URL('../fixtures/events/', import.meta.url);

type Path = readonly (string | number)[];

const events: readonly unknown[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));

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

const hostile = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 10, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.constantFrom(...HUGE) },
);
const key = fc.constantFrom('__proto__', 'constructor', 'items', 'GROUPID', 'Records', 'detail', 'errorcode');
const edit = fc.record({ at: fc.nat(), how: fc.constantFrom('replace', 'rename', 'remove'), hostile, key });
const mutated = fc
  .record({ event: fc.constantFrom(...events), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) })
  .map(({ event, edits }) => edits.reduce(apply, event));

describe('parseChange answers a sane change or throws an EventError', () => {
  it('for any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), isSane), RUNS);
  });

  it('for records whose fields hold any JSON', () => {
    const eventName = fc.constantFrom(
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupEgress',
      'ModifySecurityGroupRules',
    );
    const record = fc.record({
      eventName,
      userIdentity: hostile,
      requestParameters: fc.oneof(
        hostile,
        fc.record({ groupId: hostile, ipPermissions: hostile, cidrIp: hostile }),
      ),
      responseElements: fc.oneof(hostile, fc.record({ securityGroupRuleSet: hostile, _return: hostile })),
    });

    fc.assert(fc.property(record, isSane), RUNS);
  });

  it('for every fixture, mutated', () => {
    fc.assert(fc.property(mutated, isSane), RUNS);
  });
});

describe('a failed call', () => {
  it('is never a change, whatever else the event says', () => {
    const code = fc.constantFrom('Client.UnauthorizedOperation', 'Client.DryRunOperation', ' ', '0');

    fc.assert(
      fc.property(mutated, code, (event, errorCode) => {
        const answer = outcome(everywhere(event, { errorCode }));
        expect(answer instanceof EventError || answer.kind === 'none').toBe(true);
      }),
      RUNS,
    );
  });
});

describe('the event', () => {
  it('is only read', () => {
    const frozen = events.map((event) =>
      JSON.parse(JSON.stringify(event), (_, value) => Object.freeze(value)),
    );

    expect(frozen.map(outcome)).toEqual(events.map(outcome));
  });
});

/** Adds fields to every object in the event, so to its record too, wherever that is by now. */
function everywhere(event: unknown, fields: object): unknown {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  return JSON.parse(JSON.stringify(event), (_, value) => (isObject(value) ? { ...value, ...fields } : value));
}

function outcome(event: unknown): Change | EventError {
  try {
    return parseChange(event);
  } catch (error) {
    if (error instanceof EventError) return error;
    throw error;
  }
}

function isSane(event: unknown): boolean {
  const answer = outcome(event);
  if (answer instanceof EventError) return isSentence(answer.message) && answer.field !== '';
  if (answer.actor.name === '' || !isTime(answer.time)) return false;
  if (answer.kind === 'none') return isSentence(answer.reason);
  const { group, rules } = answer;
  if (group === undefined) return ['id', 'prefix-list', 'tags'].includes(rules.by) && areNamed(rules);
  return isName(group.by === 'id' ? group.id : group.name) && areNamed(rules);
}

function areNamed(rules: ChangedRules): boolean {
  if (rules.by === 'group') return true;
  if (rules.by === 'id') return rules.ids.length > 0 && rules.ids.every(isName);
  if (rules.by === 'prefix-list') return isName(rules.prefixListId);
  if (rules.by === 'tags') return rules.groupIds.length > 0 && rules.groupIds.every(isName);
  return rules.rules.length > 0 && rules.rules.every(isReadable);
}

function isSentence(said: string): boolean {
  return /^[^\p{C}]{10,200}(?<!\.)$/u.test(said);
}

function isName(name: string): boolean {
  return typeof name === 'string' && name !== '' && name.length <= 2_048;
}

function isTime(time: string | undefined): boolean {
  return time === undefined || new Date(time).toISOString() === time.replace('Z', '.000Z');
}

function isReadable({ peer, traffic: [start, end] }: SecurityGroupRule): boolean {
  return peer.kind !== 'unreadable' && start < end;
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
