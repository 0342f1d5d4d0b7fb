// The age of the last complete sweep, which every invocation sends and an alarm watches.
import { describe, expect, it } from 'vitest';
import { seeing } from '../../faults/fault.ts';
import { startTables } from '../../faults/table.ts';
import { makeRegion, pass, type Region, sweepOnce } from './sweeping.ts';

const HOUR = 60;
const tick = (region: Region, lifetime?: number) =>
  sweepOnce(region, { isContinuation: true, ...(lifetime === undefined ? {} : { lifetime }) });

/** The ages that were sent, in hours. */
function ages({ metrics }: Region): readonly number[] {
  return metrics.flatMap(([name, value]) => (name === 'sweep-age-hours' ? [value] : []));
}

/** The region, where every call of this name to the ledger fails. */
function failing(region: Region, name: string): Region {
  const { client, table } = region.world.ledger;
  const broken = seeing(client, async (api, _, send) => {
    if (api === name) throw new Error('denied');
    return send();
  });
  return { ...region, world: { ...region.world, ledger: { client: broken, table } } };
}

describe('the age of the last complete sweep', () => {
  it('is sent by every invocation, also by one that has nothing to do', async () => {
    const region = makeRegion(2);
    await sweepOnce(region);
    const start = ages(region).length;

    for (const _ of [1, 2, 3]) {
      await pass(region, HOUR / 4);
      expect((await tick(region)).state).toBe('idle');
    }

    expect(ages(region).slice(start)).toEqual([0.25, 0.5, 0.75]);
  });

  it('counts from the end of the sweep, also while the next one is under way', async () => {
    const region = makeRegion(2);
    await sweepOnce(region);
    await pass(region, 6 * HOUR);

    const { state } = await sweepOnce(region, { lifetime: 1000 });
    await pass(region, HOUR);
    await tick(region, 1000);

    expect(state).toBe('unfinished');
    expect(ages(region)).toEqual([0, 6, 7]);
  });

  it('is zero after every sweep that is complete', async () => {
    const region = makeRegion(2);
    for (const hours of [0, 6, 6]) {
      await pass(region, hours * HOUR);
      await sweepOnce(region);
    }

    expect(ages(region)).toEqual([0, 0, 0]);
  });

  it('is none just after the deployment, before any sweep has begun', async () => {
    const region = makeRegion(2);

    expect((await tick(region)).state).toBe('idle');

    expect(ages(region)).toEqual([0]);
  });

  it('grows where no sweep ever begins', async () => {
    const region = makeRegion(2);
    await tick(region);
    await pass(region, 13 * HOUR);

    await tick(region);

    expect(ages(region)).toEqual([0, 13]);
  });

  it('grows where the first sweep never ends, and others begin it', async () => {
    const region = makeRegion(2);
    for (const hours of [0, 6, 7]) {
      await pass(region, hours * HOUR);
      await sweepOnce(region, { lifetime: 1000 });
    }

    expect(ages(region)).toEqual([0, 6, 13]);
  });

  it('is sent by a sweep that is interrupted', async () => {
    const region = makeRegion(2);
    await sweepOnce(region);
    await pass(region, 7 * HOUR);

    await expect(sweepOnce(failing(region, 'PutItem'))).rejects.toThrow('denied');

    expect(ages(region)).toEqual([0, 7]);
  });

  it('is not sent where nobody knows it, which the alarm takes for too old', async () => {
    const region = makeRegion(2);

    await expect(sweepOnce(failing(region, 'GetItem'))).rejects.toThrow('denied');

    expect(ages(region)).toEqual([]);
  });

  it('is known to both schedules where they begin in the same moment, on a DynamoDB that checks its requests', async () => {
    const tables = await startTables();
    const made = makeRegion(2);
    const region = { ...made, world: { ...made.world, ledger: await tables.make() } };

    await Promise.all([tick(region), tick(region)]);
    await pass(region, HOUR);
    await tick(region);
    await tables.close();

    expect(ages(region)).toEqual([0, 0, 1]);
  });
});
