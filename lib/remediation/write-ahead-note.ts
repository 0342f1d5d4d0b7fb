// The part of an entry that lists calls before they are sent.

/** The calls that tries may have sent, stored before the first one. If a rule is gone and not in it, somebody else removed it. */
export interface WriteAheadNote {
  readonly revoking: Readonly<Record<string, NotedRevoke>>;
  /** The contents of rules to be added that did not exist before. */
  readonly adding: readonly string[];
  /** The ids of rules whose shown content EC2 said it did not know: they are revoked by id, one rule a call. */
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
