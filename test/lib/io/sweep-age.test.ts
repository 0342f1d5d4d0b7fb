// The age of the last complete sweep, which every tick sends and an alarm watches.
import { describe, expect, it } from 'vitest';
import { tickHandler } from '../../../handlers/tick-handler.ts';
import { seeing } from '../../faults/fault.ts';
import { startTables } from '../../faults/table.ts';
import { makeRegion, pass, type Region, sweepOnce } from './sweeping.ts';

const HOUR = 60;

/** One minute's invocation. */
async function tick({ world }: Region): Promise<void> {
  const handler = tickHandler(world);
  const context = { getRemainingTimeInMillis: () => 120_000 };
  await handler({}, context as Parameters<typeof handler>[1]);
}

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
  it('counts from the end of the sweep, also while the next one is under way', async () => {
    const region = makeRegion(2);
    await sweepOnce(region);
    await tick(region);
    await pass(region, 6 * HOUR);

    const { state } = await sweepOnce(region, { lifetime: 1000 });
    await pass(region, HOUR);
    await tick(region);

    expect(state).toBe('unfinished');
    expect(ages(region)).toEqual([0, 7]);
  });

  it('is zero after every sweep that is complete', async () => {
    const region = makeRegion(2);
    for (const hours of [0, 6, 6]) {
      await pass(region, hours * HOUR);
      await sweepOnce(region);
      await tick(region);
    }

    expect(ages(region)).toEqual([0, 0, 0]);
  });

  it('is none just after the deployment, before any sweep has begun', async () => {
    const region = makeRegion(2);

    await tick(region);

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
      await tick(region);
    }

    expect(ages(region)).toEqual([0, 6, 13]);
  });

  it('is sent by a tick that cannot read what waits', async () => {
    const region = makeRegion(2);
    await sweepOnce(region);
    await pass(region, 7 * HOUR);

    await expect(tick(failing(region, 'Query'))).rejects.toThrow('denied');

    expect(ages(region)).toEqual([7]);
  });

  it('is not sent where nobody knows it, which the alarm takes for too old', async () => {
    const region = makeRegion(2);

    await expect(tick(failing(region, 'GetItem'))).rejects.toThrow('denied');

    expect(ages(region)).toEqual([]);
  });

  it('is known to two ticks that begin in the same moment, on a DynamoDB that checks its requests', async () => {
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
