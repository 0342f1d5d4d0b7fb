// What the remediation machine knows: the entry that is stored, and the attempt that is lost with it.
import type { Changed } from '../change/change.ts';
import type { AddressSet } from '../network/cidr.ts';
import type { Admission, AskingPolicy } from '../plan/breaker.ts';
import type { Member } from '../plan/breaker-state.ts';
import type { Severity } from '../policy/policy.ts';
import type { Checks } from '../report/facts.ts';
import type { Message } from '../report/message.ts';
import type { AuditRecord } from '../report/record.ts';
import type { GroupSnapshot } from '../rule.ts';
import type { Target } from '../target.ts';
import type { Fingerprints } from './fingerprints.ts';
import type { Judged, Settings } from './judge.ts';
import type { Addition, RevokeTarget } from './mutation.ts';
import type { StoredScene } from './stored-scene.ts';
import type { WriteAheadNote } from './write-ahead-note.ts';

/** One change of one group, and what it is judged by. */
export interface Task extends Settings {
  /** The same for every delivery of the change. */
  readonly id: string;
  readonly change: Changed;
  /** Whether nobody will try again if this fails. */
  readonly isLastTry: boolean;
  /** True for a sweep's remediation: its digest reports, and what failed is left to the next sweep. */
  readonly isSilent: boolean;
  /** True where the breaker was asked for all groups at once, by a sweep. */
  readonly isAdmitted: boolean;
  /** What it takes up again; undefined for a change that has just come. */
  readonly takesUp?: Waits;
}

/** What the breaker has wait. */
export interface Waits {
  /** The task that it is of, and the change with the waiting rules alone. */
  readonly taskId: string;
  readonly change: Changed;
  /** Since when, ISO 8601. */
  readonly since: string;
  /** The most severe policy's. */
  readonly severity: Severity;
  /** The policies that the rules wait for. */
  readonly policies: readonly AskingPolicy[];
  /** Whether the change had made the rules. */
  readonly isFresh: boolean;
}

/**
 * `planned`: the write-ahead note, stored before anything is sent; `resolved`: every rule has an outcome, and the message is
 * stored; `batched`: as `resolved`, but there were so many messages lately that it is reported by the next batch; `waiting`: as
 * `notified`, but the breaker has some rules wait; `notified`: the message is published, or there was none.
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
  /** Tells an attempt's own writes from others'. */
  readonly attemptId?: string;
  /** False while the event names rules that were not visible yet. */
  readonly isComplete: boolean;
  /** What the last try judged. */
  readonly snapshot: StoredScene;
  /** What tries before it judged, as far as rules that are gone need it. */
  readonly earlier?: readonly StoredScene[];
  /** What held the last try back; missing while no try got so far as to ask. */
  readonly checks?: Checks;
  readonly note: WriteAheadNote;
  /** With the outcomes once they are known. */
  readonly record: AuditRecord;
}

export interface Planned extends Common {
  readonly state: 'planned';
}

export interface Resolved extends Common {
  readonly state: 'resolved';
  readonly message?: Message;
  readonly waits?: Waits;
}

export interface Batched extends Common {
  readonly state: 'batched';
  /** What is reported of it, in one line. */
  readonly headline: string;
}

export interface Waiting extends Common {
  readonly state: 'waiting';
  readonly waits: Waits;
}

export interface Notified extends Common {
  readonly state: 'notified';
  /** When what waited was taken up: an entry after this one has what came of it. */
  readonly takenUpAt?: string;
}

/** An entry as it is in the table: its version is what the next write must find. */
export type Stored<E extends Entry = Entry> = E & { readonly version: number };

/** Where earlier tries of a change came to. */
export interface Progress {
  readonly last: Stored | undefined;
  /** What the next entry is called. */
  readonly next: string;
  /** The ids of rules that were dealt with. */
  readonly known: ReadonlySet<string>;
  /** The entries whose rules wait. */
  readonly waiting: readonly Stored<Waiting>[];
}

/** How an attempt ended. */
export type End = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: Error };

/** What one try has seen; lost when it dies. */
export interface Attempt {
  readonly task: Task;
  /** Names this attempt in what it writes. */
  readonly attemptId: string;
  readonly now: Date;
  /** Milliseconds until the process is stopped. */
  readonly timeLeft: number;
  readonly end?: End;
  /** At the end: the entries that it has taken up and that wait no longer, and how it ends once they are stored. */
  readonly closing?: { readonly entries: readonly Stored<Waiting>[]; readonly end: End };
  readonly progress?: Progress;
  /** The last read of the group; null for a read that found none. */
  readonly live?: GroupSnapshot | null;
  /** Whether the group shows all that the event names. */
  readonly isComplete: boolean;
  /** How often the group was read. */
  readonly looks: number;
  /** Whether it has waited since the last read, or the last throttled call. */
  readonly isRested: boolean;
  /** The entries of the prefix lists that were asked for; undefined for what cannot be read. */
  readonly lists: ReadonlyMap<string, AddressSet | undefined>;
  /** What a complete sweep saw of the group before the change; null where nothing can be compared. */
  readonly fingerprints?: Fingerprints | null;
  /** The last read of the group, judged. */
  readonly judged?: Judged;
  /** The entry as this try last wrote or read it. */
  readonly entry?: Stored;
  /** What this try judged first: the group before anything was sent. */
  readonly before?: Judged;
  /** What tries before this one judged, and what they noted. */
  readonly earlierJudged: readonly Judged[];
  readonly earlierNote: WriteAheadNote;
  /** What the breaker lets go; undefined while it has not been asked. */
  readonly admission?: Admission & { readonly members: readonly Member[] };
  readonly checks: Checks;
  readonly hasCountedRecurrence: boolean;
  /** Whether there is room for a message of its own; undefined while nobody has asked. */
  readonly hasMailRoom?: boolean;
  /** By rule id. */
  readonly targets: ReadonlyMap<string, RevokeTarget>;
  /** By content. */
  readonly additions: ReadonlyMap<string, Addition>;
  /** Whether the group must be read before anything else is sent. */
  readonly isStale: boolean;
  /** Waits so far for EC2's throttle, in a row. */
  readonly throttled: number;
  /** Whether what was added for nothing has been withdrawn, as far as EC2 let it. */
  readonly isWithdrawn: boolean;
  readonly isAnnounced: boolean;
  readonly published: readonly Message[];
  readonly isPublished: boolean;
  /** Why the message could not be published; another try does. */
  readonly publishError?: Error;
  /** How often the write of what cannot be undone was refused, in a row. */
  readonly writeErrors: number;
  /** Why the last read after a call failed. */
  readonly readError?: string;
}
