// The state of the remediation machine: the entry, which is stored, and the attempt, which is lost with its process.
import type { Changed } from '../change/change.ts';
import type { Question } from '../evidence/question.ts';
import type { Admission } from '../plan/breaker.ts';
import type { Member } from '../plan/breaker-state.ts';
import type { Checks } from '../report/facts.ts';
import type { Message } from '../report/message.ts';
import type { AuditRecord } from '../report/record.ts';
import type { Target } from '../target.ts';
import type { AttemptReads } from './attempt-reads.ts';
import type { Judged, Settings } from './judge.ts';
import type { Addition, RevokeTarget } from './mutation.ts';
import type { StoredScene } from './stored-scene.ts';
import type { Waits } from './waiting-rules.ts';
import type { WriteAheadNote } from './write-ahead-note.ts';

/** One change of one group, and what judging it depends on. */
export interface Task extends Settings {
  /** The same for every delivery of the change. */
  readonly id: string;
  readonly change: Changed;
  /** Whether nobody will try again if this fails. */
  readonly isLastTry: boolean;
  /** True for a sweep's remediation: the digest reports it, and what failed is left to the next sweep. */
  readonly isSilent: boolean;
  /** True when a sweep has asked the breaker for all groups at once. */
  readonly isAdmitted: boolean;
  /** What it takes up again; undefined for a change that has just come. */
  readonly takesUp?: Waits;
}

/**
 * `planned`: the write-ahead note, stored before anything is sent; `resolved`: every rule has an outcome, and the message is
 * stored; `batched`: as `resolved`, but there were so many messages lately that it is reported by the next batch; `waiting`: as
 * `notified` or `batched`, but some rules wait; `notified`: the message is published, or there was none.
 */
export type Entry = Planned | Resolved | Batched | Waiting | Notified;
export type Phase = Entry['state'];

interface Common {
  readonly id: string;
  readonly target: Target;
  /** When it was first written, ISO 8601. */
  readonly time: string;
  /** The lease: until then an attempt is at work on it; milliseconds since 1970, 0 for none. */
  readonly leaseUntil: number;
  /** Distinguishes an attempt's own writes from others'. */
  readonly attemptId?: string;
  /** False while the event names rules that were not visible yet. */
  readonly isComplete: boolean;
  /** Whether only those policies were asked that look at what has changed. */
  readonly isForSome?: boolean;
  /** What the last try judged. */
  readonly snapshot: StoredScene;
  /** What earlier tries judged, if rules that are gone need it. */
  readonly earlier?: readonly StoredScene[];
  /** The breaker's holds and the recurring rules of the last try; missing until a try has checked them. */
  readonly checks?: Checks;
  readonly note: WriteAheadNote;
  /** The record, with the outcomes once they are known. */
  readonly record: AuditRecord;
}

export interface Planned extends Common {
  readonly state: 'planned';
}

export interface Resolved extends Common {
  readonly state: 'resolved';
  readonly message?: Message;
  /** What flow logs are asked once the message is published. */
  readonly question?: Question;
  readonly waits?: Waits;
}

export interface Batched extends Common {
  readonly state: 'batched';
  /** The line that the batch has for it. */
  readonly headline: string;
  /** When its waiting rules were taken up. */
  readonly takenUpAt?: string;
}

export interface Waiting extends Common {
  readonly state: 'waiting';
  readonly waits: Waits;
  /** The line that the next batch has for it; missing once people were told. */
  readonly headline?: string;
}

export interface Notified extends Common {
  readonly state: 'notified';
  /** When the waiting rules were taken up: a later entry has their outcomes. */
  readonly takenUpAt?: string;
}

/** An entry as it is in the table: its version is what the next write must find. */
export type Stored<E extends Entry = Entry> = E & { readonly version: number };

/** How far earlier tries of a change came. */
export interface Progress {
  readonly last: Stored | undefined;
  /** The id of the next entry. */
  readonly next: string;
  /** The ids of rules that entries have dealt with. */
  readonly known: ReadonlySet<string>;
  /** What the rules admitted that entries could not revoke, by their ids. */
  readonly failed: ReadonlyMap<string, string>;
  /** The entries whose rules wait. */
  readonly waiting: readonly Stored<Waiting>[];
}

/** How an attempt ended. */
export type End = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: Error };

/** What one try has seen; lost when its process dies. */
export interface Attempt extends AttemptReads {
  readonly task: Task;
  /** Names this attempt in what it writes. */
  readonly attemptId: string;
  readonly now: Date;
  /** Milliseconds until the process is stopped. */
  readonly timeLeft: number;
  readonly end?: End;
  /** At the end: the entries that it has taken up and still has to close, and how it ends once they are stored. */
  readonly closing?: { readonly entries: readonly Stored<Waiting>[]; readonly end: End };
  readonly progress?: Progress;
  /** Whether the group shows all that the event names. */
  readonly isComplete: boolean;
  /** How often the group was read. */
  readonly looks: number;
  /** Whether it has waited since the last read, or the last throttled call. */
  readonly isRested: boolean;
  /** Whether it has noted that rules are otherwise than the last sweep saw them. */
  readonly isModifiedNoted: boolean;
  /** Whether the clocks cannot be written any more: something was sent, and what came of it must still be stored. */
  readonly isClockless: boolean;
  /** The last read of the group, judged. */
  readonly judged?: Judged;
  /** The entry as this try last wrote or read it. */
  readonly entry?: Stored;
  /** The first judgment of this try: the group before anything was sent. */
  readonly before?: Judged;
  /** What tries before this one judged, and what they noted. */
  readonly earlierJudged: readonly Judged[];
  readonly earlierNote: WriteAheadNote;
  /** The breaker's answer; undefined until it was asked. */
  readonly admission?: Admission & { readonly members: readonly Member[] };
  readonly checks: Checks;
  readonly hasCountedRecurrence: boolean;
  /** Whether there is room for a message of its own; undefined until it was counted. */
  readonly hasMailRoom?: boolean;
  /** By rule id. */
  readonly targets: ReadonlyMap<string, RevokeTarget>;
  /** By content. */
  readonly additions: ReadonlyMap<string, Addition>;
  /** Whether the group must be read before anything else is sent. */
  readonly isStale: boolean;
  /** Whether the group was not read since rules were added: what was added for nothing must be seen, to be withdrawn. */
  readonly isAdditionUnseen: boolean;
  /** Whether it was read, and does not show yet what was added. */
  readonly isAdditionMissing: boolean;
  /** How many calls in a row EC2 throttled. */
  readonly throttled: number;
  /** Whether the withdrawal of rules that were added for nothing is over, because EC2 refused it. */
  readonly isWithdrawn: boolean;
  /** The contents of rules that other remediations of the group keep, `unknown` where nobody can say; undefined until it was asked. */
  readonly leaning?: ReadonlySet<string> | 'unknown';
  /** What flow logs can be asked of what was closed. */
  readonly question?: Question;
  readonly isAnnounced: boolean;
  readonly published: readonly Message[];
  readonly isPublished: boolean;
  /** Why the message could not be published; another try publishes it. */
  readonly publishError?: Error;
  /** How many writes in a row failed after something was sent or resolved. */
  readonly writeErrors: number;
  /** Why the last read after a call failed. */
  readonly readError?: string;
}
