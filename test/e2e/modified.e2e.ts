// A rule that its author makes narrower between the event and the revoke: it stays as its author made it.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeSecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { beforeAll, expect, inject, it } from 'vitest';
import { load } from '../../lib/io/ledger/entries.ts';
import { type Bot, deployBot } from './bot.ts';
import { recordOf } from './cloudtrail.ts';
import { authorizeIngress, cidrsOf, putEvents, SSH_WORLD } from './groups.ts';

const SOON = { timeout: 20_000, interval: 50 };
let bot: Bot;

beforeAll(async () => {
  bot = await deployBot(inject('ministack').url, 'eu-south-1', '--param=mode=enforce');
});

/** Has the rule modified once, right before it is revoked; answers whether it was. */
async function modifyBeforeRevoke(groupId: string, ruleId: string): Promise<() => boolean> {
  const { lambda } = bot.aws;
  const FunctionName = bot.resources.RemediateLambdaFunction;
  const mark = join(mkdtempSync(join(tmpdir(), 'modify-')), 'modified');
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = {
    ...Environment?.Variables,
    NODE_OPTIONS: `--import=${new URL('modifying.ts', import.meta.url)}`,
    ...{ MODIFIES_RULE: ruleId, MODIFIES_GROUP: groupId, MODIFIES_MARK: mark },
  };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 10 }, { FunctionName });
  return () => existsSync(mark);
}

it('a rule that is narrowed between the event and the revoke stays, and the record says that it was changed', async () => {
  const group = bot.freshGroup();
  const call = await authorizeIngress(bot.aws, group, SSH_WORLD);
  const detail = recordOf(call, bot.aws.region);
  const Filters = [{ Name: 'group-id', Values: [group] }];
  const { SecurityGroupRules = [] } = await bot.aws.ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters }),
  );
  const rule = SecurityGroupRules.find(({ IsEgress }) => IsEgress === false);
  const isModified = await modifyBeforeRevoke(group, rule?.SecurityGroupRuleId ?? '');

  await putEvents(bot.aws, detail);
  const ledger = { client: bot.aws.dynamoDb, table: bot.resources.Ledger ?? '' };
  await expect.poll(async () => (await load(ledger, detail.eventID))?.state, SOON).toBe('notified');

  expect(isModified()).toBe(true);
  expect(await cidrsOf(bot.aws, group)).toEqual(['10.1.2.3/32:22']);
  const { record } = (await load(ledger, detail.eventID)) ?? {};
  expect(record?.findings.map(({ outcome }) => outcome)).toEqual(['changed']);
});
