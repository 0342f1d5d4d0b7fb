// The machine's commands, and the observations that answer them: the only things that pass between it and the world.
import type { SecurityGroupRule as AwsSecurityGroupRule, Tag } from '@aws-sdk/client-ec2';
import type { Changed } from '../change/change.ts';
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import type { Associations, VpcBlocks } from '../network/vpcs.ts';
import type { BreakerRequest } from '../plan/breaker.ts';
import type { Member } from '../plan/breaker-state.ts';
import type { StoredClocks } from '../plan/clocks.ts';
import type { Cover } from '../plan/grace.ts';
import type { Severity } from '../policy/severity.ts';
import type { ScheduledEvidence } from '../report/evidence/follow-up-facts.ts';
import type { Checks, RecurringRule, ReportedHold } from '../report/facts.ts';
import type { Message } from '../report/message.ts';
import type { GroupSnapshot, SecurityGroup, SecurityGroupRule } from '../rule.ts';
import type { Fingerprints } from './fingerprints.ts';
import type { Answer, Batch } from './mutation.ts';
import type { ProgressRequest } from './progress.ts';
import type { Attempt, Entry, Progress, Stored } from './state.ts';
import type { GroupSurroundings } from './surroundings.ts';

/** Commands that are returned together are independent of each other; a mutation of EC2 is always alone. */
export type Command =
  | ({ readonly do: 'load' } & ProgressRequest)
  | { readonly do: 'find'; readonly change: Changed }
  | {
      readonly do: 'read';
      readonly groupId: string;
      /** The group as it was read before, where only its rules are wanted. */
      readonly group?: SecurityGroup;
    }
  /** Reads what the last sweep that was complete before a time saw. */
  | {
      readonly do: 'read-fingerprints';
      readonly groupId: string;
      readonly time: string;
      /** Whether to include the rules that entries have dealt with since. */
      readonly isWithEntries: boolean;
    }
  /** Notes rules that a modification has left otherwise than that sweep saw them. */
  | { readonly do: 'note-modified'; readonly groupId: string; readonly ruleIds: readonly string[] }
  | { readonly do: 'read-clocks'; readonly groupId: string }
  /** Reads what became of other tasks, which started clocks. */
  | { readonly do: 'load-covers'; readonly taskIds: readonly string[] }
  /** Stores the clocks; answered by those of somebody else if they were faster. */
  | { readonly do: 'write-clocks'; readonly groupId: string; readonly clocks: StoredClocks }
  | { readonly do: 'read-lists'; readonly ids: readonly string[] }
  | { readonly do: 'read-associations'; readonly groupId: string }
  | { readonly do: 'read-vpcs' }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | {
      readonly do: 'write';
      readonly entry: Entry | Stored;
      /** The part of its record that is logged first. */
      readonly logs?: 'findings' | 'outcomes';
    }
  | { readonly do: 'count'; readonly request: BreakerRequest }
  | { readonly do: 'uncount'; readonly members: readonly Member[] }
  | { readonly do: 'count-recurrence'; readonly rules: readonly SecurityGroupRule[] }
  /** Counts a message of its own, for which there may be no room if there were too many of that severity lately. */
  | { readonly do: 'count-mail'; readonly severity: Severity }
  | { readonly do: 'revoke'; readonly batch: Batch }
  | { readonly do: 'add'; readonly rules: readonly AwsSecurityGroupRule[]; readonly tags: readonly Tag[] }
  /** Finds what other remediations of the group, since a time, have stay of rules that they trim. */
  | { readonly do: 'find-leaning'; readonly groupId: string; readonly id: string; readonly since: string }
  | { readonly do: 'withdraw'; readonly batch: Batch }
  /** Reads the interfaces of the group, the network around them, the rules of their other groups and, on request, their flow logs. */
  | { readonly do: 'read-surroundings'; readonly groupId: string; readonly isWithFlowLogs: boolean }
  /** Asks whether no other remediation has said that a VPC has no flow logs. */
  | { readonly do: 'claim-notice'; readonly vpcId: string; readonly id: string }
  | { readonly do: 'announce'; readonly checks: Checks; readonly id: string }
  /** Notes that these holds were reported. */
  | { readonly do: 'confirm-announced'; readonly holds: readonly ReportedHold[]; readonly id: string }
  | { readonly do: 'publish'; readonly message: Message }
  /** Has flow logs asked who came in, once they have had time to record it. */
  | { readonly do: 'schedule-evidence'; readonly scheduled: ScheduledEvidence };

export type Observation =
  | { readonly saw: 'progress'; readonly progress: Progress }
  | { readonly saw: 'group'; readonly snapshot: GroupSnapshot | null }
  | { readonly saw: 'fingerprints'; readonly fingerprints: Fingerprints | undefined }
  | { readonly saw: 'modified-noted' }
  | { readonly saw: 'clocks'; readonly clocks: StoredClocks }
  | { readonly saw: 'covers'; readonly covers: ReadonlyMap<string, Cover> }
  | { readonly saw: 'lists'; readonly lists: PrefixLists }
  | { readonly saw: 'associations'; readonly associations: Associations }
  | { readonly saw: 'vpcs'; readonly blocks: VpcBlocks }
  | { readonly saw: 'waited' }
  | { readonly saw: 'written'; readonly entry: Stored }
  | { readonly saw: 'counted'; readonly admission: NonNullable<Attempt['admission']> }
  | { readonly saw: 'uncounted' }
  | { readonly saw: 'recurrence'; readonly recurring: readonly RecurringRule[] }
  | { readonly saw: 'mail-counted'; readonly hasRoom: boolean }
  | { readonly saw: 'revoked'; readonly batch: Batch; readonly answer: Answer }
  | { readonly saw: 'added'; readonly rules: readonly AwsSecurityGroupRule[]; readonly answer: Answer }
  | { readonly saw: 'leaning'; readonly leaning: NonNullable<Attempt['leaning']> }
  | { readonly saw: 'withdrawn'; readonly batch: Batch; readonly answer: Answer }
  | ({ readonly saw: 'surroundings' } & GroupSurroundings)
  | { readonly saw: 'notice-claimed'; readonly isNews: boolean }
  | { readonly saw: 'announced'; readonly checks: Checks }
  | { readonly saw: 'confirmed' }
  | { readonly saw: 'published'; readonly message: Message }
  | { readonly saw: 'error'; readonly of: Command['do']; readonly error: Error };

/** An observation with the time at which it was made. */
export type Observed = Observation & { readonly now: Date; readonly timeLeft: number };
