// Why a verdict is what it is, in one or two sentences: the same text in mail, chat, record and command line.
import { isEmpty } from '../cidr.ts';
import { printWitness } from '../evaluate/witness.ts';
import type { Compliant, Undecided, Verdict, Violation } from '../evaluate.ts';
import { harmless } from './text.ts';
import { peerInWords, reachInWords, shareOf } from './words.ts';

/** The reason of any verdict. */
export function reasonOf(verdict: Verdict): string {
  switch (verdict.verdict) {
    case 'violation':
      return `It allows ${witnessOf(verdict)}: ${admitted(verdict)}.`;
    case 'undecided':
      return undecided(verdict);
    case 'compliant':
      return compliant(verdict);
  }
}

/** The witness of a violation as text. */
export function witnessOf({ witness, rule }: Violation): string {
  return printWitness(witness, rule.direction);
}

/** The part of the public internet that the violation admits, from 0 to 1; 0 where no addresses are counted. */
export function violationShare({ reach }: Violation): number {
  return reach === 'any' ? 0 : shareOf(reach);
}

function admitted(verdict: Violation): string {
  if (verdict.reach === 'any' || verdict.forbidden === 'any')
    return `the policy allows no source, and this is ${peerInWords(verdict.rule)}`;
  if (verdict.reach === verdict.forbidden) return `it is open to ${reachInWords(verdict.forbidden)}`;
  return `together with other rules of the group it is open to ${reachInWords(verdict.reach)}`;
}

function compliant({ tolerated }: Compliant): string {
  if (isEmpty(tolerated)) return 'It admits no address that the policy forbids.';
  return `It admits ${reachInWords(tolerated)}, no more than the policy tolerates.`;
}

function undecided({ because }: Undecided): string {
  return `It could not be judged: ${harmless(because, 200)}.`;
}
