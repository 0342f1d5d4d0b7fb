import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../lib/evaluate/evaluate.ts';
import { bodyOf, publish } from '../../../../lib/io/aws/sns.ts';
import { holdAll } from '../../../../lib/plan/hold.ts';
import { makePlan } from '../../../../lib/plan/make-plan.ts';
import { compilePolicy } from '../../../../lib/policy/policy.ts';
import { policySchema } from '../../../../lib/policy/schema.ts';
import { makeMessage } from '../../../../lib/report/message.ts';
import { parseRule } from '../../../../lib/rule.ts';
import { CONTEXT } from '../../context.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from '../../report/facts.ts';
import { makeWorld } from '../world.ts';

const message = makeMessage(makeFacts());

describe('one publish', () => {
  it('serves mail, chat and machines, and can be filtered', async () => {
    const sns = new SNSClient({ region: 'eu-west-1' });
    const client = mockClient(sns).on(PublishCommand).resolves({});

    await publish({ ...makeWorld([]).world, sns }, message);

    const [call, ...more] = client.commandCalls(PublishCommand);
    expect(more).toEqual([]);
    expect(call?.args[0].input).toEqual({
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:portcullis',
      Subject: message.subject,
      MessageStructure: 'json',
      Message: bodyOf(message),
      MessageAttributes: {
        severity: { DataType: 'String', StringValue: 'critical' },
        account: { DataType: 'String', StringValue: '111122223333' },
        region: { DataType: 'String', StringValue: 'eu-west-1' },
        policy: { DataType: 'String.Array', StringValue: JSON.stringify(message.attributes.policy) },
        outcome: { DataType: 'String.Array', StringValue: '["revoked"]' },
      },
    });
  });
});

describe('the body', () => {
  it('has the mail, the chat notification, and the record for all others', () => {
    const body = JSON.parse(bodyOf(message));

    expect(Object.keys(body)).toEqual(['default', 'email', 'https']);
    expect(JSON.parse(body.default)).toEqual(JSON.parse(JSON.stringify(message.record)));
    expect(JSON.parse(body.https)).toEqual(message.chat);
  });

  it('leaves findings out of the record, and counts them, where SNS would not take them all', () => {
    const rules = Array.from({ length: 1000 }, (_, i) => ({
      ...SSH_FROM_ANYWHERE,
      SecurityGroupRuleId: `sgr-${i}`,
      Description: 'd'.repeat(255),
      ToPort: 22 + i,
    }));
    const { findings, omitted } = JSON.parse(JSON.parse(bodyOf(makeMessage(makeFacts({ rules })))).default);

    expect(findings.length + omitted).toBe(1000);
    expect(findings.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(bodyOf(makeMessage(makeFacts({ rules }))))).toBeLessThan(262_144);
  });

  it('leaves out what was added as well', () => {
    const added = Array.from({ length: 1000 }, (_, i) =>
      parseRule({ ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: `sgr-${i}`, Description: 'd'.repeat(255) }),
    );
    const body = bodyOf(makeMessage({ ...makeFacts(), added }));
    const record = JSON.parse(JSON.parse(body).default);

    expect(Buffer.byteLength(body)).toBeLessThan(262_144);
    expect(record.findings.length + record.added.length + record.omitted).toBe(1001);
  });

  it('is one that SNS takes when each of many groups has an exception of its own', () => {
    const exceptions = Array.from({ length: 200 }, (_, i) => ({
      groups: { ids: [`sg-0${i}`] },
      reason: `Ticket ${i}, reviewed with the network team`,
      owner: 'platform-team',
      expires: '2027-01-01',
    }));
    const said = { id: 'closed', title: 'closed', severity: 'high', description: 'Use the VPN.' };
    const match = { protocol: ['tcp'], source: 'world' };
    const policy = compilePolicy(policySchema.parse({ ...said, match, action: 'revoke', exceptions }));
    const rules = Array.from({ length: 30 }, (_, i) =>
      parseRule({ ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: `sgr-${i}`, FromPort: i, ToPort: i }),
    );
    const plan = makePlan(evaluate(rules, new Set(rules.map(({ id }) => id)), [policy], CONTEXT), 10);
    const message = makeMessage({ ...makeFacts(), rules, plan, outcomes: [] });

    expect(message.email).toContain('and 1 more in the log');
    expect(Buffer.byteLength(bodyOf(message))).toBeLessThan(262_144);
  });

  /** As many as a group may have: 1,000 for each family. */
  const FULL = Array.from({ length: 1000 }, (_, i) => ({ FromPort: 10_000 + i, ToPort: 20_000 + i })).flatMap(
    (ports, i) => {
      const { CidrIpv4: _, ...ssh } = SSH_FROM_ANYWHERE;
      return [
        { ...ssh, ...ports, SecurityGroupRuleId: `sgr-04${i}`.padEnd(21, '0'), CidrIpv4: '0.0.0.0/0' },
        { ...ssh, ...ports, SecurityGroupRuleId: `sgr-06${i}`.padEnd(21, '0'), CidrIpv6: '::/0' },
      ];
    },
  );
  const full = makeFacts({ rules: FULL });

  it.each([
    [
      'a full group stays open beside the change',
      makeFacts({
        rules: [{ ...SSH_FROM_ANYWHERE, FromPort: 0, ToPort: 65_535 }, ...FULL.slice(1)],
        changed: [SSH_FROM_ANYWHERE.SecurityGroupRuleId ?? ''],
      }),
    ],
    [
      'a full group is protected',
      { ...full, plan: holdAll(full.plan, { because: 'protected', protection: 'it is' }), outcomes: [] },
    ],
    [
      'somebody recurring over a full group',
      {
        ...full,
        checks: {
          holds: [],
          recurring: FULL.map(({ SecurityGroupRuleId: ruleId }) => ({
            name: 'recurring',
            ruleId,
            times: 3,
            minutes: 60,
            isLoud: true,
          })),
        },
      },
    ],
    [
      'AWS says something else of each rule',
      {
        ...full,
        outcomes: full.plan.revoke.map(({ rule }) => ({
          rule,
          outcome: 'denied' as const,
          detail: `UnauthorizedOperation: encoded message ${rule.id} ${'x'.repeat(250)}`,
        })),
      },
    ],
  ])('is one that SNS takes when %s', (_, facts) => {
    expect(Buffer.byteLength(bodyOf(makeMessage(facts)))).toBeLessThan(262_144);
  });
});
