// Whether it was dangerous: how long rules were open, what could reach what, and what became of open connections.
import type { Outcome } from '../../plan/plan.ts';
import { connectionsInWords } from '../connection-phrases.ts';
import { elsewhereInWords, exposureSentence } from '../exposure-phrases.ts';
import type { Facts } from '../facts.ts';
import { reportedRules } from '../reported-rule.ts';
import { durationInWords } from '../times.ts';
import { whyNow } from './why-now.ts';

/** The sentences; none where there is nothing to say. */
export function exposureInMail(facts: Facts): readonly string[] {
  const revoked = facts.outcomes.filter(({ outcome }) => outcome === 'revoked');
  const isAny = revoked.length > 0;
  const first = [...(isAny ? openFor(facts, revoked) : []), ...exposureSentence(facts)];
  const second = [
    ...elsewhereInWords(facts),
    ...(isAny && facts.exposure?.group.exposure.kind !== 'unattached'
      ? [connectionsInWords(facts, revoked)]
      : []),
  ];
  return [first, second].filter((sentences) => sentences.length > 0).map((sentences) => sentences.join(' '));
}

/** Only for rules that the event added: it does not say how long others were open. */
function openFor(facts: Facts, revoked: readonly Outcome[]): string[] {
  const { change, now } = facts;
  if (whyNow(facts).length > 0) return [];
  const ends = revoked.map(({ time }) => (time === undefined ? now.getTime() : Date.parse(time)));
  const milliseconds = Math.max(...ends) - Date.parse(change.time ?? '');
  if (change.direction === undefined || !(milliseconds >= 0)) return [];
  const what = reportedRules(facts).length === revoked.length ? 'Open' : 'What was revoked was open';
  const about = Math.min(...ends) === Math.max(...ends) ? 'about' : 'up to';
  return [`${what} for ${about} ${durationInWords(milliseconds)}.`];
}
