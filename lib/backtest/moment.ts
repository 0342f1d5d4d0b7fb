// A group right after one event, as far as it is known.
import type { SecurityGroupRule } from '../rule.ts';
import type { TrailEvent } from './trail-event.ts';

/**
 * How sure the rules of a group are at one moment. `exact`: these and no others. `at least`: these, and perhaps others. `unknown`: nobody
 * knows which.
 */
export type Certainty =
  | { readonly label: 'exact' }
  | { readonly label: 'at least' | 'unknown'; readonly because: string };

export interface Moment {
  readonly event: TrailEvent;
  /** All that is known to be there after the event. */
  readonly rules: readonly SecurityGroupRule[];
  /** Those that the event made or changed. */
  readonly changed: readonly SecurityGroupRule[];
  readonly certainty: Certainty;
  readonly tags: Readonly<Record<string, string>>;
  /** Keys of tags that the trail changes and does not tell before. */
  readonly unknownTags: ReadonlySet<string>;
}
