// What a digest says of exposure: which of the inbound findings of a sweep packets from the internet reach, at one moment.
import type { Exposure, GroupExposure } from '../../exposure/exposure.ts';
import { exposureInWords } from '../exposure-phrases.ts';
import { counted } from '../phrases.ts';
import { sanitize } from '../sanitize.ts';
import { isOpenAfter, type Line } from './standing.ts';

/** Plain JSON. */
export type SweepExposure =
  | {
      readonly kind: 'read';
      /** ISO 8601. */
      readonly at: string;
      /** How many findings have each answer. */
      readonly counts: Readonly<Partial<Record<Exposure['kind'], number>>>;
      /** Of those that are reached, how many have been closed. */
      readonly closed: number;
      /** How many were not looked at, because there are too many; they are less severe. */
      readonly omitted: number;
      /** The first few that are reached, the most severe first. */
      readonly reached: readonly ReachedFinding[];
    }
  | { readonly kind: 'unread'; readonly because: string };

/** What people read about one of them. */
export interface ReachedFinding
  extends Pick<Line, 'groupId' | 'groupName' | 'ownerId' | 'ruleId' | 'rule' | 'severity' | 'status'> {
  readonly exposure: GroupExposure;
}

/** `3 of 12 inbound violations can be reached from the internet.` */
export function sweepExposureInWords(exposure: SweepExposure): string {
  if (exposure.kind === 'unread')
    return `What the internet can reach is not known: ${sanitize(exposure.because, 300)}.`;
  const { counts, closed, omitted } = exposure;
  const { reachable = 0, unknown = 0 } = counts;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    reachedInWords(reachable - closed, closed, counted(all, 'inbound violation')),
    ...(unknown === 0 ? [] : [`For ${unknown}, this is not known.`]),
    ...(omitted === 0
      ? []
      : [`${omitted} less severe ${omitted === 1 ? 'one was' : 'ones were'} not looked at.`]),
  ].join(' ');
}

function reachedInWords(open: number, closed: number, all: string): string {
  const until = `until ${closed === 1 ? 'it was' : 'they were'} revoked`;
  if (open > 0) {
    const more = closed === 0 ? '' : ` ${closed} more could be reached ${until}.`;
    return `${open} of ${all} can be reached from the internet.${more}`;
  }
  if (closed > 0) return `${closed} of ${all} could be reached from the internet ${until}.`;
  return `No direct path from the internet was found to any of ${all}.`;
}

/** One or two sentences about one that is reached. */
export function reachedFindingInWords({ exposure, status }: ReachedFinding): string {
  return exposureInWords(exposure, !isOpenAfter(status));
}
