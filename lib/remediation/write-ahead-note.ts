// What an entry says of calls before they are sent.

/** What tries may have sent, stored before the first call: a rule that is gone and not in it, somebody else removed. */
export interface WriteAheadNote {
  readonly revoking: Readonly<Record<string, NotedRevoke>>;
  /** The contents of rules that were to be added and were not there before. */
  readonly adding: readonly string[];
  /** Rules whose very content EC2 said it did not have: they are revoked by id, one rule a call. */
  readonly byId: readonly string[];
}

export interface NotedRevoke {
  readonly content: string;
  /** When it was about to be sent, ISO 8601. */
  readonly time: string;
  /** True once EC2 said that it revoked the rule. */
  readonly isAccepted?: true;
}

export const NOTHING_NOTED: WriteAheadNote = { revoking: {}, adding: [], byId: [] };
