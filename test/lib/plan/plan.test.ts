import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import { hasNothingToReport } from '../../../lib/plan/plan.ts';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

function policy(id: string, severity: string, action: string, match: object = {}): Policy {
  const document = {
    id,
    title: id,
    severity,
    description: id,
    match: { ports: [22], source: 'world', ...match },
    action,
  };
  return compilePolicy(policySchema.parse(document));
}

const ssh = { SecurityGroupRuleId: 'sgr-1', GroupId: 'sg-1', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
const sshFromAnywhere = parseRule({ ...ssh, CidrIpv4: '0.0.0.0/0' });
const sshFromList = parseRule({ ...ssh, PrefixListId: 'pl-0abc' });

function plan(rules: Parameters<typeof evaluate>[0], actionable: string[], policies: Policy[]) {
  return makePlan(evaluate(rules, new Set(actionable), policies, CONTEXT), 10);
}

describe('the plan', () => {
  it('takes the strongest action where policies differ, and names them all, the most severe first', () => {
    const { revoke, notify } = plan(
      [sshFromAnywhere],
      ['sgr-1'],
      [policy('tell', 'low', 'notify'), policy('close', 'high', 'revoke')],
    );

    expect(revoke.map(({ verdicts }) => verdicts.map((v) => v.policy.id))).toEqual([['close', 'tell']]);
    expect(notify).toEqual([]);
  });

  it('only tells where no policy asks to revoke', () => {
    const { revoke, notify } = plan([sshFromAnywhere], ['sgr-1'], [policy('tell', 'low', 'notify')]);

    expect([revoke.length, notify.length]).toEqual([0, 1]);
  });

  it('never touches a rule that the change did not make', () => {
    const made = plan([sshFromAnywhere], [], [policy('close', 'high', 'revoke')]);

    expect(made.revoke).toEqual([]);
    expect(made.untouched.map(({ rule }) => rule.id)).toEqual(['sgr-1']);
    expect(hasNothingToReport(made)).toBe(true);
  });

  it('tells what could not be judged, and does not revoke it', () => {
    const made = plan([sshFromList], ['sgr-1'], [policy('close', 'high', 'revoke')]);

    expect(made.revoke).toEqual([]);
    expect(made.undecided.map(({ rule }) => rule.id)).toEqual(['sgr-1']);
    expect(hasNothingToReport(made)).toBe(false);
  });

  it('revokes what one policy condemns though another could not judge it', () => {
    const made = plan(
      [sshFromList],
      ['sgr-1'],
      [policy('close', 'high', 'revoke'), policy('nobody', 'low', 'revoke', { source: 'any' })],
    );

    expect(made.revoke.map(({ verdicts }) => verdicts.map((v) => v.policy.id))).toEqual([['nobody']]);
    expect(made.undecided).toEqual([]);
  });

  it('is quiet about compliant rules', () => {
    expect(
      hasNothingToReport(
        plan([sshFromAnywhere], ['sgr-1'], [policy('web', 'low', 'revoke', { ports: [80] })]),
      ),
    ).toBe(true);
  });
});
