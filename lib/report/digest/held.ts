// A sweep that closed nothing because it would have closed too much: what people read, and what they can do.
import { counted } from '../phrases.ts';
import { shellQuote } from '../sanitize.ts';
import type { DigestFacts, HeldBack } from './digest-facts.ts';

/** The paragraph of the mail; none where nothing is on hold. */
export function heldInWords(facts: DigestFacts): string[] {
  const { hold } = facts;
  if (hold === undefined) return [];
  return [
    `Nothing was closed. ${limitInWords(hold)}`,
    'A policy may be wrong, or these rules may have been open for a long time. Look at them before you decide.',
    `They must go   ${releaseCommand(facts)}`,
    '               The next sweep closes them.',
    'They are fine  Correct the policy and deploy it. The next sweep judges them by it.',
  ];
}

/** `This sweep would close 37 rules in 12 groups, more than the limit of 10 groups.` */
export function limitInWords({ rules, groups, limit }: HeldBack): string {
  const all = `${counted(rules, 'rule')} in ${counted(groups, 'group')}`;
  return `This sweep would close ${all}, more than the limit of ${counted(limit, 'group')}.`;
}

/** Lets the next sweep close what this one found. */
export function releaseCommand({ accountId, region, ledgerTable }: DigestFacts): string {
  const place = `--account ${accountId} --region ${shellQuote(region)} --table ${shellQuote(ledgerTable)}`;
  return `npx --no portcullis breaker release sweep ${place}`;
}
