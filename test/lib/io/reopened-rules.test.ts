// A rule that is narrowed, and opened again exactly as the last sweep saw it: it has changed, though it looks as it did.
import { expect, it } from 'vitest';
import { readModified } from '../../../lib/io/ledger/modified-rules.ts';
import { fail } from '../../../lib/sandbox/index.ts';
import { modified, modify } from './modify.ts';
import { sweepOnce } from './sweeping.ts';
import {
  ACCOUNT,
  calls,
  GROUP,
  left,
  makeWorld,
  policyOf,
  REGION,
  reconcile,
  ssh,
  type TestWorld,
} from './world.ts';

const HOUR = 3_600_000;
const PLACE = { accountId: ACCOUNT, region: REGION };
const NARROW = { CidrIpv4: '10.0.0.0/8' };

/** A group whose open rule a sweep that only reports has seen. */
async function swept(): Promise<TestWorld> {
  const made = makeWorld([ssh]);
  const test = { ...made, world: { ...made.world, policies: [policyOf('no-ssh', [22], 'revoke')] } };
  await sweepOnce(test);
  await test.world.wait(HOUR);
  return test;
}

const writes = (test: TestWorld) =>
  test.account.calls.filter(
    ({ api, input }) => /Item$/.test(api) && JSON.stringify(input).includes('modified/'),
  );

it('is closed', async () => {
  const test = await swept();
  await modify(test, 'sgr-0ssh', NARROW, 'e-1');
  expect(left(test)).toEqual(['sgr-0ssh']);
  await test.world.wait(HOUR);

  await modify(test, 'sgr-0ssh', {}, 'e-2');

  expect(left(test)).toEqual([]);
});

it('is closed though the events arrive in the other order, or only the first', async () => {
  for (const isSecondLost of [false, true]) {
    const test = await swept();
    const first = await modified(test, 'sgr-0ssh', NARROW, { eventID: 'e-1' });
    const second = await modified(test, 'sgr-0ssh', {}, { eventID: 'e-2' });
    await test.world.wait(2 * 60_000);
    if (!isSecondLost) await reconcile(test.world, second);
    expect(left(test)).toEqual(['sgr-0ssh']);

    await reconcile(test.world, first);

    expect(left(test)).toEqual([]);
  }
});

it('has changed for every sweep that began before it was narrowed, and may have seen it open', async () => {
  const test = await swept();
  await modify(test, 'sgr-0ssh', NARROW, 'e-1');
  const noted = test.world.now().toISOString();
  const later = new Date(test.world.now().getTime() + 1).toISOString();

  expect(await readModified(test.world.ledger, PLACE, GROUP, noted)).toEqual(new Set(['sgr-0ssh']));
  expect(await readModified(test.world.ledger, PLACE, GROUP, later)).toEqual(new Set());
});

it('stays where only its description has changed, of which nothing is written', async () => {
  const test = await swept();
  const before = calls(test).length;

  await modify(test, 'sgr-0ssh', { Description: 'for Ann' }, 'e-1');

  expect(left(test)).toEqual(['sgr-0ssh']);
  expect(
    calls(test)
      .slice(before)
      .filter((api) => /^(Put|Update)Item$/.test(api)),
  ).toEqual([]);
});

it('counts as unchanged again once a sweep has seen it, and then only its description changes', async () => {
  const test = await swept();
  await modify(test, 'sgr-0ssh', NARROW, 'e-1');
  await modified(test, 'sgr-0ssh', {});
  await test.world.wait(HOUR);
  await sweepOnce(test);
  await test.world.wait(HOUR);

  await modify(test, 'sgr-0ssh', { Description: 'for Ann' }, 'e-3');

  expect(left(test)).toEqual(['sgr-0ssh']);
});

it('is closed where the note of it failed at first, because that event is tried again', async () => {
  const test = await swept();
  fail(test.account, 'UpdateItem', 'InternalServerError', 1);
  const first = await modified(test, 'sgr-0ssh', NARROW, { eventID: 'e-1' });
  await test.world.wait(5000);
  await expect(reconcile(test.world, first)).rejects.toThrow();
  await reconcile(test.world, first);
  expect(writes(test).length).toBeGreaterThan(0);

  await modify(test, 'sgr-0ssh', {}, 'e-2');

  expect(left(test)).toEqual([]);
});

it('is closed where there was no room to note it', async () => {
  const test = await swept();
  fail(test.account, 'UpdateItem', 'ValidationException', 1);
  await modify(test, 'sgr-0ssh', NARROW, 'e-1');
  expect(await readModified(test.world.ledger, PLACE, GROUP, '2026-01-01T00:00:00Z')).toBe('all');

  await modify(test, 'sgr-0ssh', {}, 'e-2');

  expect(left(test)).toEqual([]);
});
