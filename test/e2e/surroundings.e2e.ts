// What is around the function: the slow lane that catches what fails, and the topic's policy.
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { portcullis } from '../cli/portcullis.ts';
import { connect, ROOT } from './aws.ts';
import { type Bot, deployBot } from './bot.ts';
import { recordOf } from './cloudtrail.ts';
import { authorizeIngress, cidrsOf, SSH_WORLD } from './groups.ts';
import { depthOf } from './stack.ts';

const SOON = { timeout: 45_000, interval: 100 };
const { url, inTheClear } = inject('ministack');
let bot: Bot;

beforeAll(async () => {
  bot = await deployBot(url, 'ap-southeast-1', '--param=mode=enforce');
});

/** The command, with the rights of the administrator. */
const redrive = (...words: readonly string[]) =>
  portcullis(['redrive', '--region', bot.aws.region, ...words], {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
  });

describe('the retry queue', () => {
  it('hands what waits in it to the function, which carries it out', async () => {
    const group = bot.freshGroup();
    const detail = recordOf(await authorizeIngress(bot.aws, group, SSH_WORLD), bot.aws.region);
    const event = { source: 'aws.ec2', 'detail-type': 'AWS API Call via CloudTrail', detail };

    await bot.aws.sqs.send(
      new SendMessageCommand({ QueueUrl: bot.resources.RetryQueue, MessageBody: JSON.stringify(event) }),
    );

    await expect.poll(() => cidrsOf(bot.aws, group), SOON).toEqual([]);
    await expect.poll(() => bot.said(group), SOON).toEqual([['revoked']]);
  });

  it('gets what the function fails at, and gives it up to the dead letters in the end', async () => {
    const { RetryQueue = '', DeadLetters = '', RemediateLambdaFunction } = bot.resources;
    const Attributes = { VisibilityTimeout: '1' }; // deployed, it waits for minutes between two tries
    await bot.aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl: RetryQueue, Attributes }));

    // As EventBridge does it; the emulator's own EventBridge does without destinations.
    const unreadable = { detail: { eventName: 'AuthorizeSecurityGroupIngress' } };
    await bot.aws.lambda.send(
      new InvokeCommand({
        FunctionName: RemediateLambdaFunction,
        InvocationType: 'Event',
        Payload: JSON.stringify(unreadable),
      }),
    );

    await expect.poll(() => depthOf(bot.aws, DeadLetters), SOON).toBe(1);
    expect(await depthOf(bot.aws, RetryQueue)).toBe(0);
    const { stdout } = await redrive();
    expect(stdout).toContain('1 dead letter. Nothing was changed');
    const [, id = ''] = /message (\S+)/.exec(stdout) ?? [];
    expect((await redrive('--discard', id)).stdout).toContain('Deleted.');
    await expect.poll(() => depthOf(bot.aws, DeadLetters), SOON).toBe(0);
  });
});

describe('the topic', () => {
  it('takes a message that comes over TLS, and refuses one in the clear', async () => {
    const command = new PublishCommand({
      TopicArn: bot.resources.Topic,
      Message: '{"findings":[],"group":{}}',
    });

    await expect(connect(inTheClear, bot.aws.region).sns.send(command)).rejects.toThrow(
      /not authorized to perform: sns:Publish/,
    );
    await expect(connect(url, bot.aws.region).sns.send(command)).resolves.toHaveProperty('MessageId');
  });
});
