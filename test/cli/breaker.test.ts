// `portcullis breaker` as an operator runs it, on the sandbox over HTTP.
import { beforeEach, describe, expect, it } from 'vitest';
import { counterOf } from '../../lib/io/breaker.ts';
import { addTo, claim } from '../../lib/io/ledger.ts';
import { ACCOUNT, makeWorld, REGION, type TestWorld } from '../lib/io/world.ts';
import { onAccount } from './portcullis.ts';

// A window so long that the tests never come to its end.
const MINUTES = 9000;
const counter = counterOf({ account: ACCOUNT, region: REGION, minutes: MINUTES }, new Date());
const PLACE = ['--account', ACCOUNT, '--region', REGION, '--minutes', `${MINUTES}`, '--table', 'ledger'];

let test: TestWorld;
beforeEach(async () => {
  test = makeWorld([]);
  await addTo(test.world.ledger, counter.name, 101, counter.until);
  await claim(test.world.ledger, counter.told, 'event-1', counter.until);
});

const breaker = (...words: readonly string[]) => onAccount(test.account, ['breaker', ...words, ...PLACE]);

describe('portcullis breaker', () => {
  it('says that it is open, how much was counted, and until when', async () => {
    const { status, stdout } = await breaker('status');

    expect(status).toBe(0);
    expect(stdout).toContain(
      'The breaker is OPEN: nothing is revoked. 101 of 100 revocations are counted until',
    );
  });

  it('is closed by a reset, and then tells of the next time again', async () => {
    expect((await breaker('reset')).stdout).toContain('The breaker is closed');
    expect((await breaker('status')).stdout).toContain('The breaker is closed. 0 of 100');
    expect(await claim(test.world.ledger, counter.told, 'event-2', counter.until)).toBe(true);
  });

  it('refuses what is no account', async () => {
    const { status, stderr } = await onAccount(test.account, [
      'breaker',
      'status',
      '--account',
      '1',
      '--region',
      'x',
    ]);

    expect(status).toBe(2);
    expect(stderr).toContain('twelve digits');
  });
});
