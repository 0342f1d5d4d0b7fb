// What the machine of the sweep knows: the sweep that is stored, and the attempt that is lost when its invocation dies.

import type { SweepMode } from '../config.ts';
import type { AddressSet } from '../network/cidr.ts';
import type { AskingPolicy } from '../plan/breaker.ts';
import type { Settings } from '../remediation/judge.ts';
import type { Stored } from '../remediation/state.ts';
import type { Digest } from '../report/digest/digest.ts';
import type { SweepHold } from '../report/digest/digest-facts.ts';
import type { Comparison, Standing } from '../report/digest/standing.ts';
import type { SweepTotals } from '../report/digest/sweep-totals.ts';
import type { FindingRecord } from '../report/record.ts';
import type { GroupSnapshot } from '../rule.ts';
import type { FingerprintIndex, FingerprintItem } from './fingerprints.ts';

/** What an invocation of the sweep is asked to do. */
export interface SweepTask extends Settings {
  readonly mode: SweepMode;
  /** Tells the policies apart. */
  readonly policiesHash: string;
  /** How many groups are read at a time. */
  readonly batch: number;
  /** Only goes on with a sweep that is not finished. */
  readonly isContinuation: boolean;
}

/**
 * `judging`: every group is judged, nothing is closed; `closing`: the breaker has answered, and the groups that would be closed are
 * dealt with; `reporting`: the digest is to be made; `finished`: it is made, and published unless it is pending.
 */
type SweepPhase = 'judging' | 'closing' | 'reporting' | 'finished';

/** A violating rule that the previous sweep did not find, and the rules that it violates together with. */
export type Candidate = readonly [ruleId: string, ...beside: string[]];

/** A group with rules that the sweep would close. */
export interface GroupToClose {
  readonly groupId: string;
  /** The policies that ask for it. */
  readonly policies: readonly AskingPolicy[];
  /** False where EC2 denied the same revocations to the previous sweep. */
  readonly isCounted: boolean;
}

/** What the next sweep compares with. */
export interface Previous {
  readonly startedAt: string;
  /** The hash of the policies that it judged by. */
  readonly policies: string;
  readonly seen: readonly string[];
  readonly standing: Standing;
  /** Whether `seen` has all violating rules that it found. */
  readonly isWhole: boolean;
}

/** The sweep as it is stored: one item of the ledger's table. */
export interface Sweep {
  /** Names the sweep. */
  readonly startedAt: string;
  readonly phase: SweepPhase;
  readonly mode: SweepMode;
  /** The hash of the policies that it judges by; `MIXED` once they have changed on the way. */
  readonly policies: string;
  /** How many groups there are. */
  readonly listed: number;
  /** The checkpoint of the judging: the last group that is judged; groups are taken in the order of their ids. */
  readonly after: string;
  /** The checkpoint of the closing: the groups that are left. */
  readonly toClose: readonly GroupToClose[];
  readonly wouldClose: { readonly groups: number; readonly rules: number };
  /** The keys of the policies that wait for a person: what only they ask for is left as it is. */
  readonly onHold: readonly string[];
  /** Why nothing is closed. */
  readonly hold?: SweepHold | undefined;
  /** Whether EC2 has revoked a rule that it had denied to the previous sweep: what else it had denied was not counted. */
  readonly hasThawed: boolean;
  /** The id of the first group in each item of fingerprints that is written. */
  readonly firsts: readonly string[];
  readonly totals: SweepTotals;
  readonly candidates: readonly Candidate[];
  readonly previous?: Previous | undefined;
  /** The fingerprints of the last two complete sweeps, the newest first. */
  readonly fingerprints: readonly FingerprintIndex[];
  /** When the first of the sweeps began that found nothing, up to the last. */
  readonly wellSince?: string | undefined;
  readonly finishedAt?: string | undefined;
  /** When a sweep was last complete: this one, or one before it. */
  readonly completeAt?: string | undefined;
  /** Digests that are not published yet, the oldest first. */
  readonly pending: readonly Digest[];
  /** When a digest was last published. */
  readonly toldAt?: string | undefined;
  /** The lease: until then an attempt is at work on it; milliseconds since 1970, 0 for none. */
  readonly leaseUntil: number;
  /** Tells an attempt's own writes from others'. */
  readonly attemptId: string;
}

/** The sweep as it is in the table: its version is what the next write must find, 0 for none. */
export type StoredSweep = Sweep & { readonly version: number };

/** Policies that a sweep judged by some of, and others by the rest: nothing can be compared with it. */
export const MIXED = 'mixed';

/** How an attempt ended. `idle`: nothing was due, or another one is at work. `unfinished`: the next one goes on. */
export type SweepEnd =
  | { readonly kind: 'idle' | 'unfinished' | 'finished' }
  | { readonly kind: 'failed'; readonly error: Error };

/** What the remediation of a group ended with. */
export interface Remediated {
  readonly groupId: string;
  /** Undefined where there was nothing to record. */
  readonly entry: Stored | undefined;
  readonly error: Error | undefined;
}

/** A finding that is to be logged. */
export interface LoggedFinding {
  readonly groupId: string;
  readonly finding: FindingRecord;
}

/** What one invocation has seen; lost when it dies. */
export interface SweepAttempt {
  readonly task: SweepTask;
  /** Names this attempt in what it writes. */
  readonly attemptId: string;
  readonly now: Date;
  /** Milliseconds until the process is stopped. */
  readonly timeLeft: number;
  readonly end?: SweepEnd;
  /** Why it ends once it has released its lease. */
  readonly failure?: Error;
  /** The sweep as it was last read or written; null where there is none. */
  readonly stored?: StoredSweep | null;
  /** The sweep as this attempt has brought it on. */
  readonly sweep?: StoredSweep;
  /** Whether the ledger lacks something of it. */
  readonly isUnsaved: boolean;
  readonly before: Comparison;
  /** All groups of the region, sorted. */
  readonly groupIds?: readonly string[];
  /** The entries of the prefix lists that were asked for; undefined for what cannot be read. */
  readonly lists: ReadonlyMap<string, AddressSet | undefined>;
  /** The groups that are read and not dealt with yet. */
  readonly batch?: readonly GroupSnapshot[];
  /** Fingerprints that must be stored before the sweep is. */
  readonly unstored: readonly FingerprintItem[];
  /** Findings to log when the sweep is saved. */
  readonly unlogged: readonly LoggedFinding[];
  /** The ids of candidates that an entry knows. */
  readonly known?: ReadonlySet<string>;
  readonly isLogged: boolean;
  /** Whether it has waited: for events that are under way, or before it writes again. */
  readonly isRested: boolean;
  /** How often a write was refused, in a row. */
  readonly writeErrors: number;
  readonly published: readonly Digest[];
}
