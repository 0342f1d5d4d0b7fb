// The calls that change a group, and what is known of each rule in them.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Finding, Trimming } from '../plan/plan.ts';
import type { SecurityGroupRule } from '../rule.ts';

/** Rules of one group and direction for one call. */
export interface Batch {
  readonly groupId: string;
  readonly rules: readonly SecurityGroupRule[];
  readonly by: 'properties' | 'id';
}

/** EC2's answer to one mutation. */
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

/** A rule that this or an earlier try was about to revoke. */
export interface RevokeTarget {
  readonly finding: Finding | Trimming;
  /** What this try sent; undefined if only the note of an earlier try has the rule. */
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

/** A rule that keeps a part of a trimmed rule. */
export interface Addition {
  readonly rule: AwsSecurityGroupRule;
  readonly answer: Answer;
  readonly times: number;
  /** Whether the last call was for this rule alone. */
  readonly isAlone: boolean;
  /** The id that EC2 gave it. */
  readonly id?: string;
  /** Whether a call for it was not answered: that call may have made the rule. */
  readonly wasUnanswered?: boolean;
}
