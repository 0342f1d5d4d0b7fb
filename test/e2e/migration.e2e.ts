// A stack of the release before deployments were reviewed, upgraded: everything that people rely on keeps its name and its content.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, inject, it } from 'vitest';
import { type Aws, connect } from './aws.ts';
import { recordOf } from './cloudtrail.ts';
import { authorizeIngress, createGroups, putEvents, SSH_WORLD } from './groups.ts';
import { codeIn, copyProject, refusedDeploy, serverless } from './project.ts';
import { depthOf, resourcesOf } from './stack.ts';

/** The last commit without the review. A shallow clone does not have it. */
const BEFORE = '2e1c74e';
const isKnown = spawnSync('git', ['cat-file', '-e', BEFORE]).status === 0;
const WORDS = ['--param=email=jane@example.com', '--param=mode=enforce'];
const SOON = { timeout: 30_000, interval: 100 };

function projectBefore(): string {
  const folder = mkdtempSync(join(tmpdir(), 'before-'));
  execFileSync('sh', ['-c', `git archive ${BEFORE} | tar -x -C ${folder}`]);
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** What an upgrade must not touch. */
async function kept(aws: Aws) {
  const { Ledger, Topic, RetryQueue, DeadLetters = '', Key } = await resourcesOf(aws);
  const { Subscriptions = [] } = await aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: Topic }));
  const { Items = [] } = await aws.dynamoDb.send(new ScanCommand({ TableName: Ledger }));
  return {
    names: { Ledger, Topic, RetryQueue, DeadLetters, Key },
    subscriptions: Subscriptions.map(({ Endpoint, SubscriptionArn }) => [Endpoint, SubscriptionArn]),
    records: Items.filter(({ kind }) => kind?.S === 'remediation'),
    deadLetters: await depthOf(aws, DeadLetters),
  };
}

// Of the emulators only ministack runs functions, so that there are records.
it.skipIf(!isKnown)('keeps ledger, topic, subscriptions and queues', async () => {
  const aws = connect(inject('ministack').url, 'ap-south-1');
  await serverless(projectBefore(), aws, 'deploy', ...WORDS);
  const { DeadLetters } = await resourcesOf(aws);
  await aws.sqs.send(new SendMessageCommand({ QueueUrl: DeadLetters, MessageBody: '{}' }));
  const [group = ''] = await createGroups(aws, 1);
  await putEvents(aws, recordOf(await authorizeIngress(aws, group, SSH_WORLD), aws.region));
  await expect
    .poll(async () => (await kept(aws)).records.map(({ state }) => state?.S), SOON)
    .toEqual(['notified']);
  const before = await kept(aws);

  const folder = copyProject();
  const removal = serverless(folder, aws, 'remove');
  await expect(removal).rejects.toThrow(`would take the ledger ${before.names.Ledger} with it: deploy again`);
  const refused = await refusedDeploy(folder, aws, ...WORDS);
  expect(refused).toContain('! policies: what is deployed does not say which policies it has.');
  expect(refused).toContain('The change marked with ! needs a confirmation.');
  await serverless(folder, aws, 'deploy', ...WORDS, '--confirm', codeIn(refused) ?? '');

  expect(await kept(aws)).toEqual(before);
  const removed = await serverless(folder, aws, 'remove');
  expect(removed).toContain(`The ledger is kept: the table ${before.names.Ledger} in ap-south-1`);
  const { Items } = await aws.dynamoDb.send(new ScanCommand({ TableName: before.names.Ledger }));
  expect(Items?.filter(({ kind }) => kind?.S === 'remediation')).toEqual(before.records);
});
