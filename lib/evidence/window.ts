// The time for which rules were open, and what records say of it.
import type { FlowRecord } from './flow-record.ts';
import { type AreaSet, areaSets, type Opening } from './question.ts';

/** Milliseconds by which the times of records may be wrong. */
export const TOLERANCE = 60_000;
/** Milliseconds for which a rule counts as open before it was closed, where nobody knows when it was opened. */
export const LOOK_BACK = 3_600_000;
/** An opening with its times in milliseconds. */
export interface Window {
  readonly from: number;
  readonly closed: number;
  readonly areas: AreaSet;
}

/** The window of an opening. */
export function toWindow({ openedAt, closedAt, areas }: Opening): Window {
  const closed = Date.parse(closedAt);
  const from = openedAt === undefined ? closed - LOOK_BACK : Date.parse(openedAt);
  return { from, closed, areas: areaSets(areas) };
}

/** Whether a record covers a part of the window. */
export function isDuring(
  { start, end }: Pick<FlowRecord, 'start' | 'end'>,
  { from, closed }: Window,
): boolean {
  return start <= closed + TOLERANCE && end >= from - TOLERANCE;
}
