// What is stored of rules that wait.
import type { Changed } from '../change/change.ts';
import type { AskingPolicy } from '../plan/breaker.ts';
import type { Severity } from '../policy/severity.ts';

/** The rules that wait, for the breaker or for the end of their grace. */
export interface Waits {
  /** The original task, and the change with only the waiting rules. */
  readonly taskId: string;
  readonly change: Changed;
  /** What each rule admitted when it began to wait, by its id: who made it is known as long as it admits the same. */
  readonly contents: Readonly<Record<string, string>>;
  /** Since when, ISO 8601. */
  readonly since: string;
  /** The severity of the most severe policy. */
  readonly severity: Severity;
  /** The policies for which rules wait for the breaker. */
  readonly policies: readonly AskingPolicy[];
  /** When the first grace of these rules ends, ISO 8601; missing if all wait for the breaker. */
  readonly until?: string;
  /** Whether the change itself made the rules. */
  readonly isFresh: boolean;
  /** When the tick last failed to take them up, ISO 8601. */
  readonly failedAt?: string;
}
