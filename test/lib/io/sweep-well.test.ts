// Sweeps that find nothing: people hear so once a week.
import { expect, it } from 'vitest';
import { inForce } from '../../../lib/sandbox/index.ts';
import { groupId, makeRegion, open, pass, type Region, sweepOnce } from './sweeping.ts';
import { mails, subjects } from './world.ts';

const SIX_HOURS = 360;

/** Sweeps four times a day. */
async function sweepFor(region: Region, days: number): Promise<void> {
  for (let sweeps = 0; sweeps < 4 * days; sweeps += 1) {
    await sweepOnce(region, { mode: 'enforce' });
    await pass(region, SIX_HOURS);
  }
}

it('a week without findings is reported, and so is the next', async () => {
  const region = makeRegion(3);

  await sweepFor(region, 7);
  expect(subjects(region)).toEqual([]);
  await sweepFor(region, 8);

  const subject = 'Sweep: all well since 2026-06-01 (111122223333/eu-west-1)';
  expect(subjects(region)).toEqual([subject, subject]);
  expect(mails(region)[1]).toContain('3 rules in 3 security groups');
});

it('a week begins with the last digest, and all is well since the first sweep that found nothing', async () => {
  const region = makeRegion(3, (index) => index === 0);
  await sweepFor(region, 2);
  expect(inForce(region.account, groupId(0))).toHaveLength(1);

  await sweepFor(region, 4);
  open(region, 7, [22]);
  await sweepFor(region, 1);
  await sweepFor(region, 6);
  expect(subjects(region)).toHaveLength(2);
  await sweepFor(region, 1);

  expect(subjects(region)[2]).toBe('Sweep: all well since 2026-06-07 (111122223333/eu-west-1)');
});
