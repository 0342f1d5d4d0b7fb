// The path of a newcomer, from the first command of the README to the removal, with the commands of docs/deploy.md.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { DescribeTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateVpcCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { expect, inject, it } from 'vitest';
import { TEST_TAG } from '../../lib/io/aws/left-behind.ts';
import { type Aws, connect, ROOT } from './aws.ts';
import { cloneRepository } from './clone.ts';
import { authorized, recordOf } from './cloudtrail.ts';
import { putEvents } from './groups.ts';
import { inventoryOf } from './inventory.ts';
import { codeIn } from './project.ts';
import { resourcesOf } from './stack.ts';

const REGION = 'eu-west-1';
const STACK = 'portcullis-prod';
const DEPLOY = 'npx --no -- serverless deploy --stage prod';

/** A trail, without which no event would come. */
async function createTrail({ endpoint, region }: Aws): Promise<void> {
  const client = new CloudTrailClient({ endpoint, region, credentials: ROOT });
  await client.send(
    new CreateTrailCommand({ Name: 'main', S3BucketName: 'trail', IsMultiRegionTrail: true }),
  );
  await client.send(new StartLoggingCommand({ Name: 'main' }));
}

/** What CloudTrail does: says to EventBridge that the group of the self-test was opened. */
async function tellOfSelftest(aws: Aws): Promise<void> {
  for (;;) {
    await wait(250);
    const Filters = [{ Name: 'tag-key', Values: [TEST_TAG] }];
    const { SecurityGroups: [group] = [] } = await aws.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters }),
    );
    if (group?.GroupId === undefined) continue;
    const { SecurityGroupRules = [] } = await aws.ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [group.GroupId] }] }),
    );
    const opened = SecurityGroupRules.filter(({ IsEgress }) => IsEgress === false);
    if (opened.length === 0) continue;
    const call = authorized('Ingress', { GroupId: group.GroupId }, { SecurityGroupRules: opened });
    return putEvents(aws, recordOf(call, REGION));
  }
}

async function inForce(aws: Aws) {
  const { RemediateLambdaFunction, Ledger, Topic, RetryQueue, DeadLetters } = await resourcesOf(aws, STACK);
  const { Environment } = await aws.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: RemediateLambdaFunction }),
  );
  const { Subscriptions = [] } = await aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: Topic }));
  const { Items = [] } = await aws.dynamoDb.send(new ScanCommand({ TableName: Ledger }));
  return {
    mode: Environment?.Variables?.MODE,
    subscribers: Subscriptions.map(({ Endpoint, SubscriptionArn }) => [Endpoint, SubscriptionArn]),
    records: Items.flatMap(({ id, kind }) => (kind?.S === 'remediation' ? [id?.S] : [])).toSorted(),
    names: { Ledger, Topic, RetryQueue, DeadLetters },
  };
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

it('a newcomer tries, deploys, tests, enforces, upgrades and removes', async () => {
  const aws = connect(inject('ministack').url, REGION);
  const exported: Record<string, string> = {};
  const { folder, run, fails, commit } = cloneRepository(aws, exported);
  const settings = join(folder, '../our-portcullis/settings.yml');
  await createTrail(aws);
  await aws.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));

  const untouched = await inventoryOf(aws);

  // The README.
  expect(await run('npm run demo')).toContain('Record 1beb5d85');
  await run('npx --no -- portcullis audit --region eu-west-1 || test $? = 1');

  // Settings and a policy of one's own.
  await run(`npx --no -- portcullis init ../our-portcullis --region ${REGION}`);
  exported.PORTCULLIS_SETTINGS = settings;
  edit(settings, '# mail: security@example.com', 'mail: security@example.com');
  edit(settings, '# account: "111122223333"', 'account: "111122223333"');
  await run('npx --no -- portcullis validate && npx --no -- portcullis test');
  expect(await run(`${DEPLOY} --plan`)).toContain(`${STACK} (${REGION}, account 111122223333) is new:`);
  expect(await run(DEPLOY)).toMatch(/mode +dry-run; the sweep only reports\n/);
  const doctor = await run('npx --no -- portcullis doctor --stage prod');
  expect(doctor).toMatch(/ok +deployment +the settings and policies of this clone are in force/);
  const [tested] = await Promise.all([
    run('npx --no -- portcullis selftest --stage prod --minutes 2'),
    tellOfSelftest(aws),
  ]);
  expect(tested).toMatch(/The rule: \S+, as it should be\./);

  // Enforced, once that is confirmed.
  edit(settings, '    mode: dry-run', '    mode: enforce');
  const enforcing = await fails(DEPLOY);
  expect(enforcing).toContain('! mode: dry-run -> enforce. These policies act from now on: ');
  await run(`${DEPLOY} --confirm ${codeIn(enforcing)}`);

  // A policy edited.
  const policy = join(settings, '../policies/internal-tools-stay-private.yaml');
  edit(policy, 'action: notify', 'action: revoke');
  const edited = await fails(DEPLOY);
  expect(edited).toContain('! policy internal-tools-stay-private: report only -> revoke.');
  expect(codeIn(edited)).not.toBe(codeIn(enforcing));
  expect(await fails(`${DEPLOY} --confirm ${codeIn(enforcing)}`)).toContain(
    'is for other changes than these',
  );
  await run(`${DEPLOY} --confirm ${codeIn(edited)}`);

  // A fall back to dry run.
  expect(await fails(`${DEPLOY} --param=mode=dry-run`)).toContain(
    '! mode: enforce -> dry-run. Nothing is revoked from now on.',
  );
  const before = await inForce(aws);
  expect(before).toMatchObject({ mode: 'enforce', records: [expect.any(String)] });
  expect(before.subscribers.map(([endpoint]) => endpoint)).toEqual(['security@example.com']);

  // An upgrade keeps everything.
  edit(join(folder, 'package.json'), '"version": "', '"version": "9.');
  appendFileSync(join(folder, 'handlers/remediate.ts'), "export const RELEASE = '9';\n");
  commit('another release');
  expect(await run(DEPLOY)).toContain('Service deployed');
  expect(await inForce(aws)).toEqual(before);

  // The removal leaves what it says.
  const removed = await run(`npx --no -- serverless remove --stage prod --region ${REGION}`);
  expect(removed).toContain(`The ledger is kept: the table ${before.names.Ledger} in ${REGION}`);
  const history = 'npx --no -- portcullis history';
  expect(await run(`${history} --table ${before.names.Ledger} --region ${REGION}`)).toContain('notified');
  expect(await inventoryOf(aws)).toEqual({
    ...untouched,
    tables: [...(untouched.tables ?? []), before.names.Ledger],
  });
  const { Table } = await aws.dynamoDb.send(new DescribeTableCommand({ TableName: before.names.Ledger }));
  expect(Table?.TableStatus).toBe('ACTIVE');
}, 900_000);
