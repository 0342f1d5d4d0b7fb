// Why a verdict is what it is, in one or two sentences: the same text in mail, chat, record and command line.

import type { Undecided, Verdict, Violation } from '../evaluate/evaluate.ts';
import type { NearMiss } from '../evaluate/exceptions.ts';
import { pointInWords, printWitness, printWitnessPeer } from '../evaluate/witness.ts';
import { type AddressSet, isEmpty } from '../network/cidr.ts';
import { asCounted } from '../network/nat64.ts';
import { ALL_TRAFFIC } from '../network/ports.ts';
import type { Exception } from '../policy/exception.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { headline, reachInWords, shareOf } from './phrases.ts';
import { listInWords, sanitize } from './sanitize.ts';

/** The reason of any verdict. */
export function reasonOf(verdict: Verdict): string {
  switch (verdict.verdict) {
    case 'violation':
      return [violationInWords(verdict), ...missedBy(verdict)].join(' ');
    case 'undecided':
      return [undecided(verdict), ...missedBy(verdict)].join(' ');
    case 'exempt':
      return `Excused: ${verdict.by.map(exceptionInWords).join('; ')}.`;
    case 'compliant':
      return compliant(asCounted(verdict.policy, verdict.tolerated));
  }
}

/** `Bastion, reviewed with the network team (platform-team, until 2027-01-01)`. */
export function exceptionInWords({ reason, owner, expires }: Exception): string {
  return `${sanitize(reason)} (${sanitize(owner)}, until ${expires})`;
}

/** The witness of a violation as text. */
export function witnessOf({ witness, rule }: Violation): string {
  return printWitness(witness, rule);
}

/** The part of the public internet that the violation admits, from 0 to 1; 0 where no addresses are counted. */
export function violationShare({ reach }: Violation): number {
  return reach === 'any' ? 0 : shareOf(reach);
}

/** More rules, or exceptions, than these are not named. */
const NAMED = 3;

/** `It allows tcp/22 from the whole internet.`, `It allows tcp/22 from 25% of the internet, for example 8.8.8.8.` */
function violationInWords(violation: Violation): string {
  const { rule, reach, beside, isListed, witness } = violation;
  const point = pointInWords(witness.traffic);
  const [end, preposition] = rule.direction === 'ingress' ? ['source', 'from'] : ['destination', 'to'];
  const example = printWitnessPeer(witness, rule);
  if (reach === 'any') return `It allows ${point} ${preposition} ${example}; the policy allows no ${end}.`;
  const most = isListed ? ', more than prefix lists may excuse' : '';
  if (isObvious(violation))
    return `It allows ${isAllTraffic(rule) ? 'all traffic' : point} from the whole internet${most}.`;
  const whom = reachInWords(reach);
  const of = example === whom ? '' : `, for example ${example}`;
  if (beside.length === 0) return `It allows ${point} ${preposition} ${whom}${most}${of}.`;
  const others = beside
    .slice(0, NAMED)
    .map((other) => `${headline(other)}${other.id === '' ? '' : ` [${other.id}]`}`);
  const more = beside.length > NAMED ? [`${beside.length - NAMED} more`] : [];
  return `Together with ${listInWords([...others, ...more])} it allows ${point} ${preposition} ${whom}${most || ', more than is tolerated'}${of}.`;
}

/** Whether a reason says no more than the text of its rule. */
export function isPlainReason(reason: string): boolean {
  return /^It allows [^.]+ from the whole internet\.$/.test(reason);
}

/** True where the rule alone lets in the whole internet: its text says all there is to say. */
function isObvious({ rule, reach, beside }: Violation): boolean {
  return (
    reach !== 'any' &&
    beside.length === 0 &&
    rule.direction === 'ingress' &&
    reachInWords(reach) === 'the whole internet'
  );
}

function isAllTraffic({ traffic }: SecurityGroupRule): boolean {
  return traffic[0] === ALL_TRAFFIC[0] && traffic[1] === ALL_TRAFFIC[1];
}

/** True where the text of the rule does not name the port that makes it violate. */
function isRange(rule: SecurityGroupRule): boolean {
  return rule.traffic[1] - rule.traffic[0] > 1 && !isAllTraffic(rule);
}

/** What the text of a rule does not say by itself of why it violates; nothing for one port, or all traffic, and the whole internet. */
export function hiddenReasons(verdict: Violation | Undecided): readonly string[] {
  if (verdict.verdict === 'undecided') return [reasonOf(verdict)];
  const { rule } = verdict;
  const isNamed = rule.peer.kind !== 'prefix-list' && !isRange(rule);
  const isPlain = isObvious(verdict) && !verdict.isListed && isNamed;
  return [...(isPlain ? [] : [violationInWords(verdict)]), ...missedBy(verdict)];
}

function compliant(tolerated: AddressSet): string {
  if (isEmpty(tolerated)) return 'It admits no address that the policy forbids.';
  return `It admits ${reachInWords(tolerated)}, no more than the policy tolerates.`;
}

/** Why an exception that nearly applies does not. */
const MISSED: Readonly<Record<NearMiss['because'], string>> = {
  expired: 'has expired',
  accounts: 'is for other accounts',
  regions: 'is for other regions',
  vpcs: 'is for other VPCs',
  groups: 'is for other groups',
  traffic: 'is for other traffic',
  sources: 'is for other sources',
  rule: 'is for rules with another description or other tags',
  principals: 'is for changes by somebody else',
  associations: 'may not be for all VPCs that the group is associated with, which are not known',
  maker: 'may be for whoever added the rule, who is not known here',
};

/** Each group may have an exception of its own: all of them would fill the mail. */
function missedBy({ near }: Violation | Undecided): readonly string[] {
  const more = near.length > NAMED ? [`${near.length - NAMED} more exceptions nearly apply.`] : [];
  return [...near.slice(0, NAMED).map(missed), ...more];
}

function missed({ exception, because }: NearMiss): string {
  return `The exception "${exceptionInWords(exception)}" ${MISSED[because]}.`;
}

function undecided({ because }: Undecided): string {
  return `It could not be evaluated: ${sanitize(because, 200)}.`;
}
