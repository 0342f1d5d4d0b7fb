// `portcullis breaker` as an operator runs it, on the sandbox over HTTP.
import { beforeEach, describe, expect, it } from 'vitest';
import { count, openBreaker } from '../../lib/io/ledger/breaker.ts';
import { ACCOUNT, makeWorld, REGION, type TestWorld, WINDOW } from '../lib/io/world.ts';
import { onAccount } from './portcullis.ts';

const PLACE = ['--account', ACCOUNT, '--region', REGION, '--table', 'ledger'];

let test: TestWorld;
beforeEach(() => {
  test = makeWorld([]);
});

const ids = (length: number) => Array.from({ length }, (_, i) => `sgr-${i}`);
const breaker = (...words: readonly string[]) => onAccount(test.account, ['breaker', ...words, ...PLACE]);

describe('portcullis breaker', () => {
  it('says how much was counted while it is closed', async () => {
    await count(test.world.ledger, WINDOW, ids(12), new Date());
    const { status, stdout } = await breaker('status');

    expect(status).toBe(0);
    expect(stdout).toContain('The breaker is closed. Lately 12 of 100 revocations were counted.');
  });

  it('says that it is open, until when, and because of what', async () => {
    const { until } = await openBreaker(test.world.ledger, WINDOW, 'event-1', new Date());
    const { stdout } = await breaker('status');

    expect(stdout).toContain(`The breaker is OPEN until ${until.toISOString().slice(0, 19)}`);
    expect(stdout).toContain('nothing is revoked. `event-1` was one too many.');
  });

  it('is closed by a reset, and then tells of the next time again', async () => {
    await count(test.world.ledger, WINDOW, ids(101), new Date());
    await openBreaker(test.world.ledger, WINDOW, 'event-1', new Date());

    expect((await breaker('reset')).stdout).toContain('The breaker is closed');
    expect((await breaker('status')).stdout).toContain('The breaker is closed. Lately 0 of 100');
    expect((await openBreaker(test.world.ledger, WINDOW, 'event-2', new Date())).by).toBe('event-2');
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
