// One thing that a deployment changes, and the code that accepts exactly these changes.
import { createHash } from 'node:crypto';

/** Why a person has to confirm a change. */
type Risk =
  | 'acts' // revokes more than before, sooner, or for the first time
  | 'adds' // may add rules to groups
  | 'spares' // revokes or reports less than before
  | 'silences' // somebody hears less than before
  | 'forgets' // deletes what an undo could be made from
  | 'overwrites'; // loses what somebody changed by hand

export const DIFFERENCE_KINDS = [
  ...(['mode', 'sweep', 'trim', 'breaker', 'protected', 'unprotected', 'setting'] as const),
  ...(['by-hand', 'engine', 'policies-unknown'] as const),
  ...(['policy-added', 'policy-removed', 'policy-effect', 'policy-would', 'policy-forbids'] as const),
  ...(['policy-grace', 'policy-severity', 'policy-text', 'exception-added', 'exception-removed'] as const),
  ...(['subscriber-added', 'subscriber-removed', 'subscriber-moved', 'subscriber-missing'] as const),
  'subscriber-filter',
] as const;

export interface Difference {
  readonly kind: (typeof DIFFERENCE_KINDS)[number];
  /** The policy, the subscriber, the setting; empty where the kind says it all. */
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  /** What the words leave out and the code covers, such as hashes. */
  readonly detail: string;
  /** Undefined for a change that needs no confirmation. */
  readonly risk: Risk | undefined;
}

/** A difference of this kind; what is not said is empty. */
export function difference(kind: Difference['kind'], said: Partial<Omit<Difference, 'kind'>>): Difference {
  return { kind, subject: '', from: '', to: '', detail: '', risk: undefined, ...said };
}

/** The differences that need a confirmation. */
export function riskyOf(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(({ risk }) => risk !== undefined);
}

/** The stack of one region, and what a deployment changes there. */
export interface StackDifferences {
  readonly region: string;
  /** What tells this stack from all others: its account, its region and its name. */
  readonly place: string;
  readonly isFirst: boolean;
  readonly differences: readonly Difference[];
}

/**
 * The code that accepts the risky changes of these stacks and nothing else; undefined where nothing needs one. Their order does not
 * matter, and neither do changes without a risk.
 */
export function confirmationCode(stacks: readonly StackDifferences[]): string | undefined {
  const said = stacks.flatMap(({ place, differences }) =>
    riskyOf(differences).map(({ kind, subject, from, to, detail }) =>
      JSON.stringify([place, kind, subject, from, to, detail]),
    ),
  );
  if (said.length === 0) return undefined;
  return createHash('sha256').update(JSON.stringify(said.toSorted())).digest('hex').slice(0, 8);
}
