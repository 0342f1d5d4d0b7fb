// One invocation's part of a sweep, and how it is noted.

import type { PrefixListCache } from './aws/prefix-lists.ts';
import { type HeldSweep, type Sweep, saveSweep } from './ledger/sweep-state.ts';
import { persist } from './retry-writes.ts';
import type { SweepWorld } from './sweep.ts';

/** Milliseconds between the tries to note what has been done. */
const NOTE_PAUSES = [1000, 5000];

/** One invocation's part of a sweep. */
export interface Course {
  readonly world: SweepWorld;
  held: HeldSweep;
  /** The ids of the violating rules of the previous sweep. */
  readonly before: ReadonlySet<string>;
  readonly lists: PrefixListCache;
}

/** Notes how far it is. */
export async function note(course: Course, news: Partial<Sweep>): Promise<void> {
  course.held = await saveSweep(course.world.ledger, { ...course.held, ...news });
}

/** The same for what must not be lost. */
export function insist(course: Course, news: Partial<Sweep>): Promise<void> {
  return persist(course.world, NOTE_PAUSES, () => note(course, news));
}
