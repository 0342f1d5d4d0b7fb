// Which findings of a sweep packets from the internet reach: looked up once, when all are known, for the digest alone. The answer is
// stored before the digest is made, so that a retry tells the same story.
import { withExposureKinds } from '../report/digest/sweep-totals.ts';
import type { SweepCommand } from './command.ts';
import { type Around, exposureOf } from './inbound.ts';
import type { StoredSweep } from './state.ts';

/** The read that the digest wants; none where it was made, or there is nothing inbound to tell. */
export function readsAround({ inbound }: StoredSweep): readonly SweepCommand[] {
  if (inbound === undefined) return [];
  return [{ do: 'read-around', groupIds: [...new Set(inbound.kept.map(({ groupId }) => groupId))] }];
}

/** The sweep with the answer; what it was made of is not kept. */
export function withAround({ inbound, ...sweep }: StoredSweep, around: Around, at: Date): StoredSweep {
  if (inbound === undefined) return sweep;
  const { exposure, kinds } = exposureOf(inbound, around, at);
  return { ...sweep, exposure, totals: withExposureKinds(sweep.totals, kinds) };
}

/** The sweep with why there is no answer: that is worth a line, and no failure. */
export function withoutAround({ inbound: _, ...sweep }: StoredSweep, { name, message }: Error): StoredSweep {
  return { ...sweep, exposure: { kind: 'unread', because: `${name}: ${message}` } };
}
