// One rule on the page of findings. Any command can make such rows: nothing here knows of audits.
import type { Exposure } from '../../lib/exposure/exposure.ts';
import type { Severity } from '../../lib/policy/policy.ts';

export interface PageRow {
  readonly severity: Severity;
  readonly verdict: 'violation' | 'undecided' | 'exempt';
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
