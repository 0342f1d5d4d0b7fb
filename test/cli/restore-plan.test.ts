import { describe, expect, it } from 'vitest';
import type { Closed, Restorable } from '../../cli/input/record.ts';
import { chooseRules, planRestore } from '../../cli/restore/restore-plan.ts';
import { parseRule, type SecurityGroupRule } from '../../lib/rule.ts';
import { tcp } from '../lib/io/world.ts';

const v4 = (port: number) => tcp(`sgr-4${port}`, port);
const v6 = (port: number) => tcp(`sgr-6${port}`, port, { CidrIpv6: '::/0' });
const list = (port: number) => tcp(`sgr-p${port}`, port, { PrefixListId: 'pl-0abc' });
const out = (port: number) => ({ ...tcp(`sgr-o${port}`, port), IsEgress: true });

function rules(of: readonly Parameters<typeof parseRule>[0][]): readonly SecurityGroupRule[] {
  return of.map((aws) => parseRule(aws));
}

function closed(
  of: readonly Parameters<typeof parseRule>[0][],
  outcome: string | undefined = 'revoked',
): readonly Closed[] {
  return rules(of).map((rule) => ({ rule, outcome, remainders: 0, omittedTags: 0, policies: [] }));
}

function record(of: readonly Closed[], mode: Restorable['mode'] = 'enforce'): Restorable {
  const group = { id: 'sg-0web', name: 'web' };
  return { id: 'a', mode, accountId: '1', region: 'eu-west-1', group, closed: of, omitted: 0 };
}

const ids = (of: readonly Closed[]) => of.map(({ rule }) => rule.id);

describe('what a record has to give back', () => {
  it.each<[string, string | undefined, number]>([
    ['what was revoked', 'revoked', 1],
    ['what may have been revoked by a try that was cut short', undefined, 1],
    ['not what somebody else removed', 'absent', 0],
    ['not what is still there', 'failed', 0],
    ['not what may not be revoked', 'denied', 0],
  ])('is %s', (_, outcome, expected) => {
    const [one] = closed([v4(22)]);
    if (one === undefined) throw new Error('no rule');

    expect(chooseRules(record([{ ...one, outcome }]))).toHaveLength(expected);
  });

  it('is, by its name, also what somebody else removed', () => {
    expect(ids(chooseRules(record(closed([v4(22), v4(23)], 'absent')), ['sgr-423']))).toEqual(['sgr-423']);
  });

  it('is never what is still there, named or not', () => {
    expect(chooseRules(record(closed([v4(22)], 'failed')), ['sgr-422'])).toEqual([]);
  });

  it('is nothing of a dry run', () => {
    expect(chooseRules(record(closed([v4(22)], 'dry-run'), 'dry-run'))).toEqual([]);
  });
});

describe('the plan of a restore', () => {
  it('sends once what was removed twice', () => {
    const twice = closed([v4(22), { ...v4(22), SecurityGroupRuleId: 'sgr-0again' }]);

    expect(ids(planRestore(twice, [], 60, new Map()).send)).toEqual(['sgr-0again']);
  });

  it.each<[string, readonly object[], readonly object[], number, readonly string[]]>([
    ['fits to the last place', [v4(1)], [v4(2), v4(3)], 3, []],
    ['counts what is there', [v4(1)], [v4(2), v4(3)], 2, ['ingress over ipv4: 3 rules, the quota is 2']],
    ['counts families apart', [v4(1)], [v6(2), v6(3)], 2, []],
    ['counts directions apart', [v4(1)], [out(2), out(3)], 2, []],
    [
      'has the same quota for what goes out',
      [out(1)],
      [out(2)],
      1,
      ['egress over ipv4: 2 rules, the quota is 1'],
    ],
    ['does not mind a family that is full where it adds nothing', [v4(1)], [v6(2), v6(3), v6(4)], 2, []],
    [
      'counts a prefix list as its size, in both families',
      [list(1)],
      [v4(2)],
      10,
      ['ingress over ipv4: 11 rules, the quota is 10'],
    ],
    ['does not count twice what is there already', [v4(1)], [v4(1)], 1, []],
  ])('%s', (_, added, live, quota, expected) => {
    const plan = planRestore(closed(added), rules(live), quota, new Map([['pl-0abc', 10]]));

    expect(plan.tooMany).toEqual(expected);
  });
});
