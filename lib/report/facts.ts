// All that a report is made of.
import type { Audience } from '../audience.ts';
import type { Changed } from '../change/change.ts';
import type { Mode } from '../config.ts';
import type { FlowLogNote } from '../evidence/flow-log.ts';
import type { OpenConnections } from '../exposure/connection-tracking.ts';
import type { GroupExposure } from '../exposure/exposure.ts';
import type { Elsewhere } from '../exposure/other-groups.ts';
import type { BreakerHold } from '../plan/breaker.ts';
import type { Outcome, Plan } from '../plan/plan.ts';
import type { SecurityGroup, SecurityGroupRule } from '../rule.ts';
import type { Target } from '../target.ts';

export interface Facts {
  /** The id of the remediation in the ledger. */
  readonly id: string;
  /** The table of that ledger. */
  readonly stage: string;
  readonly change: Changed;
  /** Where it was done; the account of the group is its owner's. */
  readonly target: Target;
  readonly group: SecurityGroup;
  /** The group's rules in both directions, as they were before anything was done. */
  readonly rules: readonly SecurityGroupRule[];
  /** How many tags of a rule the ledger had no room for, by its id: `rules` lack them. */
  readonly omittedTags?: Readonly<Record<string, number>> | undefined;
  readonly plan: Plan;
  /** One for each revocation of the plan; none while nothing has been tried. */
  readonly outcomes: readonly Outcome[];
  /** What an earlier try added to keep a part of rules that were not trimmed in the end. */
  readonly added?: readonly SecurityGroupRule[] | undefined;
  readonly checks: Checks;
  /** Whether it mattered; undefined where that was not looked up. */
  readonly exposure?: ExposureFacts | undefined;
  readonly mode: Mode;
  readonly audience: Audience;
  readonly now: Date;
}

/** Whether packets from the internet reach what the rules open, at one moment. Plain JSON. */
export interface ExposureFacts {
  /** ISO 8601. */
  readonly at: string;
  readonly group: GroupExposure;
  /** Whether other groups of the same interfaces still let in what was closed. */
  readonly elsewhere: Elsewhere;
  /** What becomes of open connections through each rule that is gone, by its id; missing where no interface is used. */
  readonly connections?: Readonly<Record<string, OpenConnections>>;
  /** Whether flow logs will say who came in; missing where nobody wants to know, or they could not be looked up. */
  readonly flowLogs?: FlowLogNote;
}

/** Why the breaker has rules wait. */
export interface ReportedHold extends BreakerHold {
  /** True for the one remediation that reports it loudly; false until that is known. */
  readonly isLoud: boolean;
}

/** A rule that comes back each time it is revoked. */
export interface RecurringRule {
  readonly ruleId: string;
  /** What the rules of the same group and content are counted under in the ledger. */
  readonly name: string;
  readonly times: number;
  readonly minutes: number;
  /** True for the one remediation that tells people; false until that is known. */
  readonly isLoud: boolean;
}

export interface Checks {
  readonly holds: readonly ReportedHold[];
  readonly recurring: readonly RecurringRule[];
}
