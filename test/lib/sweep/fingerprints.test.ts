// With which sweep a call is compared: one that has certainly not seen what the call did.
import { expect, it } from 'vitest';
import { completeBefore } from '../../../lib/sweep/fingerprints.ts';

const index = (completeAt: string) => ({ generation: completeAt, completeAt, policies: 'p', firsts: [] });
const last = index('2026-06-01T12:00:00.000Z');
const earlier = index('2026-06-01T06:00:00.000Z');

it.each([
  ['2026-06-01T12:01:00Z', last],
  ['2026-06-01T12:00:05Z', earlier],
  ['2026-06-01T11:00:00Z', earlier],
  ['2026-06-01T05:00:00Z', undefined],
])('a call of %s, where clocks may differ by seconds', (time, expected) => {
  expect(completeBefore([last, earlier], time)).toBe(expected);
});
