// Which of the groups that a sweep has closed rules of flow logs are asked about: once, before its digest is made, which says so.
import { mostSevereFirst } from '../policy/severity.ts';
import { makeDigest } from '../report/digest/digest.ts';
import type { DigestFacts } from '../report/digest/digest-facts.ts';
import type { AskedTogether } from '../report/evidence/asked-together.ts';
import type { SweepCommand } from './command.ts';
import { sweepId } from './judge-group.ts';
import type { StoredSweep } from './state.ts';

/** The command that asks, for the thread of the digest; none where it was carried out, or there is nothing to ask. */
export function asksTogether(
  { closed, startedAt }: StoredSweep,
  facts: DigestFacts,
): readonly SweepCommand[] {
  if (closed === undefined) return [];
  const ids = closed.toSorted(mostSevereFirst).map(({ groupId }) => sweepId(startedAt, groupId));
  const { subject, chat, attributes } = makeDigest(facts);
  return [{ do: 'ask-together', ids, told: { subject, chat, attributes } }];
}

/** The sweep with the answer. */
export function withAsked({ closed: _, ...sweep }: StoredSweep, evidence: AskedTogether): StoredSweep {
  return { ...sweep, evidence };
}

/** The sweep with why they are not asked: that is worth a line, and no failure. */
export function withoutAsked(sweep: StoredSweep, { name, message }: Error): StoredSweep {
  return withAsked(sweep, { kind: 'unread', because: `${name}: ${message}` });
}
