// In a storm most remediations are reported by a batch, each exactly once.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { startRevoking, stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import { tick } from '../../../lib/io/tick.ts';
import { addGroup, addRule, fail } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import {
  ACCOUNT,
  mails,
  makeEvent,
  makeWorld,
  REGION,
  reconcile,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

const MINUTE = 60_000;

/** A change in each of so many groups, in a dry run: the breaker does not count these. */
async function bring(test: TestWorld, count: number, prefix = 'sg-'): Promise<readonly object[]> {
  const events = Array.from({ length: count }, (_, i) => {
    const rule = { ...tcp(`sgr-${prefix}${i}`, 22), GroupId: `${prefix}${i}` };
    addGroup(test.account, { GroupId: rule.GroupId, GroupName: `web-${i}`, VpcId: 'vpc-0other' });
    addRule(test.account, rule);
    return makeEvent([rule], { eventID: `e-${prefix}${i}` });
  });
  for (const event of events) await reconcile(test.world, event);
  return events;
}

describe('of thirty changes within minutes', () => {
  it('ten have a mail of their own, and the next minute has one mail about the others', async () => {
    const test = makeWorld([], 'dry-run');
    await bring(test, 30);
    expect(subjects(test)).toHaveLength(10);

    expect((await tick(test.world)).batched).toBe(20);

    expect(subjects(test).at(-1)).toBe(`20 more changes in 20 groups, 20 critical (${ACCOUNT}/${REGION})`);
    expect((await load(test.world.ledger, 'e-sg-29'))?.state).toBe('notified');
    expect((await tick(test.world)).batched).toBe(0);
  });

  it('the mail says what came of them, names them, and how to see all and to revoke what is open', async () => {
    const test = makeWorld([], 'dry-run');
    await bring(test, 12);
    await tick(test.world);

    expect(
      mails(test).at(-1),
    ).toBe(`Portcullis handled 2 more changes in 2 groups, too many for a mail about each. What became of their rules:

  2 still open: dry run

  Dry run: SSH open to internet on web-10 (111122223333/eu-west-1)  [e-sg-10]
  Dry run: SSH open to internet on web-11 (111122223333/eu-west-1)  [e-sg-11]

All of them  npx --no -- portcullis history --stage prod --region eu-west-1 --since 2026-06-01
Revoke them  npx --no -- portcullis audit --region eu-west-1 --commands

Record batch/2026-06-01T12:01:32.000Z
`);
  });
});

it('there is one batch in a window, and after it there is room for single mails again', async () => {
  const test = makeWorld([], 'dry-run');
  await bring(test, 12);
  await tick(test.world);
  await bring(test, 5, 'sg-b');
  await tick(test.world);
  expect(subjects(test)).toHaveLength(11);

  await test.world.wait(15 * MINUTE);
  await tick(test.world);
  await bring(test, 1, 'sg-c');

  expect(subjects(test)).toHaveLength(13);
  expect(subjects(test)[11]).toMatch(/^5 more changes/);
});

it('a batch that SNS refuses is sent after the next window', async () => {
  const test = makeWorld([], 'dry-run');
  await bring(test, 12);
  fail(test.account, 'Publish', 'InternalError');
  await expect(tick(test.world)).rejects.toThrow();
  test.account.faults.splice(0);

  await test.world.wait(16 * MINUTE);

  expect((await tick(test.world)).batched).toBe(2);
});

it('what another tick writes while the batch is noted may be in the next one, and nothing else', async () => {
  const test = makeWorld([], 'dry-run');
  await bring(test, 50);
  const { ledger } = test.world;
  const client = seeing(ledger.client, (api, { input: { Item } }, send) => {
    const isTaken = api === 'PutItem' && Item?.id?.S === 'e-sg-12' && Item.state?.S === 'notified';
    const refusal = new ConditionalCheckFailedException({ message: 'written', $metadata: {} });
    return isTaken ? Promise.reject(refusal) : send();
  });
  expect((await tick({ ...test.world, ledger: { ...ledger, client } })).batched).toBe(40);

  await test.world.wait(16 * MINUTE);
  expect((await tick(test.world)).batched).toBe(1);
});

it('an event that comes again while its report waits for the batch changes nothing', async () => {
  const test = makeWorld([], 'dry-run');
  const events = await bring(test, 12);
  for (const event of events) await reconcile(test.world, event);
  await tick(test.world);

  expect(subjects(test)).toHaveLength(11);
});

it('the loud mail of the breaker is never in a batch', async () => {
  const test = makeWorld([], 'dry-run');
  await bring(test, 20);
  const enforcing = {
    ...test,
    world: { ...test.world, config: { ...test.world.config, mode: 'enforce' as const } },
  };
  const place = { accountId: ACCOUNT, region: REGION };
  await stopRevoking(test.world.ledger, place, test.world.now());
  await bring(enforcing, 1, 'sg-late');
  await startRevoking(test.world.ledger, place);

  expect(subjects(test).at(-1)).toMatch(/^ACTION: revoking is stopped/);
});
