// The exceptions that excuse what an audit found, as the record of them.
import type { Row } from './rows.ts';

export interface ExceptionInUse {
  /** Reason, owner and last day. */
  readonly words: string;
  readonly policy: string;
  /** How many rules it excuses. */
  readonly count: number;
}

/** Counts grow with exceptions, and not with what they excuse. */
export function countExceptions() {
  const counts = new Map<string, ExceptionInUse>();
  return {
    add: (row: Row): void => {
      for (const { finding } of row) {
        const { policy, exception: words = '' } = finding;
        const name = JSON.stringify([policy, words]);
        counts.set(name, { words, policy, count: (counts.get(name)?.count ?? 0) + 1 });
      }
    },
    /** Those that excuse most come first. */
    end: (): readonly ExceptionInUse[] => [...counts.values()].toSorted((a, b) => b.count - a.count),
  };
}
