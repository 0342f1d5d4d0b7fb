// The calls that change a group, and what is known of each rule that they are about.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Finding, Trimming } from '../plan/plan.ts';
import type { SecurityGroupRule } from '../rule.ts';

/** Rules of one group and direction for one call. */
export interface Batch {
  readonly groupId: string;
  readonly rules: readonly SecurityGroupRule[];
  readonly by: 'properties' | 'id';
}

/** What EC2 answered to one mutation. */
export type Answer =
  | {
      readonly kind: 'accepted';
      /** The ids of the rules that EC2 says it revoked or made; undefined where it does not say. */
      readonly ruleIds: readonly string[] | undefined;
      /** The ids of the rules of the call that EC2 says it does not know, where it revoked the others. */
      readonly unknownIds?: readonly string[];
    }
  | {
      readonly kind: 'not-found' | 'duplicate' | 'denied' | 'throttled' | 'refused' | 'unanswered';
      readonly detail: string;
    };

/** A rule that this or an earlier try set out to revoke. */
export interface RevokeTarget {
  readonly finding: Finding | Trimming;
  /** Sent by this try; undefined for what only the note of an earlier one has. */
  readonly sent?: Sent;
}

export interface Sent {
  readonly content: string;
  readonly answer: Answer;
  /** How many calls asked for this content. */
  readonly times: number;
  /** How often the rule was found with other, violating content after a call. */
  readonly changes: number;
  /** How often the group was read since the answer and still had this very content. */
  readonly looks: number;
  /** How many rules the next call for it may have. */
  readonly limit: number;
}

/** A rule that is to stay of a trimmed one. */
export interface Addition {
  readonly rule: AwsSecurityGroupRule;
  readonly answer: Answer;
  readonly times: number;
  /** Whether the last call was for this rule alone. */
  readonly isAlone: boolean;
  /** The id that EC2 gave it. */
  readonly id?: string;
  /** A call for it was not answered: what is there, that call may have made. */
  readonly wasUnanswered?: boolean;
  readonly isWithdrawn?: true;
}
