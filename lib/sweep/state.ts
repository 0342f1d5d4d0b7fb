// The state of the sweep's machine: the sweep, which is stored, and the attempt, which is lost when its invocation dies.

import type { SweepMode } from '../config.ts';
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import type { Associations, VpcBlocks } from '../network/vpcs.ts';
import type { AskingPolicy } from '../plan/breaker.ts';
import type { Severity } from '../policy/severity.ts';
import type { SeenRules } from '../remediation/fingerprints.ts';
import type { Settings } from '../remediation/judge.ts';
import type { Stored } from '../remediation/state.ts';
import type { Digest } from '../report/digest/digest.ts';
import type { SweepHold } from '../report/digest/digest-facts.ts';
import type { Comparison, Standing } from '../report/digest/standing.ts';
import type { SweepExposure } from '../report/digest/sweep-exposure.ts';
import type { SweepTotals } from '../report/digest/sweep-totals.ts';
import type { AskedTogether } from '../report/evidence/asked-together.ts';
import type { FindingRecord } from '../report/record.ts';
import type { GroupSnapshot } from '../rule.ts';
import type { FingerprintIndex, FingerprintItem } from './fingerprints.ts';
import type { InboundFindings } from './inbound.ts';

/** The task of an invocation. */
export interface SweepTask extends Settings {
  readonly mode: SweepMode;
  /** A hash of the policies. */
  readonly policiesHash: string;
  /** How many groups are read at a time. */
  readonly batch: number;
  /** Whether to only resume a sweep that is not finished. */
  readonly isContinuation: boolean;
}

/**
 * `evaluating`: every group is evaluated, nothing is revoked; `revoking`: the breaker has answered, and the groups with rules to revoke
 * are remediated or reported; `reporting`: the digest is next; `finished`: the digest is made, and published unless it is pending.
 */
export const SWEEP_PHASES = ['evaluating', 'revoking', 'reporting', 'finished'] as const;
type SweepPhase = (typeof SWEEP_PHASES)[number];

/** A violating rule that the previous sweep did not find, and the rules together with which it violates. */
export type Candidate = readonly [ruleId: string, ...beside: string[]];

/** A group with rules that the sweep would close. */
export interface GroupToClose {
  readonly groupId: string;
  /** The policies that ask for it. */
  readonly policies: readonly AskingPolicy[];
  /** False if EC2 denied the same revocations to the previous sweep. */
  readonly isCounted: boolean;
}

/** A group in which inbound rules were closed. */
interface ClosedGroup {
  readonly groupId: string;
  readonly severity: Severity;
}

/** What the next sweep compares with. */
export interface Previous {
  readonly startedAt: string;
  /** The hash of the policies that it used. */
  readonly policies: string;
  readonly seen: readonly string[];
  readonly standing: Standing;
  /** Whether `seen` has every violating rule that it found. */
  readonly isWhole: boolean;
}

/** The sweep as it is stored: one item of the ledger's table. */
export interface Sweep {
  /** When it began, which identifies the sweep. */
  readonly startedAt: string;
  readonly phase: SweepPhase;
  readonly mode: SweepMode;
  /** The hash of the policies that it uses; `MIXED` if they or the mode change during the closing phase. */
  readonly policies: string;
  /** How many groups there are. */
  readonly listed: number;
  /** The checkpoint of the judging phase: the last judged group, in the order of their ids. */
  readonly after: string;
  /** The checkpoint of the closing phase: the groups that are left. */
  readonly toClose: readonly GroupToClose[];
  readonly wouldClose: { readonly groups: number; readonly rules: number };
  /** The keys of the policies that wait for a person: what only they ask for is left alone. */
  readonly onHold: readonly string[];
  /** Why nothing is closed; undefined if rules are closed. */
  readonly hold?: SweepHold | undefined;
  /** Whether EC2 has revoked a rule that it denied to the previous sweep. The other denied rules were not counted. */
  readonly hasThawed: boolean;
  /** The id of the first group in each written item of fingerprints. */
  readonly firsts: readonly string[];
  readonly totals: SweepTotals;
  readonly candidates: readonly Candidate[];
  /** Its inbound findings, until it is known which of them the internet reaches; missing while there are none. */
  readonly inbound?: InboundFindings | undefined;
  /** Which of them the internet reaches; missing until it was looked up. */
  readonly exposure?: SweepExposure | undefined;
  /** The groups in which inbound rules were closed, until flow logs are asked about them; missing where nobody wants to know. */
  readonly closed?: readonly ClosedGroup[] | undefined;
  /** How many of them flow logs are asked about; missing until they are. */
  readonly evidence?: AskedTogether | undefined;
  readonly previous?: Previous | undefined;
  /** The fingerprints of two complete sweeps: of the last one, and of one before it. */
  readonly fingerprints: readonly FingerprintIndex[];
  /** Start of the first in the unbroken series of sweeps that found nothing. */
  readonly wellSince?: string | undefined;
  readonly finishedAt?: string | undefined;
  /** When the last complete sweep was complete: this one, or an earlier one. */
  readonly completeAt?: string | undefined;
  /** The time of the first event that did not say what it is about, and that this sweep is for; undefined if there was none. */
  readonly wantedSince?: string | undefined;
  /** When the last sweep for such events began: earlier ones want no other. */
  readonly coveredUntil?: string | undefined;
  /** Digests that are not published yet, the oldest first. */
  readonly pending: readonly Digest[];
  /** When a digest was last published. */
  readonly toldAt?: string | undefined;
  /** The lease: until then an attempt is at work on it; milliseconds since 1970, 0 for none. */
  readonly leaseUntil: number;
  /** Distinguishes an attempt's own writes from others'. */
  readonly attemptId: string;
}

/** The sweep as it is in the table: its version is what the next write must find, 0 for none. */
export type StoredSweep = Sweep & { readonly version: number };

/** The policies of a sweep that used more than one set of them: nothing can be compared with it. */
export const MIXED = 'mixed';

/** How an attempt ended. `idle`: nothing was due, or another attempt is at work. `unfinished`: the next one resumes. */
export type SweepEnd =
  | { readonly kind: 'idle' | 'unfinished' | 'finished' }
  | { readonly kind: 'failed'; readonly error: Error };

/** The result of a group's remediation. */
export interface Remediated {
  readonly groupId: string;
  /** Undefined if there was nothing to record. */
  readonly entry: Stored | undefined;
  readonly error: Error | undefined;
}

/** A finding that is to be logged. */
export interface LoggedFinding {
  readonly groupId: string;
  readonly finding: FindingRecord;
}

/** What one invocation has seen; lost when the invocation dies. */
export interface SweepAttempt {
  readonly task: SweepTask;
  /** Names this attempt in what it writes. */
  readonly attemptId: string;
  readonly now: Date;
  /** Milliseconds until the process is stopped. */
  readonly timeLeft: number;
  readonly end?: SweepEnd;
  /** The error that it ends with once it has released its lease. */
  readonly failure?: Error;
  /** The sweep as it was last written; null before this attempt has written it. */
  readonly stored?: StoredSweep | null;
  /** The sweep with the progress of this attempt. */
  readonly sweep?: StoredSweep;
  /** Whether it has progress that is not stored. */
  readonly isUnsaved: boolean;
  readonly before: Comparison;
  /** All groups of the region, sorted. */
  readonly groupIds?: readonly string[];
  /** What was read of prefix lists. */
  readonly lists: PrefixLists;
  /** The VPCs that groups are associated with, read once; null if they cannot be read. */
  readonly associations?: Associations | null;
  /** The CIDR blocks of VPCs, read once; null if they cannot be read. */
  readonly vpcBlocks?: VpcBlocks | null;
  /** The groups that were read and not handled yet. */
  readonly batch?: readonly GroupSnapshot[];
  /** The fingerprints of these groups in the sweep that it compares with; a group is missing where they have expired. */
  readonly seenBefore?: ReadonlyMap<string, SeenRules>;
  /** The fingerprints of rules that entries have dealt with since that sweep. */
  readonly recorded?: ReadonlySet<string>;
  /** Fingerprints that must be stored before the sweep is. */
  readonly unstored: readonly FingerprintItem[];
  /** Findings to log when the sweep is saved. */
  readonly unlogged: readonly LoggedFinding[];
  /** The ids of candidates that an entry knows. */
  readonly known?: ReadonlySet<string>;
  readonly isLogged: boolean;
  /** Whether it has waited: for events that are under way, or before it writes again. */
  readonly isRested: boolean;
  /** How many writes in a row failed. */
  readonly writeErrors: number;
  readonly published: readonly Digest[];
}
