// One rule on the page of findings. Any command can make such rows: nothing here knows of audits or trails.
import type { Exposure } from '../../lib/exposure/exposure.ts';
import type { Severity } from '../../lib/policy/severity.ts';

export interface PageRow {
  readonly severity: Severity;
  /** One of those that the page is given. */
  readonly verdict: string;
  /** Ids, of policies that the page is given. */
  readonly policies: readonly string[];
  readonly account: string;
  readonly region: string;
  readonly groupId: string;
  readonly groupName: string;
  /** Empty where it is not known, as are the texts below that there is nothing to say in. */
  readonly ruleId: string;
  /** `SSH (tcp/22) from the whole internet (0.0.0.0/0)`. */
  readonly rule: string;
  /** `SSH`: a line of the matrix. */
  readonly service: string;
  readonly reach: Reach;
  /** What its author wrote. */
  readonly note: string;
  readonly reason: string;
  readonly exposure: { readonly kind: Exposure['kind']; readonly text: string } | undefined;
  /** A command with `@region@` and `@group@` in place of these, in this order. */
  readonly close: string;
  /** YAML with `"@group@"` in place of the group. */
  readonly excuse: string;
  readonly isKnown: boolean;
  /** Undefined for a rule that is there now. */
  readonly history?: RowHistory;
}

/** How a rule was opened. */
export interface RowHistory {
  /** Texts that sort by time. */
  readonly time: string;
  readonly person: string;
  readonly tool: string;
  /** How long it was open, or that it still is; empty where that is not known. */
  readonly open: string;
  readonly certainty: string;
  /** Why it is not certain. */
  readonly because: string;
}

/** The columns of the matrix. */
export const REACHES = [
  'Whole internet',
  'Part of the internet',
  'Some addresses',
  'Groups and lists',
  'Not known',
] as const;
export type Reach = (typeof REACHES)[number];
