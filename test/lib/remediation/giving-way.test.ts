// What the machine does where EC2 refuses to keep the allowed rest of a rule, and the policy gives way: nothing that is allowed is cut.
import { describe, expect, it } from 'vitest';
import { planOf } from '../../../lib/remediation/report-facts.ts';
import { policyOf, tcp } from '../io/world.ts';
import { type Directions, makeScript, outcomes, play } from './script.ts';

const giving = [policyOf('trim-ssh', [22], 'trim', { otherwise: 'notify' })];
const wide = { ...tcp('sgr-w', 20), ToPort: 25 };
const times = <T>(count: number, reply: T) => Array.from({ length: count }, () => reply);
const full = { kind: 'refused', detail: 'RulesPerSecurityGroupLimitExceeded: full' } as const;
const busy = { kind: 'throttled', detail: 'RequestLimitExceeded: busy' } as const;

function playOnce(directions: Directions, policies = giving) {
  const played = play(makeScript([wide], policies), directions);
  const left = planOf(played.attempt).notify.map(({ rule, obstacle, detail }) =>
    [rule.id, obstacle, detail].join(' '),
  );
  return { calls: played.calls, came: [...outcomes(played), ...left] };
}

describe('a rule whose policy gives way', () => {
  it.each<readonly [answers: string, Directions, calls: readonly string[], came: string]>([
    ['done', {}, ['add 20-21 23-25', 'revoke sgr-w'], 'sgr-w revoked, 20-21 added, 23-25 added'],
    [
      'that the group is full: it does not wait for the room that the rule itself takes',
      { replies: { add: times(3, full) } },
      ['add 20-21 23-25', 'add 20-21', 'add 23-25'],
      'sgr-w refused RulesPerSecurityGroupLimitExceeded: full',
    ],
    [
      'that one does not fit',
      { replies: { add: [full, 'done', full] } },
      ['add 20-21 23-25', 'add 20-21', 'add 23-25', 'withdraw sgr-new-20'],
      'sgr-w refused RulesPerSecurityGroupLimitExceeded: full',
    ],
    [
      'that one is denied even without tags',
      { replies: { add: ['denied', 'denied'] } },
      ['add 20-21 23-25', 'add 20-21 untagged', 'add 23-25 untagged', 'withdraw sgr-new-23'],
      'sgr-w refused denied: no',
    ],
    [
      'that it is busy, for a while',
      { replies: { add: times(4, busy) } },
      [
        'add 20-21 23-25',
        'add 20-21',
        'add 23-25',
        'wait 2000',
        'add 20-21',
        'wait 5000',
        'add 20-21',
        'wait 2000',
        'add 23-25',
        'revoke sgr-w',
      ],
      'sgr-w revoked, 20-21 added, 23-25 added',
    ],
    [
      'nothing, though it is done',
      { replies: { add: ['lost'] } },
      ['add 20-21 23-25', 'add 20-21', 'add 23-25', 'revoke sgr-w'],
      'sgr-w revoked, 20-21 added, 23-25 added',
    ],
    [
      'nothing, ever',
      { replies: { add: times(20, 'unanswered') } },
      ['add 20-21 23-25', 'add 20-21', 'add 23-25', 'wait 2000', 'add 20-21', 'wait 5000', 'add 20-21'],
      'sgr-w refused unanswered: no',
    ],
    [
      'that it has them already, which somebody else made meanwhile',
      { replies: { add: times(3, 'duplicate') } },
      ['add 20-21 23-25', 'add 20-21', 'add 23-25', 'revoke sgr-w'],
      'sgr-w revoked, 20-21 present, 23-25 present',
    ],
  ])('of whose additions EC2 answers: %s', (_, directions, calls, came) => {
    expect(playOnce(directions)).toEqual({ calls, came: [came] });
  });

  it('is trimmed where EC2 never answers, and a look shows that the rest is there', () => {
    const { calls, came } = playOnce({ replies: { add: ['lost', ...times(20, 'unanswered' as const)] } });

    expect(calls.at(-1)).toBe('revoke sgr-w');
    expect(came).toEqual(['sgr-w revoked, 20-21 added, 23-25 added']);
  });

  it('is left alone, and not called compliant, where it changes in mid-flight and its new rest is refused', () => {
    const before: Directions['before'] = (call, rules) => {
      if (call.startsWith('revoke'))
        rules.set('sgr-w', { GroupId: 'sg-0web', ...wide, FromPort: 21, ToPort: 26 });
    };
    const { calls, came } = playOnce({ before, replies: { add: ['done', ...times(3, full)] } });

    expect(calls).toEqual([
      ...['add 20-21 23-25', 'revoke sgr-w', 'add 21-21 23-26', 'add 21-21', 'add 23-26'],
      'withdraw sgr-new-20 sgr-new-23',
    ]);
    expect(came).toEqual(['sgr-w refused RulesPerSecurityGroupLimitExceeded: full']);
  });

  it('is revoked all the same where another policy that trims it does not give way', () => {
    const firm = [...giving, policyOf('trim-telnet', [23], 'trim')];

    expect(playOnce({ replies: { add: times(3, full) } }, firm).calls).toContain('revoke sgr-w');
  });
});
