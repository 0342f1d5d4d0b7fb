// The commands of the sweep's machine, and the observations that answer them.
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import type { Associations, VpcBlocks } from '../network/vpcs.ts';
import type { SeenRules } from '../remediation/fingerprints.ts';
import type { Task } from '../remediation/state.ts';
import type { Digest, DigestRecord } from '../report/digest/digest.ts';
import type { SweepHold } from '../report/digest/digest-facts.ts';
import type { AskedTogether } from '../report/evidence/asked-together.ts';
import type { Telling } from '../report/evidence/follow-up-facts.ts';
import type { GroupSnapshot } from '../rule.ts';
import type { FingerprintIndex, FingerprintItem } from './fingerprints.ts';
import type { Around } from './inbound.ts';
import type { GroupToClose, LoggedFinding, Remediated, StoredSweep } from './state.ts';

/** Commands that are returned together are independent of each other; the remediation of a group is always alone. */
export type SweepCommand =
  | { readonly do: 'load' }
  | {
      readonly do: 'save';
      readonly sweep: StoredSweep;
      /** The findings that are logged first. */
      readonly findings: readonly LoggedFinding[];
    }
  | { readonly do: 'list' }
  | { readonly do: 'read-groups'; readonly groupIds: readonly string[] }
  | { readonly do: 'read-lists'; readonly ids: readonly string[] }
  /** Reads with which VPCs the groups of the region are associated. */
  | { readonly do: 'read-associations' }
  /** Reads the CIDR blocks of the region's VPCs. */
  | { readonly do: 'read-vpcs' }
  /** Reads the fingerprints of groups that an earlier sweep stored. */
  | { readonly do: 'read-seen'; readonly base: FingerprintIndex; readonly groupIds: readonly string[] }
  /** Looks for the rules that entries have dealt with since a time, except for those whose id begins like this. */
  | { readonly do: 'find-recorded'; readonly since: string; readonly except: string }
  | {
      readonly do: 'store-fingerprints';
      readonly generation: string;
      readonly items: readonly FingerprintItem[];
    }
  /** Asks the breaker, once a sweep, whether it may close all of these groups. */
  | {
      readonly do: 'ask';
      readonly id: string;
      readonly groups: readonly Pick<GroupToClose, 'groupId' | 'policies'>[];
      /** How many groups there are in all. */
      readonly listed: number;
    }
  /** Drives the remediation of one group to its end. */
  | { readonly do: 'remediate'; readonly groupId: string; readonly task: Task }
  /** Reads what an attempt before this one did to a group. */
  | { readonly do: 'load-entry'; readonly groupId: string; readonly id: string }
  | { readonly do: 'wait'; readonly milliseconds: number }
  /** Reads the interfaces of groups and the network around them. */
  | { readonly do: 'read-around'; readonly groupIds: readonly string[] }
  /** Has flow logs asked about these records, the most severe first, which a digest reports. */
  | { readonly do: 'ask-together'; readonly ids: readonly string[]; readonly told: Telling }
  /** Looks for rules in the entries of events since a time. */
  | { readonly do: 'find-entries'; readonly ruleIds: readonly string[]; readonly since: string }
  /** Stores how many groups there are: the breaker's limit depends on it. */
  | { readonly do: 'note-groups'; readonly groups: number }
  | { readonly do: 'log-totals'; readonly record: DigestRecord }
  | { readonly do: 'publish'; readonly digest: Digest };

export type SweepObservation =
  | {
      readonly saw: 'sweep';
      readonly sweep: StoredSweep | undefined;
      /** Since when an event wants another one, ISO 8601. */
      readonly wantedSince: string | undefined;
    }
  | { readonly saw: 'saved'; readonly sweep: StoredSweep }
  | { readonly saw: 'listed'; readonly groupIds: readonly string[] }
  /** Those that are still there, in the order of their ids. */
  | { readonly saw: 'groups'; readonly snapshots: readonly GroupSnapshot[] }
  | { readonly saw: 'lists'; readonly lists: PrefixLists }
  | { readonly saw: 'associations'; readonly associations: Associations }
  | { readonly saw: 'vpcs'; readonly blocks: VpcBlocks }
  | { readonly saw: 'seen'; readonly seenBefore: ReadonlyMap<string, SeenRules> }
  | { readonly saw: 'recorded'; readonly recorded: ReadonlySet<string> }
  | { readonly saw: 'fingerprinted' }
  | {
      readonly saw: 'asked';
      /** Undefined where the sweep may close them. */
      readonly hold: SweepHold | undefined;
      /** The keys of the policies that wait for a person. */
      readonly onHold: readonly string[];
    }
  | { readonly saw: 'remediated'; readonly remediated: Remediated }
  | { readonly saw: 'waited' }
  | ({ readonly saw: 'around' } & Around)
  | { readonly saw: 'asked-together'; readonly evidence: AskedTogether }
  | { readonly saw: 'entries'; readonly known: ReadonlySet<string> }
  | { readonly saw: 'noted' }
  | { readonly saw: 'logged' }
  | { readonly saw: 'published'; readonly digest: Digest }
  | { readonly saw: 'error'; readonly of: SweepCommand['do']; readonly error: Error };

/** An observation with the time at which it was made. */
export type SweepObserved = SweepObservation & { readonly now: Date; readonly timeLeft: number };
