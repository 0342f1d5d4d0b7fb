// All that a report is made of.
import type { Changed } from '../change/change.ts';
import type { Mode } from '../config.ts';
import type { Outcome, Plan } from '../plan/plan.ts';
import type { SecurityGroup, SecurityGroupRule } from '../rule.ts';
import type { Restraint } from './breaker-phrases.ts';

export interface Facts {
  /** What the remediation is called in the ledger. */
  readonly id: string;
  /** The table of that ledger. */
  readonly ledgerTable: string;
  readonly change: Changed;
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly group: SecurityGroup;
  /** The group's rules in both directions, as they were before anything was done. */
  readonly rules: readonly SecurityGroupRule[];
  /** How many tags of a rule the ledger had no room for, by its id: `rules` have them no more. */
  readonly omittedTags?: Readonly<Record<string, number>> | undefined;
  readonly plan: Plan;
  /** One for each revocation of the plan; none while nothing has been tried. */
  readonly outcomes: readonly Outcome[];
  /** What an earlier try added to stay of rules that have not been trimmed after all. */
  readonly added?: readonly SecurityGroupRule[] | undefined;
  readonly restraint: Restraint;
  readonly mode: Mode;
  readonly now: Date;
}
