// A sweep of several invocations, whether the time ran out or one of them died: nothing is left out and nothing told twice.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadSweep } from '../../../lib/io/ledger/sweep-state.ts';
import { addRule, fail, inForce } from '../../../lib/sandbox/index.ts';
import { wrap } from '../../faults/fault.ts';
import { groupId, LIFETIME, makeRegion, pass, sweepOnce } from './sweeping.ts';
import { type TestWorld, tcp } from './world.ts';

const GROUPS = 5;
const isOpen = (index: number) => index !== 2;

function digests({ account }: TestWorld) {
  return account.messages.map(({ versions }) => JSON.parse(versions?.default ?? ''));
}

/** Goes on, as a schedule does, until there is nothing to go on with. */
async function goOn(region: TestWorld, mode: 'report' | 'enforce', lifetime = LIFETIME): Promise<number> {
  for (let tick = 1; tick < 50; tick += 1) {
    await pass(region, 15);
    const { state } = await sweepOnce(region, { mode, lifetime, isContinuation: true });
    if (state === 'finished') return tick;
    const sweep = await loadSweep(region.world.ledger);
    if (state === 'idle' && sweep?.phase === 'finished' && sweep.pending.length === 0) return tick;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a sweep whose time runs out', () => {
  it('goes on after the last group that was done with, and judges each once', async () => {
    const region = makeRegion(1000, (index) => index % 200 === 0);

    // Time for the list and a few batches, beside the four minutes that are kept for the end.
    const first = await sweepOnce(region, { lifetime: 243_000 });
    const after = (await loadSweep(region.world.ledger))?.after;
    const ticks = await goOn(region, 'report', 243_000);

    expect(first.state).toBe('unfinished');
    expect(Number(after?.slice(3))).toBeGreaterThan(50);
    expect(ticks).toBeGreaterThan(1);
    expect(digests(region)).toMatchObject([{ counts: { groups: 1000, rules: 1005, violations: 5 } }]);
  });

  it('is resumed by the next that is due, which does not begin another', async () => {
    const region = makeRegion(200, () => true);
    await sweepOnce(region, { lifetime: 241_500 });
    await pass(region, 360);

    const { state } = await sweepOnce(region);

    expect(state).toBe('finished');
    expect(digests(region)).toMatchObject([{ counts: { groups: 200, violations: 200 } }]);
  });

  it('leaves nothing to go on with once it is finished', async () => {
    const region = makeRegion(3, () => true);
    await sweepOnce(region);
    const before = region.account.calls.length;

    const { state } = await sweepOnce(region, { isContinuation: true });

    expect(state).toBe('idle');
    expect(region.account.calls.slice(before).map(({ api }) => api)).toEqual(['GetItem']);
  });
});

describe('a sweep that has told people', () => {
  it('does not tell them again because the ledger refuses the note of it for a moment', async () => {
    const region = makeRegion(3, () => true);
    const tape = { calls: [] as string[] };
    await sweepOnce({ ...makeRegion(3, () => true), world: wrap(makeRegion(3, () => true).world, tape) });
    const point = tape.calls.indexOf('Publish') + 1;
    const throttled = {
      point,
      fault: 'throttled for a while' as const,
      pass: () => {},
      beside: async () => {},
    };

    const { state } = await sweepOnce({ ...region, world: wrap(region.world, { calls: [] }, throttled) });
    await goOn(region, 'report');

    expect(tape.calls[point]).toBe('UpdateItem');
    expect(state).toBe('finished');
    expect(digests(region)).toHaveLength(1);
  });
});

describe('a sweep whose digest SNS does not take', () => {
  it('does not keep the next from closing what has been opened since', async () => {
    const region = makeRegion(2, () => true);
    fail(region.account, 'Publish', 'AuthorizationError');
    await expect(sweepOnce(region, { mode: 'enforce' })).rejects.toThrow('AuthorizationError');
    addRule(region.account, { GroupId: groupId(0), ...tcp('sgr-0rdp', 3389) });

    for (let day = 0; day < 4; day += 1) {
      await pass(region, 360);
      await sweepOnce(region, { mode: 'enforce' }).catch(() => undefined);
    }

    expect(inForce(region.account, groupId(0))).toHaveLength(1);
  });
});

describe('a digest that SNS takes late', () => {
  it('is sent once, though the next sweep begins while it is being sent', async () => {
    const region = makeRegion(2, () => true);
    fail(region.account, 'Publish', 'AuthorizationError');
    await expect(sweepOnce(region)).rejects.toThrow('AuthorizationError');
    region.account.faults.splice(0);
    await pass(region, 360);
    const tape = { calls: [] as string[] };
    const point = 3;
    const begin = async () => void (await sweepOnce(region));
    const beside = { point, fault: 'a second delivery begins' as const, pass: () => {}, beside: begin };

    await sweepOnce({ ...region, world: wrap(region.world, tape, beside) }, { isContinuation: true }).catch(
      () => undefined,
    );
    await goOn(region, 'report');

    expect(tape.calls[point]).toBe('Publish');
    expect(new Set(digests(region).map(({ id }) => id)).size).toBe(digests(region).length);
  });
});

describe('two invocations at once', () => {
  it('leave the sweep to the one that came first', async () => {
    const region = makeRegion(100, () => true);

    const states = (await Promise.allSettled([sweepOnce(region), sweepOnce(region)])).map((settled) =>
      settled.status === 'fulfilled' ? settled.value.state : settled.reason.name,
    );

    expect(states.toSorted()).toEqual(['BusyError', 'finished']);
    expect(digests(region)).toMatchObject([{ counts: { groups: 100, violations: 100 } }]);
  });

  it('find nothing to do while the other is known to be at it', async () => {
    const region = makeRegion(3);
    const tape = { calls: [] };
    const dead = { point: 4, fault: 'crash before' as const, pass: () => {}, beside: async () => {} };
    await expect(sweepOnce({ ...region, world: wrap(region.world, tape, dead) })).rejects.toThrow();

    const { state } = await sweepOnce(region, { isContinuation: true });

    expect(state).toBe('idle');
  });
});

describe('the lease of a sweep that dies', () => {
  const { timeout } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent' }).functions.sweep;
  const dead = { point: 4, fault: 'crash before' as const, pass: () => {}, beside: async () => {} };

  it.each([
    ['holds while Lambda may still run it', timeout - 1, 'idle'],
    ['is over three minutes after Lambda must have ended it', timeout + 181, 'finished'],
  ])('%s', async (_, seconds, expected) => {
    const region = makeRegion(3);
    const lifetime = timeout * 1000;
    const dying = { ...region, world: wrap(region.world, { calls: [] }, dead) };
    await expect(sweepOnce(dying, { lifetime })).rejects.toThrow();
    await pass(region, seconds / 60);

    const { state } = await sweepOnce(region, { isContinuation: true });

    expect(state).toBe(expected);
  });

  it('is tested with the time that the function is deployed with', () => {
    expect(LIFETIME).toBe(timeout * 1000);
  });
});

describe('a reporting sweep that dies', () => {
  it('is resumed after the last fifty groups that it was done with', async () => {
    const region = makeRegion(200, () => true);
    // The sweep is read and taken, and groups are listed; then two reads and two writes for each batch: dead in the third.
    const dead = { point: 11, fault: 'crash before' as const, pass: () => {}, beside: async () => {} };

    await expect(sweepOnce({ ...region, world: wrap(region.world, { calls: [] }, dead) })).rejects.toThrow();

    expect((await loadSweep(region.world.ledger))?.after).toBe(groupId(99));
    await goOn(region, 'report');
    expect(digests(region)).toMatchObject([{ counts: { groups: 200, violations: 200 } }]);
  });
});

describe('a sweep that EC2 refuses', () => {
  it('stops, and goes on from there when it is asked again', async () => {
    const region = makeRegion(120, () => true);
    fail(region.account, 'DescribeSecurityGroupRules', 'RequestLimitExceeded', 3);

    await expect(sweepOnce(region)).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    await goOn(region, 'report');

    expect(digests(region)).toMatchObject([{ counts: { groups: 120, violations: 120 } }]);
  });
});

/** Once a call is done: a death before the next one leaves the same behind. */
const DEATH = { fault: 'crash after' as const, pass: () => {}, beside: async () => {} };

describe('an enforcing sweep that dies at any of its calls before it only reports', () => {
  it('closes nothing more', async () => {
    const clean = makeRegion(GROUPS, isOpen);
    const tape = { calls: [] as string[] };
    await sweepOnce({ ...clean, world: wrap(clean.world, tape) }, { mode: 'enforce' });
    const openIn = (region: TestWorld) =>
      [0, 1, 3, 4].filter((index) => inForce(region.account, groupId(index)).length === 2);

    for (const [point, api] of tape.calls.entries()) {
      const region = makeRegion(GROUPS, isOpen);
      const injection = { point, ...DEATH };
      const dying = { ...region, world: wrap(region.world, { calls: [] }, injection) };
      await sweepOnce(dying, { mode: 'enforce' }).catch(() => undefined);
      const before = openIn(region);
      await goOn(region, 'report');
      if (region.account.messages.length === 0) await sweepOnce(region);

      expect({ point, api, open: openIn(region) }).toEqual({ point, api, open: before });
      expect({ point, counts: digests(region).at(-1)?.counts }).toMatchObject({
        point,
        counts: { groups: GROUPS, affected: 4, violations: 4 },
      });
    }
  });
});

describe('an enforcing sweep that dies at any of its calls', () => {
  let calls: readonly string[] = [];

  beforeAll(async () => {
    const region = makeRegion(GROUPS, isOpen);
    const tape = { calls: [] as string[] };
    await sweepOnce({ ...region, world: wrap(region.world, tape) }, { mode: 'enforce' });
    calls = tape.calls;
  });

  it('closes everything and reports everything', async () => {
    for (const [point, api] of calls.entries()) {
      const region = makeRegion(GROUPS, isOpen);
      const injection = { point, ...DEATH };
      const dying = { ...region, world: wrap(region.world, { calls: [] }, injection) };
      await sweepOnce(dying, { mode: 'enforce' }).catch(() => undefined);
      await goOn(region, 'enforce');
      // Where it died before there was anything to go on with, the next that is due begins.
      if (region.account.messages.length === 0) await sweepOnce(region, { mode: 'enforce' });

      const told = digests(region);
      const open = [0, 1, 3, 4].flatMap((index) => inForce(region.account, groupId(index)).slice(1));
      expect({ point, api, open }).toEqual({ point, api, open: [] });
      const { byStatus = {}, ...counts } = told.at(-1)?.counts ?? {};
      expect({ point, api, counts }).toMatchObject({
        point,
        api,
        counts: { groups: GROUPS, affected: 4, violations: 4 },
      });
      // Nobody saw the answer to what was sent as it died.
      const closed = (byStatus.revoked ?? 0) + (byStatus.gone ?? 0);
      expect({ point, api, closed, gone: byStatus.gone ?? 0 }).toMatchObject({ closed: 4 });
      // SNS had taken it, and nobody lived to note it.
      const isUnnoted = told.length === 2 && calls.slice(0, point + 1).includes('Publish');
      expect({ point, api, isOnce: told.length === 1 || isUnnoted }).toMatchObject({ isOnce: true });
    }
  });
});
