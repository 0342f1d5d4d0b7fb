// What the machine sends after each answer of EC2, and what it says came of it.

import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { policyOf, tcp } from '../io/world.ts';
import { type Directions, makeScript, outcomes, play } from './script.ts';

const revoking = [policyOf('no-ssh', [22], 'revoke')];
const trimming = [policyOf('trim-ssh', [22], 'trim')];
const ssh = tcp('sgr-1', 22);
const wide = { ...tcp('sgr-w', 20), ToPort: 25 };
const times = <T>(count: number, reply: T) => Array.from({ length: count }, () => reply);
const looks = ['wait 1000', 'wait 2000', 'wait 4000'];
const full = { kind: 'refused', detail: 'RulesPerSecurityGroupLimitExceeded: full' } as const;

/** Waits and calls, and what came of the rules. */
function playOnce(rules: readonly AwsSecurityGroupRule[], directions: Directions) {
  const played = play(makeScript(rules, rules.includes(wide) ? trimming : revoking), directions);
  return { calls: played.calls, outcomes: outcomes(played) };
}

type Row = readonly [answers: string, Directions, calls: readonly string[], outcome: string];

describe('a rule to revoke', () => {
  it.each<Row>([
    ['done', {}, ['revoke sgr-1'], 'revoked'],
    [
      'done, and by another id',
      {
        replies: { revoke: [{ kind: 'accepted', ruleIds: ['sgr-a', 'sgr-b', 'sgr-c', 'sgr-d'] }] },
        before: (_, rules) => rules.clear(),
      },
      ['revoke sgr-1'],
      'revoked, (EC2 says that it revoked sgr-a, sgr-b, sgr-c)',
    ],
    [
      'done, without an id',
      { replies: { revoke: [{ kind: 'accepted', ruleIds: [] }] }, before: (_, rules) => rules.clear() },
      ['revoke sgr-1'],
      'revoked',
    ],
    [
      'done, and never seen to be gone',
      { isStale: true },
      ['revoke sgr-1', ...looks],
      'unconfirmed, (the rule was not seen to be gone: it is still there)',
    ],
    ['denied', { replies: { revoke: ['denied'] } }, ['revoke sgr-1'], 'denied, (denied: no)'],
    ['refused', { replies: { revoke: ['refused'] } }, ['revoke sgr-1'], 'failed, (refused: no)'],
    [
      'nothing, though it is done',
      { replies: { revoke: ['lost'] } },
      ['revoke sgr-1'],
      'gone, (unanswered: no)',
    ],
    [
      'done, and then nothing to a read',
      { isBlind: true },
      ['revoke sgr-1', ...looks],
      'unconfirmed, (the rule was not seen to be gone: TimeoutError: no)',
    ],
    [
      'nothing, and nothing to a read either',
      { replies: { revoke: times(2, 'lost') }, isBlind: true },
      ['revoke sgr-1', ...looks, 'revoke sgr-1', ...looks],
      'unconfirmed, (the rule was not seen to be gone: TimeoutError: no)',
    ],
    [
      'nothing, once',
      { replies: { revoke: ['unanswered'] } },
      ['revoke sgr-1', ...looks, 'revoke sgr-1'],
      'revoked',
    ],
    [
      'nothing, though it is done, and then that it has no such rule, while reads are late',
      { replies: { revoke: ['lost'] }, isStale: true },
      ['revoke sgr-1', ...looks, 'revoke sgr-1', ...looks],
      'unconfirmed, (the rule was not seen to be gone: unanswered: no)',
    ],
    [
      'nothing, ever',
      { replies: { revoke: times(9, 'unanswered') } },
      ['revoke sgr-1', ...looks, 'revoke sgr-1', ...looks],
      'unconfirmed, (the rule was not seen to be gone: unanswered: no)',
    ],
    [
      'that it has no such rule, and shows it',
      { replies: { revoke: times(9, 'not-found') } },
      ['revoke sgr-1', ...looks],
      'failed, (not-found: no)',
    ],
    [
      'that it is busy, twice',
      { replies: { revoke: times(2, 'throttled') } },
      ['revoke sgr-1', 'wait 1000', 'revoke sgr-1', 'wait 2000', 'revoke sgr-1'],
      'revoked',
    ],
    [
      'that it is busy, eight times',
      { replies: { revoke: times(9, 'throttled') } },
      [
        ...[1000, 2000, 4000, 8000, 16_000, 16_000, 16_000].flatMap((pause) => [
          'revoke sgr-1',
          `wait ${pause}`,
        ]),
        'revoke sgr-1',
      ],
      'failed, (throttled: no)',
    ],
  ])('of which EC2 answers: %s', (_, directions, calls, outcome) => {
    expect(playOnce([ssh], directions)).toEqual({ calls, outcomes: [`sgr-1 ${outcome}`] });
  });

  it('is not sent when there is no time to report it', () => {
    expect(playOnce([ssh], { timeLeft: () => 19_999 })).toEqual({
      calls: [],
      outcomes: ['sgr-1 failed, (there was no time left to revoke it)'],
    });
    expect(playOnce([ssh], { timeLeft: () => 20_000 }).calls).toEqual(['revoke sgr-1']);
  });

  it('is not waited for when there is no time for it', () => {
    const replies = { revoke: times(9, 'throttled' as const) };

    expect(playOnce([ssh], { replies, timeLeft: () => 20_999 }).calls).toEqual(['revoke sgr-1']);
    expect(playOnce([ssh], { replies, timeLeft: () => 21_000 }).calls).toEqual([
      'revoke sgr-1',
      'wait 1000',
      'revoke sgr-1',
    ]);
  });

  it('that somebody removes first is absent, and one that somebody makes compliant is changed', () => {
    const removed: Directions = { before: (_, rules) => rules.delete('sgr-1') };
    const narrowed: Directions = {
      before: (_, rules) => rules.set('sgr-1', { ...ssh, GroupId: 'sg-0web', CidrIpv4: '10.0.0.0/8' }),
    };

    expect(playOnce([ssh], removed)).toEqual({ calls: ['revoke sgr-1'], outcomes: ['sgr-1 absent'] });
    expect(playOnce([ssh], narrowed)).toEqual({ calls: ['revoke sgr-1'], outcomes: ['sgr-1 changed'] });
  });

  it('is not sent in a dry run, nor while the breaker holds it', () => {
    expect(playOnce([ssh], { mode: 'dry-run' })).toEqual({ calls: [], outcomes: ['sgr-1 dry-run'] });
    expect(playOnce([wide], { mode: 'dry-run' })).toEqual({ calls: [], outcomes: ['sgr-w dry-run'] });
    expect(playOnce([ssh], { held: ['sgr-1'] })).toEqual({ calls: [], outcomes: [] });
  });

  it('goes without those that the breaker holds', () => {
    const other = { ...tcp('sgr-2', 22), ToPort: 23 };

    expect(playOnce([ssh, other], { held: ['sgr-1'] })).toEqual({
      calls: ['revoke sgr-2'],
      outcomes: ['sgr-2 revoked'],
    });
  });

  it('that changes before every call goes by its id after the second change', () => {
    let turn = 0;
    const flap: Directions = {
      before: (_, rules) => {
        turn += 1;
        rules.set('sgr-1', { ...ssh, GroupId: 'sg-0web', CidrIpv4: `0.0.0.0/${turn % 2}` });
      },
    };

    expect(playOnce([ssh], flap)).toEqual({
      calls: ['revoke sgr-1', 'revoke sgr-1', 'revoke sgr-1 by id'],
      outcomes: ['sgr-1 revoked'],
    });
  });
});

describe('rules to revoke', () => {
  const some = (count: number, more: object = {}) =>
    Array.from({ length: count }, (_, i) => ({ ...tcp(`sgr-${i}`, 22), ToPort: 22 + i, ...more }));

  it('go in one call for each direction, of at most 250', () => {
    const calls = playOnce(some(300), {}).calls.map((call) => call.split(' ').length - 1);

    expect(calls).toEqual([250, 50]);
  });

  it('go without those that have changed, and without a wait', () => {
    const before: Directions['before'] = (call, rules) => {
      if (call === 'revoke sgr-0 sgr-1 sgr-2')
        rules.set('sgr-1', { ...ssh, GroupId: 'sg-0web', CidrIpv4: '10.0.0.0/8' });
    };

    expect(playOnce(some(3), { before })).toEqual({
      calls: ['revoke sgr-0 sgr-1 sgr-2', 'revoke sgr-0 sgr-2'],
      outcomes: ['sgr-0 revoked', 'sgr-1 changed', 'sgr-2 revoked'],
    });
  });

  it('have each its own outcome', () => {
    const before: Directions['before'] = (_, rules) =>
      rules.set('sgr-0', { ...tcp('sgr-0', 22), GroupId: 'sg-0web', CidrIpv4: '10.0.0.0/8' });

    expect(playOnce(some(2), { before, replies: { revoke: ['done', 'denied'] } })).toEqual({
      calls: ['revoke sgr-0 sgr-1', 'revoke sgr-1'],
      outcomes: ['sgr-0 changed', 'sgr-1 denied, (denied: no)'],
    });
  });

  it('are halved where EC2 lacks one and all look as they did', () => {
    expect(playOnce(some(5), { replies: { revoke: ['not-found', 'not-found'] } }).calls).toEqual([
      'revoke sgr-0 sgr-1 sgr-2 sgr-3 sgr-4',
      'revoke sgr-0 sgr-1 sgr-2',
      'revoke sgr-0 sgr-1',
      'revoke sgr-2',
      'revoke sgr-3 sgr-4',
    ]);
  });
});

describe('a rule to trim', () => {
  const both = 'sgr-w revoked, 20-21 added, 23-25 added';

  it.each<Row>([
    ['done', {}, ['add 20-21 23-25', 'revoke sgr-w'], both],
    [
      'that it refuses both, which says nothing of each',
      { replies: { add: ['refused'] } },
      ['add 20-21 23-25', 'add 20-21', 'add 23-25', 'revoke sgr-w'],
      both,
    ],
    [
      'that it refuses one',
      { replies: { add: ['refused', 'refused'] } },
      ['add 20-21 23-25', 'add 20-21', 'add 23-25', 'revoke sgr-w'],
      'sgr-w revoked, 20-21 refused (refused: no), 23-25 added',
    ],
    [
      'that the tags are guarded',
      { replies: { add: ['denied'] } },
      ['add 20-21 23-25', 'add 20-21 untagged', 'add 23-25 untagged', 'revoke sgr-w'],
      both,
    ],
    [
      'that one is denied even without tags',
      { replies: { add: ['denied', 'denied'] } },
      ['add 20-21 23-25', 'add 20-21 untagged', 'add 23-25 untagged', 'revoke sgr-w'],
      'sgr-w revoked, 20-21 refused (denied: no), 23-25 added',
    ],
    [
      'nothing, though it is done: what is there was made by that call',
      { replies: { add: ['lost'] } },
      ['add 20-21 23-25', 'add 20-21', 'add 23-25', 'revoke sgr-w'],
      both,
    ],
    [
      'nothing, ever',
      { replies: { add: times(20, 'unanswered') } },
      [
        ...['add 20-21 23-25', 'add 20-21', 'add 23-25', 'revoke sgr-w'],
        ...[
          'wait 2000',
          'add 20-21',
          'wait 5000',
          'add 20-21',
          'wait 2000',
          'add 23-25',
          'wait 5000',
          'add 23-25',
        ],
      ],
      'sgr-w revoked, 20-21 refused? (unanswered: no), 23-25 refused? (unanswered: no)',
    ],
    [
      'that the group is full until the rule is gone',
      { replies: { add: times(3, full) } },
      [
        'add 20-21 23-25',
        'add 20-21',
        'add 23-25',
        'revoke sgr-w',
        'wait 2000',
        'add 20-21',
        'wait 2000',
        'add 23-25',
      ],
      both,
    ],
    [
      'that it has them already, which somebody else made meanwhile',
      { replies: { add: times(3, 'duplicate') } },
      ['add 20-21 23-25', 'add 20-21', 'add 23-25', 'revoke sgr-w'],
      'sgr-w revoked, 20-21 present, 23-25 present',
    ],
    [
      'that the rule itself may not be revoked',
      { replies: { revoke: ['denied'] } },
      ['add 20-21 23-25', 'revoke sgr-w', 'withdraw sgr-new-20 sgr-new-23'],
      'sgr-w denied, (denied: no)',
    ],
    [
      'that it refuses to revoke the rule itself',
      { replies: { revoke: ['refused'] } },
      ['add 20-21 23-25', 'revoke sgr-w', 'withdraw sgr-new-20 sgr-new-23'],
      'sgr-w failed, (refused: no)',
    ],
  ])('of whose additions EC2 answers: %s', (_, directions, calls, outcome) => {
    expect(playOnce([wide], directions)).toEqual({ calls, outcomes: [outcome] });
  });

  it('adds only what is not there, and says so', () => {
    const there = { ...tcp('sgr-there', 20), ToPort: 21 };

    expect(playOnce([wide, there], {})).toEqual({
      calls: ['add 23-25', 'revoke sgr-w'],
      outcomes: ['sgr-w revoked, 20-21 present, 23-25 added'],
    });
  });

  it('says of what was there that it is, though somebody removes it meanwhile', () => {
    const there = { ...tcp('sgr-there', 20), ToPort: 21 };
    const before: Directions['before'] = (call, rules) => {
      if (call.startsWith('revoke')) rules.delete('sgr-there');
    };

    expect(playOnce([wide, there], { before }).outcomes).toEqual([
      'sgr-w revoked, 20-21 present, 23-25 added',
    ]);
  });

  it('leaves what it added to the next try where there is no time to revoke it, and withdraws it at the last', () => {
    const there = { ...tcp('sgr-there', 20), ToPort: 21 };
    const timeLeft = (calls: number) => (calls === 0 ? 100_000 : 19_999);

    const outcomes = ['sgr-w failed, (there was no time left to revoke it)'];
    expect(playOnce([wide, there], { timeLeft, isLastTry: false })).toEqual({
      calls: ['add 23-25'],
      outcomes,
    });
    expect(playOnce([wide, there], { timeLeft })).toEqual({
      calls: ['add 23-25', 'withdraw sgr-new-23'],
      outcomes,
    });
  });

  it('that stays has nothing withdrawn that was there before', () => {
    const there = [
      { ...tcp('sgr-a', 20), ToPort: 21 },
      { ...tcp('sgr-b', 23), ToPort: 25 },
    ];

    expect(playOnce([wide, ...there], { replies: { revoke: ['denied'] } })).toEqual({
      calls: ['revoke sgr-w'],
      outcomes: ['sgr-w denied, (denied: no)'],
    });
  });

  it('says that it added what a call without an answer made, though reads are late', () => {
    expect(playOnce([wide], { isStale: true, replies: { add: ['lost'] } }).outcomes).toEqual([
      'sgr-w unconfirmed, (the rule was not seen to be gone: it is still there), 20-21 added, 23-25 added',
    ]);
  });

  it('says nothing of what was to stay where nothing was tried', () => {
    expect(playOnce([wide], { timeLeft: () => 19_999 }).outcomes).toEqual([
      'sgr-w failed, (there was no time left to revoke it)',
    ]);
  });

  it('says so where nobody knows whether it is gone, and what was to stay is there', () => {
    expect(playOnce([wide], { isStale: true }).outcomes).toEqual([
      'sgr-w unconfirmed, (the rule was not seen to be gone: it is still there), 20-21 added, 23-25 added',
    ]);
  });

  it('has its additions withdrawn when somebody removes it meanwhile', () => {
    const before: Directions['before'] = (call, rules) => {
      if (call.startsWith('revoke')) rules.delete('sgr-w');
    };

    expect(playOnce([wide], { before })).toEqual({
      calls: ['add 20-21 23-25', 'revoke sgr-w', 'withdraw sgr-new-20 sgr-new-23'],
      outcomes: ['sgr-w absent'],
    });
  });

  it('has its additions withdrawn when somebody makes it compliant meanwhile', () => {
    const before: Directions['before'] = (call, rules) => {
      if (call.startsWith('revoke'))
        rules.set('sgr-w', { ...wide, GroupId: 'sg-0web', CidrIpv4: '10.0.0.0/8' });
    };

    expect(playOnce([wide], { before })).toEqual({
      calls: ['add 20-21 23-25', 'revoke sgr-w', 'withdraw sgr-new-20 sgr-new-23'],
      outcomes: ['sgr-w changed'],
    });
  });

  it('is revoked after the rules that go whole', () => {
    const mysql = tcp('sgr-m', 3306);
    const policies = [...trimming, policyOf('no-mysql', [3306], 'revoke')];

    expect(play(makeScript([wide, mysql], policies)).calls).toEqual([
      'revoke sgr-m',
      'add 20-21 23-25',
      'revoke sgr-w',
    ]);
  });

  it('has at most fifty tags, of which the record’s is one', () => {
    const Tags = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));
    const script = makeScript([{ ...wide, Tags }], trimming);
    play(script);

    const added = script.rules.get('sgr-new-20')?.Tags ?? [];
    expect(added).toHaveLength(50);
    expect(added[0]).toEqual({ Key: 'portcullis:record', Value: 'event-1' });
    expect(added[1]).toEqual(Tags[0]);
  });
});

describe('a retry', () => {
  const laterOutcomes = (
    rules: readonly AwsSecurityGroupRule[],
    first: Directions,
    later: Directions = {},
  ) => {
    const script = makeScript(rules, rules.includes(wide) ? trimming : revoking);
    play(script, first);
    const played = play(script, later);
    return { calls: played.calls, outcomes: outcomes(played) };
  };

  it('takes what is gone after a try that died for its own work, and says that nobody is sure', () => {
    expect(laterOutcomes([ssh], { replies: { revoke: ['crash'] } })).toEqual({
      calls: [],
      outcomes: ['sgr-1 gone, (a try that was cut short was about to revoke it)'],
    });
  });

  it('knows what a try that died had added by its tag', () => {
    expect(laterOutcomes([wide], { replies: { add: ['crash'] } })).toEqual({
      calls: ['revoke sgr-w'],
      outcomes: ['sgr-w revoked, 20-21 added, 23-25 added'],
    });
  });

  it('revokes by its id what EC2 did not find by its content, though it showed it', () => {
    const first = { replies: { revoke: times(9, 'not-found' as const) }, isLastTry: false };

    expect(laterOutcomes([ssh], first)).toEqual({
      calls: ['revoke sgr-1 by id'],
      outcomes: ['sgr-1 revoked'],
    });
  });

  it('calls revoked what EC2 said it had revoked, once it is seen to be gone', () => {
    expect(laterOutcomes([ssh], { isStale: true, isLastTry: false })).toEqual({
      calls: [],
      outcomes: ['sgr-1 revoked'],
    });
  });

  it('says of what an earlier try trimmed what that one added', () => {
    expect(laterOutcomes([wide], { isStale: true, isLastTry: false })).toEqual({
      calls: [],
      outcomes: ['sgr-w revoked, 20-21 added, 23-25 added'],
    });
  });

  it('sends again what was refused, and calls absent what somebody has removed since', () => {
    const first: Directions = { replies: { revoke: ['refused'] }, isLastTry: false };

    expect(laterOutcomes([ssh], first)).toEqual({ calls: ['revoke sgr-1'], outcomes: ['sgr-1 revoked'] });
    expect(laterOutcomes([ssh], first, { before: (_, rules) => rules.clear() }).outcomes).toEqual([
      'sgr-1 absent',
    ]);
  });

  it('cannot say what became of what was to stay of a rule that an earlier try removed', () => {
    const first: Directions = { replies: { add: times(3, 'refused'), revoke: ['crash'] } };

    expect(laterOutcomes([wide], first).outcomes).toEqual([
      'sgr-w gone, (a try that was cut short was about to revoke it), 20-21 refused (the try that was to add it was cut short), 23-25 refused (the try that was to add it was cut short)',
    ]);
  });

  it('reports what an earlier try removed, though a dry run is deployed now', () => {
    expect(laterOutcomes([ssh], { replies: { revoke: ['crash'] } }, { mode: 'dry-run' }).outcomes).toEqual([
      'sgr-1 gone, (a try that was cut short was about to revoke it)',
    ]);
  });
});
