// What a mail says first, so that nobody has to read on to know whether it is bad, and what it advises.
import { describe, expect, it } from 'vitest';
import { batchItem, makeBatch } from '../../../lib/report/batch.ts';
import type { Facts, ReportedHold } from '../../../lib/report/facts.ts';
import { makeMessage } from '../../../lib/report/message.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from './facts.ts';

const MINUTE = 60_000;
const ENI = { id: 'eni-0abc', instanceId: undefined, name: undefined };
const wide = { ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: 'sgr-0wide', FromPort: 0, ToPort: 65_535 };

const firstLine = (facts: Facts) => makeMessage(facts).email.split('\n')[0];

function exposed(elsewhere: NonNullable<Facts['exposure']>['elsewhere']): Facts['exposure'] {
  return {
    at: '2026-06-01T12:00:45Z',
    group: { exposure: { kind: 'unattached' }, counts: {} },
    elsewhere,
  };
}

describe('the first line of a mail', () => {
  it('says why the rule was revoked', () => {
    expect(firstLine(makeFacts())).toMatch(/^Portcullis revoked 1 rule of .* because it violated a policy:$/);
  });

  it('says first that another rule still allows the traffic', () => {
    const facts = makeFacts({ rules: [SSH_FROM_ANYWHERE, wide], changed: ['sgr-0ssh'] });

    expect(firstLine(facts)).toMatch(
      /^Another rule of this group still allows this traffic or a part of it\. Portcullis revoked 1 rule/,
    );
  });

  it('says first that another group still allows the traffic', () => {
    const elsewhere = { kind: 'open', of: ENI, through: ['sg-0other'], count: 1 } as const;

    expect(firstLine({ ...makeFacts(), exposure: exposed(elsewhere) })).toMatch(
      /^Another security group still allows this traffic or a part of it\. Portcullis revoked 1 rule/,
    );
  });

  it('says nothing of other rules where the traffic could not be revoked', () => {
    const facts = makeFacts({
      rules: [SSH_FROM_ANYWHERE, wide],
      changed: ['sgr-0ssh'],
      outcome: 'denied',
    });

    expect(firstLine(facts)).toMatch(/^Portcullis could not revoke/);
  });

  it('says what a dry run would revoke of a rule that would be trimmed', () => {
    const { plan, ...facts } = makeFacts({ outcome: 'dry-run' });
    const rest = { ...SSH_FROM_ANYWHERE, CidrIpv4: '10.0.0.0/8' };
    const trim = plan.revoke.map((finding) => ({ ...finding, remainder: { rules: [rest], losses: [] } }));

    expect(firstLine({ ...facts, plan: { ...plan, revoke: [], trim } })).toMatch(
      /^Dry run: in enforce mode Portcullis would have revoked a part of 1 rule of/,
    );
  });

  it.each([
    ['once it is worth a mail', true, /^A rule keeps coming back\. Portcullis revoked/],
    ['not again within the hour', false, /^Portcullis revoked/],
  ])('says first that a rule keeps coming back, %s', (_, isLoud, expected) => {
    const recurring = [{ ruleId: 'sgr-0ssh', name: 'x', times: 3, minutes: 60, isLoud }];

    expect(firstLine({ ...makeFacts(), checks: { holds: [], recurring } })).toMatch(expected);
  });
});

describe('the end of a grace period', () => {
  it.each([
    ['once it has passed', 10, true],
    ['not before', 9.5, false],
  ])('is said %s', (_, minutes, isSaid) => {
    const { plan, ...facts } = makeFacts();
    const revoke = plan.revoke.map((finding) => {
      const [first] = finding.verdicts;
      return {
        ...finding,
        verdicts: [{ ...first, policy: { ...first.policy, grace: 10 * MINUTE } }] as const,
      };
    });
    const now = new Date(Date.parse('2026-06-01T12:00:00Z') + minutes * MINUTE);
    const { email } = makeMessage({ ...facts, plan: { ...plan, revoke }, now });

    expect(email.includes('The grace period of no-world-open-admin (10 minutes) is over.')).toBe(isSaid);
  });

  it('is not said where another policy gives no time', () => {
    const now = new Date('2026-06-01T13:00:00Z');

    expect(makeMessage({ ...makeFacts(), now }).email).not.toContain('grace period');
  });
});

describe('a rule that waits', () => {
  it.each<[ReportedHold['because'], string]>([
    ['latched', 'The policy only-vpn-ssh is on hold because it may be wrong.'],
    ['limit', 'Portcullis revokes this without your help as soon as the limit allows.'],
    ['stopped', 'Somebody stopped all revoking: an earlier mail says how to start it again.'],
  ])('has what it waits for: %s', (because, says) => {
    const { plan, ...facts } = makeFacts();
    const held = plan.revoke.map((finding) => ({ ...finding, because: 'breaker' as const }));
    const hold = { because, policyIds: ['only-vpn-ssh'], limit: 10, minutes: 15, name: 'x', isLoud: false };
    const { email } = makeMessage({
      ...facts,
      plan: { ...plan, revoke: [], held },
      outcomes: [],
      checks: { recurring: [], holds: [hold] },
    });

    expect(email).toContain(says);
    expect(email).toContain('portcullis breaker status --stage prod --region eu-west-1');
  });
});

describe('many rules', () => {
  it('have each advice with the traffic that it is for, and few names', () => {
    const on = (port: number) => ({
      ...SSH_FROM_ANYWHERE,
      ...{ SecurityGroupRuleId: `sgr-${port}`, FromPort: port, ToPort: port },
    });
    const { email } = makeMessage(
      makeFacts({ rules: [22, 3389, 3306, 9001, 9002, 9003, 9004, 9005].map(on) }),
    );

    expect(email).toMatch(/^(Instead)? +SSH and RDP: Use Session Manager/m);
    expect(email).toMatch(/tcp\/9001, tcp\/9002, tcp\/9003 and 2 more: web-only-to-the-world/);
  });
});

describe('a batch', () => {
  it.each([
    ['revoked', true],
    ['dry-run', false],
  ] as const)('says how to restore a rule where one was revoked: %s', (outcome, isSaid) => {
    const { subject, record } = makeMessage(makeFacts({ outcome }));
    const { email } = makeBatch({
      target: makeFacts().target,
      ...{ stage: 'prod', now: new Date('2026-06-01T12:15:00Z'), items: [batchItem(subject, record)] },
    });

    expect(email.includes('portcullis restore')).toBe(isSaid);
  });
});
