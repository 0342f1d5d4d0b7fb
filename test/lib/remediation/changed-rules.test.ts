// Whether a reading of the group shows what the event says, and which of its rules the change made.
import { describe, expect, it } from 'vitest';
import type { Changed } from '../../../lib/change/change.ts';
import type { ChangedRules } from '../../../lib/change/changed-rules.ts';
import {
  changedRulesIn,
  isSettled,
  NotVisibleError,
  showsChange,
} from '../../../lib/remediation/changed-rules.ts';
import { type GroupSnapshot, parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';
import { tcp } from '../io/world.ts';

const rule = (id: string, port: number, more: object = {}) => parseRule({ ...tcp(id, port), ...more });
const LIVE: GroupSnapshot = {
  group: { ...CONTEXT.group, tags: { env: 'prod', team: 'web' } },
  rules: [
    rule('sgr-1', 22),
    rule('sgr-2', 3389),
    rule('sgr-out', 25, { IsEgress: true }),
    rule('sgr-list', 443, { CidrIpv4: undefined, PrefixListId: 'pl-1' }),
    rule('sgr-other-list', 443, { CidrIpv4: undefined, PrefixListId: 'pl-2' }),
  ],
};

const byId = (ids: readonly string[], rules: ReturnType<typeof rule>[] = []): ChangedRules => ({
  by: 'id',
  ids,
  rules,
});
const byContent = (...rules: ReturnType<typeof rule>[]): ChangedRules => ({ by: 'content', rules });
const byTags = (isRemoval: boolean, tags: Readonly<Record<string, string | undefined>>) =>
  ({
    ...{ by: 'tags', groupIds: ['sg-1'], ruleIds: [], isRemoval },
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  }) as ChangedRules;

describe('a reading of the group', () => {
  it.each<[boolean, string, ChangedRules]>([
    [true, 'both rules as they are said to be', byId(['sgr-1', 'sgr-2'], [rule('sgr-1', 22)])],
    [false, 'one of the two', byId(['sgr-1', 'sgr-3'])],
    [false, 'the first with other content', byId(['sgr-1', 'sgr-2'], [rule('sgr-1', 23)])],
    [false, 'the second with other content', byId(['sgr-1', 'sgr-2'], [rule('sgr-2', 22)])],
    [true, 'an outbound rule of which no direction is said', byId(['sgr-out'], [rule('sgr-out', 25)])],
    [true, 'both contents', byContent(rule('', 22), rule('', 3389))],
    [false, 'one of the two contents', byContent(rule('', 22), rule('', 80))],
    [true, 'the group, of which no rule is named', { by: 'group' }],
    [true, 'an edited prefix list', { by: 'prefix-list', prefixListId: 'pl-9' }],
    [true, 'both tags', byTags(false, { env: 'prod', team: 'web' })],
    [false, 'one of the two tags', byTags(false, { env: 'prod', team: 'db' })],
    [false, 'no tag of an inherited name', byTags(false, { constructor: 'x' })],
    [true, 'removed tags', byTags(true, { cost: undefined, gone: 'x' })],
    [false, 'one of two removed tags still', byTags(true, { cost: undefined, env: undefined })],
    [false, 'a tag still that was removed with its value', byTags(true, { env: 'prod' })],
    [true, 'another value than the removed one', byTags(true, { env: 'test' })],
  ])('answers %j when it has: %s', (shows, _, named) => {
    expect(showsChange(LIVE, named, [])).toBe(shows);
  });

  it.each<[boolean, string, readonly string[] | undefined]>([
    [true, 'its new VPC among those that it is associated with', ['vpc-1', 'vpc-2']],
    [false, 'other VPCs alone', ['vpc-1']],
    [true, 'associations that nobody can read', undefined],
  ])('answers %j when it has: %s', (shows, _, associated) => {
    expect(showsChange(LIVE, { by: 'vpc', vpcId: 'vpc-2' }, associated)).toBe(shows);
  });
});

describe('the rules of a change', () => {
  const idsOf = (rules: ChangedRules, direction?: 'ingress' | 'egress', isComplete = true) => [
    ...changedRulesIn(LIVE, { rules, direction } as Changed, isComplete),
  ];

  it.each<[string, readonly string[], readonly string[]]>([
    ['that names ids', idsOf(byId(['sgr-2', 'sgr-gone'])), ['sgr-2']],
    ['that names contents', idsOf(byContent(rule('', 22), rule('', 80))), ['sgr-1']],
    ['of a prefix list', idsOf({ by: 'prefix-list', prefixListId: 'pl-1' }), ['sgr-list']],
    ['of an association', idsOf({ by: 'vpc', vpcId: 'vpc-2' }), LIVE.rules.map(({ id }) => id)],
    ['of tags', idsOf(byTags(false, { env: 'prod' })), LIVE.rules.map(({ id }) => id)],
    ['of the group', idsOf({ by: 'group' }), LIVE.rules.map(({ id }) => id)],
    ['of one direction', idsOf({ by: 'group' }, 'egress'), ['sgr-out']],
    [
      'that is shown in part',
      idsOf(byId(['sgr-1', 'sgr-2'], [rule('sgr-1', 23)]), 'ingress', false),
      ['sgr-2'],
    ],
    ['that is old enough', idsOf(byId(['sgr-1', 'sgr-2'], [rule('sgr-1', 23)])), ['sgr-1', 'sgr-2']],
    ['that names contents, shown in part', idsOf(byContent(rule('', 22)), 'ingress', false), ['sgr-1']],
  ])('%s are found: %j', (_, found, wanted) => {
    expect(found).toEqual(wanted);
  });
});

describe('a change', () => {
  const now = new Date('2026-06-01T12:01:00.000Z');

  it.each([
    [undefined, true],
    ['2026-06-01T12:00:00.000Z', false],
    ['2026-06-01T11:59:59.999Z', true],
  ])('of %s is settled a minute later: %j', (time, settled) => {
    expect(isSettled({ time } as Changed, now)).toBe(settled);
  });

  it('that is not visible is an error of its own', () => {
    expect(new NotVisibleError('x').name).toBe('NotVisibleError');
  });
});
