// What becomes of open connections once rules are revoked, in words.
import { isUntracked, type OpenConnections } from '../exposure/connection-tracking.ts';
import type { Outcome } from '../plan/plan.ts';
import type { Facts } from './facts.ts';
import { listInWords, sanitize } from './sanitize.ts';

/** One or more sentences, for each rule where rules differ. */
export function connectionsInWords(facts: Facts, revoked: readonly Outcome[]): string {
  const byFate = Map.groupBy(revoked, (outcome) => fateOf(outcome, facts));
  const sentences = [...byFate]
    .toSorted(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map(([fate, of]) => {
      const through =
        byFate.size === 1 ? '' : ` through ${listInWords(of.map(({ rule }) => sanitize(rule.id)))}`;
      return `Open connections${through} ${WORDS[fate]}`;
    });
  const goOn = [...byFate.keys()].some((fate) => fate !== 'cut');
  return goOn ? `${sentences.join('. ')}: ${whereToLook(facts)}.` : `${sentences.join('. ')}.`;
}

/** What goes on is said last, before where to look for it. */
const ORDER: readonly OpenConnections[] = ['cut', 'unknown', 'continue'];

/** Load balancers, accelerators and the like have connections tracked that would not be otherwise. */
const WORDS: Readonly<Record<OpenConnections, string>> = {
  cut: 'were most likely cut',
  continue: 'continue until they end',
  unknown: 'may continue until they end',
};

/** Without a look at the interfaces, only the group's own outbound rules tell. */
function fateOf({ rule }: Outcome, { exposure, rules }: Facts): OpenConnections {
  const known = exposure?.connections?.[rule.id];
  const fate = known ?? (isUntracked(rule, rules) ? 'cut' : 'unknown');
  // What another group still lets in is not cut.
  return fate === 'cut' && exposure?.elsewhere.kind === 'open' ? 'unknown' : fate;
}

function whereToLook({ exposure }: Facts): string {
  const of = exposure?.group.of;
  return of === undefined ? 'check whatever uses this group' : `check ${sanitize(of.instanceId ?? of.id)}`;
}
