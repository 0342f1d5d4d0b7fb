import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { bodyOf, publish } from '../../../lib/io/sns.ts';
import { makeMessage } from '../../../lib/report.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from '../report/facts.ts';
import { makeWorld } from './world.ts';

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
});
