// What came of an event.
import type { Change } from '../change/change.ts';
import type { Verdict } from '../evaluate/evaluate.ts';
import { isUnfinished, joinPlans, type Outcome, type Plan } from '../plan/plan.ts';
import type { Message } from '../report/message.ts';
import { shorten } from '../report/sanitize.ts';

/** All that one event led to, in however many groups. */
export interface Remediation {
  readonly change: Change;
  readonly verdicts: readonly Verdict[];
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  /** What was published: one message for each group that there was something to tell of. */
  readonly messages: readonly Message[];
}

/** Some rule is still open and a later try may close it. */
export class RevocationError extends Error {
  override readonly name = 'RevocationError';
  readonly remediation: Remediation;

  constructor(remediation: Remediation) {
    const failed = remediation.outcomes.filter(isUnfinished);
    super(`not revoked: ${inShort(failed.map(({ rule, detail }) => `${rule.id}: ${detail}`))}`);
    this.remediation = remediation;
  }
}

/** What comes of an event that there is nothing to do for. */
export function nothing(change: Change): Remediation {
  return { change, verdicts: [], plan: joinPlans([]), outcomes: [], messages: [] };
}

/** Lambda parks an event with what its function said of it, and drops what is too large for the queue. */
export function inShort(texts: readonly string[]): string {
  return shorten(texts.map((text) => text.slice(0, 500))).join('; ');
}
