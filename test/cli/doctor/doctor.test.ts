// `portcullis doctor` as an operator runs it, on the sandbox, which knows the ledger and little of what else is asked.
import { expect, it } from 'vitest';
import { ask } from '../../../cli/doctor/reading.ts';
import { stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import { createAccount, fail } from '../../../lib/sandbox/index.ts';
import { makeWorld } from '../../lib/io/world.ts';
import { onAccount } from '../portcullis.ts';

it('says what it reads, and that the rest is unknown, and changes nothing', async () => {
  const { account, world } = makeWorld([]);
  await stopRevoking(world.ledger, { accountId: account.accountId, region: account.region }, new Date());
  account.queues.set('retry', { messages: [] });
  account.queues.set('dead', { messages: [{ body: 'x' }] });
  const items = JSON.stringify([...account.items]);

  const { status, stdout, stderr } = await onAccount(account, ['doctor']);

  expect([status, stderr]).toEqual([1, '']);
  expect(stdout).toContain('broken   dead letters');
  expect(stdout).toContain('npx --no -- portcullis redrive --stage dev --region eu-west-1');
  expect(stdout).toMatch(/warning {2}breaker +all revoking is stopped since/);
  expect(stdout).toMatch(/unknown {2}event rules +could not be read/);
  expect(JSON.stringify([...account.items])).toBe(items);
});

it('names the action that is missing, for machines too', async () => {
  const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
  fail(account, 'Query', 'AccessDeniedException');

  const { stdout } = await onAccount(account, ['doctor', '--format', 'json']);
  expect(JSON.parse(stdout).lines).toContainEqual({
    status: 'unknown',
    about: 'waiting',
    said: 'may not be read: dynamodb:Query is missing',
    fix: 'Allow dynamodb:Query: see iam/reader.json.',
  });
});

it('waits for no read for long', async () => {
  const reading = await ask('a:B', () => new Promise(() => {}), 20);

  expect(reading).toEqual({ missing: undefined, isGone: false, why: 'Error: no answer within 0.02 seconds' });
});

it('takes the action that AWS names for the one that is missing', async () => {
  const error = Object.assign(
    new Error('User x is not authorized to perform: events:ListTargetsByRule on y'),
    {
      name: 'AccessDeniedException',
    },
  );

  expect(await ask('events:ListRules', () => Promise.reject(error))).toMatchObject({
    missing: 'events:ListTargetsByRule',
  });
});
