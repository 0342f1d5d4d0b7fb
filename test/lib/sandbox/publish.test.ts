import { type MessageAttributeValue, PublishCommand, type PublishCommandInput } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { fail } from '../../../lib/sandbox/index.ts';
import { makeSandbox, TOPIC } from './sandbox.ts';

function publish(input: Partial<PublishCommandInput>) {
  const { account, sns } = makeSandbox();
  const sent = sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello', ...input }));
  return { account, sent };
}

function string(StringValue: string): MessageAttributeValue {
  return { DataType: 'String', StringValue };
}

describe('a message', () => {
  it('is kept as it was sent, with its subject and decoded attributes', async () => {
    const MessageAttributes = {
      severity: string('critical'),
      policies: { DataType: 'String.Array', StringValue: '["a", 1, true, null]' },
      count: { DataType: 'Number', StringValue: '-12.5' },
    };

    const { account, sent } = publish({
      Subject: 'SSH: 100% <open> ü',
      Message: 'a\n&<b>😀',
      MessageAttributes,
    });

    expect((await sent).MessageId).toBeDefined();
    expect(account.messages).toEqual([
      {
        topicArn: TOPIC,
        subject: 'SSH: 100% <open> ü',
        message: 'a\n&<b>😀',
        versions: undefined,
        attributes: { severity: 'critical', policies: ['a', 1, true, null], count: -12.5 },
      },
    ]);
    expect(account.calls).toMatchObject([{ api: 'Publish', input: { TopicArn: TOPIC } }]);
  });

  it('has a version for each protocol that is a text', async () => {
    const Message = JSON.stringify({ default: 'all', email: 'mail', https: { not: 'text' } });

    const { account, sent } = publish({ MessageStructure: 'json', Message });
    await sent;

    expect(account.messages).toMatchObject([
      { message: Message, versions: { default: 'all', email: 'mail' } },
    ]);
    expect(account.messages[0]?.versions).not.toHaveProperty('https');
  });

  it('is taken with 99 characters of subject and 262,144 bytes', async () => {
    const { account, sent } = publish({ Subject: 'x'.repeat(99), Message: 'ü'.repeat(131_072) });
    await sent;

    expect(account.messages).toHaveLength(1);
  });
});

describe('a message is refused', () => {
  const json = { MessageStructure: 'json' };

  it.each<[string, number, string, Partial<PublishCommandInput>]>([
    ['NotFoundException', 404, 'to a topic that is not there', { TopicArn: `${TOPIC}-2` }],
    ['InvalidParameterException', 400, 'without text', { Message: '' }],
    ['InvalidParameterException', 400, 'with 100 characters of subject', { Subject: 'x'.repeat(100) }],
    ['InvalidParameterException', 400, 'with an empty subject', { Subject: '' }],
    ['InvalidParameterException', 400, 'with a line break in the subject', { Subject: 'a\nb' }],
    ['InvalidParameterException', 400, 'with a control character in the subject', { Subject: 'a\u0007b' }],
    ['InvalidParameterException', 400, 'with a line separator in the subject', { Subject: 'a\u2028b' }],
    ['InvalidParameterException', 400, 'of 262,145 bytes', { Message: `x${'ü'.repeat(131_072)}` }],
    [
      'InvalidParameterException',
      400,
      'that its attributes make too long',
      { Message: 'x'.repeat(262_130), MessageAttributes: { severity: string('high') } },
    ],
    ['InvalidParameterException', 400, 'of another structure', { MessageStructure: 'xml' }],
    ['InvalidParameterException', 400, 'that is no JSON', { ...json, Message: '{' }],
    ['InvalidParameterException', 400, 'that is no object', { ...json, Message: '["default"]' }],
    ['InvalidParameterException', 400, 'that is null', { ...json, Message: 'null' }],
    ['InvalidParameterException', 400, 'without a default', { ...json, Message: '{"email":"x"}' }],
    ['InvalidParameterException', 400, 'whose default is not a text', { ...json, Message: '{"default":{}}' }],
    [
      'InvalidParameterValueException',
      400,
      'with an empty attribute',
      { MessageAttributes: { a: string('') } },
    ],
    [
      'InvalidParameterValueException',
      400,
      'with a number that is none',
      { MessageAttributes: { a: { DataType: 'Number', StringValue: 'many' } } },
    ],
    [
      'InvalidParameterValueException',
      400,
      'with an array that is no JSON',
      { MessageAttributes: { a: { DataType: 'String.Array', StringValue: '[' } } },
    ],
    [
      'InvalidParameterValueException',
      400,
      'with an array of objects',
      { MessageAttributes: { a: { DataType: 'String.Array', StringValue: '[{}]' } } },
    ],
    [
      'InvalidParameterValueException',
      400,
      'with an attribute of no type',
      { MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } },
    ],
  ])('with %s (%i) %s', async (name, httpStatusCode, _, input) => {
    const { account, sent } = publish(input);

    await expect(sent).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(account.messages).toEqual([]);
  });

  it('when a test asks for it', async () => {
    const { account, sns } = makeSandbox();
    fail(account, 'Publish', 'AuthorizationError');

    const sent = sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello' }));

    await expect(sent).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  });

  it('only for a while when SNS throttles', async () => {
    const { account, sns } = makeSandbox();
    fail(account, 'Publish', 'Throttled', 2);

    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello' }));

    expect(account.messages).toHaveLength(1);
  });
});
