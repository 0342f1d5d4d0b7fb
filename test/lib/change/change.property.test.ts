// Whatever arrives, parseChange answers a sane Change or throws an EventError.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, type ChangedRules, EventError, parseChange } from '../../../lib/change/change.ts';
import type { SecurityGroupRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';
import { hostile, mutatedOf } from '../hostile.ts';

const FOLDER = new URL('../../fixtures/events/', import.meta.url);

const events: readonly unknown[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));

const mutated = mutatedOf(events);

describe('parseChange answers a sane change or throws an EventError', () => {
  it('for any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), isSane), RUNS);
  });

  it('for records whose fields hold any JSON', () => {
    const eventName = fc.constantFrom(
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupEgress',
      'ModifySecurityGroupRules',
      'UpdateSecurityGroupRuleDescriptionsEgress',
      'DeleteTags',
    );
    const record = fc.record({
      eventName,
      userIdentity: hostile,
      requestParameters: fc.oneof(
        hostile,
        fc.record({ groupId: hostile, ipPermissions: hostile, cidrIp: hostile, omitted: hostile }),
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

/** Adds fields to every object in the event, so to its record too, wherever that is. */
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
  if (answer.kind === 'omitted') return true;
  const { group, rules } = answer;
  if (group === undefined) return ['id', 'prefix-list', 'tags'].includes(rules.by) && areNamed(rules);
  return isName(group.by === 'id' ? group.id : group.name) && areNamed(rules);
}

function areNamed(rules: ChangedRules): boolean {
  if (rules.by === 'group') return true;
  if (rules.by === 'id') return areAll(isName, rules.ids);
  if (rules.by === 'prefix-list') return isName(rules.prefixListId);
  if (rules.by === 'vpc') return isName(rules.vpcId);
  if (rules.by === 'tags') return areAll(isName, [...rules.groupIds, ...rules.ruleIds]);
  return areAll(isReadable, rules.rules);
}

function areAll<Item>(is: (item: Item) => boolean, items: readonly Item[]): boolean {
  return items.length > 0 && items.every(is);
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
