// A function that dies in the middle of its work: the rule is closed in the end, and people are notified once.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Ledger, load, save } from '../../lib/io/ledger/entries.ts';
import type { Phase } from '../../lib/remediation/state.ts';
import { type Bot, deployBot } from './bot.ts';
import { type Detail, recordOf } from './cloudtrail.ts';
import { authorizeIngress, cidrsOf, putEvents, SSH_WORLD } from './groups.ts';

/** Where the function dies, and what it leaves behind. */
interface Crash {
  readonly when: 'before' | 'after';
  readonly call: string;
  readonly state: Phase;
  readonly open: readonly string[];
  /** What people read in the end. */
  readonly outcome: 'revoked' | 'gone';
}

const CRASHES: readonly Crash[] = [
  {
    when: 'before',
    call: 'RevokeSecurityGroupIngress',
    state: 'planned',
    open: ['0.0.0.0/0:22'],
    outcome: 'revoked',
  },
  { when: 'after', call: 'RevokeSecurityGroupIngress', state: 'planned', open: [], outcome: 'gone' },
  // Not after it: nobody knows then that people were told, and they are told again (test/faults/matrix.test.ts).
  { when: 'before', call: 'Publish', state: 'resolved', open: [], outcome: 'revoked' },
];
const SOON = { timeout: 20_000, interval: 50 };
let bot: Bot;
let ledger: Ledger;

beforeAll(async () => {
  bot = await deployBot(inject('ministack').url, 'eu-north-1', '--param=mode=enforce');
  ledger = { client: bot.aws.dynamoDb, table: bot.resources.Ledger ?? '' };
});

/** Has the function die once, at this call; answers whether it has. */
async function dieAt({ when, call }: Crash): Promise<() => boolean> {
  const { lambda } = bot.aws;
  const FunctionName = bot.resources.RemediateLambdaFunction;
  const mark = join(mkdtempSync(join(tmpdir(), 'crash-')), 'died');
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = {
    ...Environment?.Variables,
    NODE_OPTIONS: `--import=${new URL('dying.ts', import.meta.url)}`,
    ...{ DIES_AT: call, DIES_WHEN: when, DIES_MARK: mark },
  };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 10 }, { FunctionName });
  return () => existsSync(mark);
}

function eventOf(detail: Detail): string {
  return JSON.stringify({ source: 'aws.ec2', 'detail-type': 'AWS API Call via CloudTrail', detail });
}

/** Delivers an event and waits for the end: what it failed with, and nothing if it did not. */
async function deliver(detail: Detail): Promise<string> {
  const input = { FunctionName: bot.resources.RemediateLambdaFunction, Payload: eventOf(detail) };
  const { FunctionError, Payload } = await bot.aws.lambda.send(new InvokeCommand(input));
  return FunctionError === undefined ? '' : Buffer.from(Payload ?? []).toString();
}

/** As if three minutes had passed: the lease is over, and somebody else may go on. */
async function passLease(id: string): Promise<void> {
  const entry = await load(ledger, id);
  if (entry === undefined) throw new Error(`${id} is not in the ledger`);
  expect(entry.leaseUntil).toBeGreaterThan(Date.now());
  await save(ledger, { ...entry, leaseUntil: 0 });
}

const stateOf = async (id: string) => (await load(ledger, id))?.state;

describe.each(CRASHES)('a function that dies $when $call', (crash) => {
  it('has told nobody, and the next delivery after its lease ends in exactly one message', async () => {
    const hasDied = await dieAt(crash);
    const group = bot.freshGroup();
    const detail = recordOf(await authorizeIngress(bot.aws, group, SSH_WORLD), bot.aws.region);

    await putEvents(bot.aws, detail);
    await expect.poll(hasDied, SOON).toBe(true);
    expect(await deliver(detail)).toContain('is being dealt with by another delivery');
    expect(await cidrsOf(bot.aws, group)).toEqual(crash.open);
    expect(await stateOf(detail.eventID)).toBe(crash.state);
    expect(await bot.said(group)).toEqual([]);

    await passLease(detail.eventID);
    const parked = { QueueUrl: bot.resources.RetryQueue, MessageBody: eventOf(detail) };
    await bot.aws.sqs.send(new SendMessageCommand(parked));
    await expect.poll(() => stateOf(detail.eventID), SOON).toBe('notified');
    expect(await deliver(detail)).toBe('');
    expect(await cidrsOf(bot.aws, group)).toEqual([]);
    expect(await bot.said(group)).toEqual([[crash.outcome]]);
  });
});
