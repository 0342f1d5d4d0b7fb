// What a digest calls the results of a sweep.
import { SEVERITIES } from '../../policy/severity.ts';
import type { Target } from '../../target.ts';
import type { Labelled } from '../mail/rows.ts';
import { ownCommand } from '../own-commands.ts';
import { counted } from '../phrases.ts';
import { sanitize } from '../sanitize.ts';
import type { DigestFacts } from './digest-facts.ts';
import { isOpenAfter, type Line, type LineStatus } from './standing.ts';

/** What each status is called, in a sentence with a number before it; the most urgent first. */
export const STATUS_IN_WORDS: Readonly<Record<LineStatus, string>> = {
  denied: 'still open: access denied',
  failed: 'still open: could not be revoked',
  unconfirmed: 'may still be open: the revoke is not confirmed',
  unfinished: 'may still be open: the outcome of the revoke is not known',
  breaker: 'still open: the policy is on hold',
  grace: 'open until the grace of the policy ends',
  held: 'still open: the sweep is on hold',
  revoked: 'revoked',
  gone: 'gone: the revoke was sent and not answered',
  absent: 'already gone',
  changed: 'changed before it could be revoked, and compliant now',
  'dry-run': 'still open: the policy is in dry run',
  protected: 'still open: the group is protected',
  foreign: 'still open: the group belongs to another account, ask its owner',
  reported: 'only reported',
  undecided: 'could not be evaluated',
};

/** `The sweep found 17 violations (1 critical; 3 new) in 2,315 rules of 412 security groups.` */
export function countsInWords({ totals, gone }: DigestFacts): string {
  const { groups, rules, exempt } = totals;
  const undecided = totals.undecided + totals.alsoUndecided;
  return [
    `The sweep found ${found(totals)} in ${counted(rules, 'rule')} of ${counted(groups, 'security group')}.`,
    ...(gone
      ? [`${counted(gone, 'violation')} of the previous sweep ${gone === 1 ? 'is' : 'are'} gone.`]
      : []),
    ...(undecided === 0
      ? []
      : [
          `${counted(undecided, 'rule')} could not be evaluated, for example because a prefix list cannot be read.`,
        ]),
    ...(exempt === 0 ? [] : [`Exceptions allow ${counted(exempt, 'rule')}.`]),
  ].join(' ');
}

/** `2 exceptions expire within 14 days.`; nothing for none. */
export function expiringInWords(expiring: number): readonly string[] {
  if (expiring === 0) return [];
  return [`${counted(expiring, 'exception')} ${expiring === 1 ? 'expires' : 'expire'} within 14 days.`];
}

/** The same, with the command that names them. */
export function expiringRow(facts: DigestFacts): Labelled {
  const lines = expiringInWords(facts.expiring).map(
    (sentence) =>
      `${sentence} To list ${facts.expiring === 1 ? 'it' : 'them'}: ${ownCommand(facts, 'doctor')}`,
  );
  return { label: 'Soon', lines };
}

function found({ violations, fresh, bySeverity }: DigestFacts['totals']): string {
  const severities = SEVERITIES.flatMap((severity) => {
    const amount = bySeverity[severity];
    return amount === undefined ? [] : [`${amount} ${severity}`];
  });
  const news = fresh === undefined ? 'no earlier sweep to compare with' : `${fresh} new`;
  const details = violations === 0 ? '' : ` (${severities.join(', ')}; ${news})`;
  return `${counted(violations, 'violation')}${details}`;
}

/** The statuses with their counts, such as `8 revoked`, the most urgent first. */
export function statuses(byStatus: Readonly<Record<string, number>>): string[] {
  return Object.entries(STATUS_IN_WORDS).flatMap(([status, words]) =>
    byStatus[status] === undefined ? [] : [`${byStatus[status]} ${words}`],
  );
}

/** What a line says of exposure. */
export function reachNote({ exposure, status }: Line): readonly string[] {
  if (exposure !== 'reachable') return [];
  return [
    isOpenAfter(status) ? 'packets from the internet reach it' : 'packets from the internet could reach it',
  ];
}

type Place = Pick<Line, 'groupId' | 'groupName' | 'ownerId'>;

/** `web-prod sg-0abc`, with `of account 999999999999` when that is not the sweep's account. */
export function placeOf({ groupId, groupName, ownerId }: Place, { accountId }: Target): string {
  const owner = ownerId === accountId ? '' : ` of account ${ownerId}`;
  return `${groupName === groupId ? groupId : `${sanitize(groupName, 60)} ${groupId}`}${owner}`;
}
