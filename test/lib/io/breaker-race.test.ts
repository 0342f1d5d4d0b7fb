// Two who count at the same time, on both sides of where one slice of the breaker's window ends.
import { expect, it } from 'vitest';
import { count } from '../../../lib/io/breaker.ts';
import type { Ledger } from '../../../lib/io/ledger.ts';
import { createAccount, dynamoOf } from '../../../lib/sandbox/index.ts';

it('of two who count at once, in two slices of time, one at least sees both', async () => {
  const client = dynamoOf(createAccount({ accountId: '111122223333', region: 'eu-west-1' }));
  const ledger: Ledger = { client, table: 'ledger' };
  const window = { account: '111122223333', region: 'eu-west-1', minutes: 15 };
  const before = new Date('2026-06-01T12:04:59.990Z');
  const after = new Date('2026-06-01T12:05:00.010Z');
  let late = 0;
  const send = (client.send as (command: object) => Promise<unknown>).bind(client);
  const slow = async (command: object) => {
    // The other counts while this one's request is under way.
    if (command.constructor.name === 'UpdateItemCommand')
      late = await count(ledger, window, ['sgr-0late'], after);
    return send(command);
  };
  const early = await count(
    { ...ledger, client: Object.assign(Object.create(client), { send: slow }) },
    window,
    ['sgr-0early'],
    before,
  );

  expect(Math.max(early, late)).toBe(2);
});
