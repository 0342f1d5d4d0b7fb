// The mail of a quiet week: nothing violates, and Portcullis is running.
import { layOut } from '../mail/rows.ts';
import { auditCommandLine } from '../own-commands.ts';
import { counted } from '../phrases.ts';
import { timeInWords } from '../times.ts';
import type { DigestFacts } from './digest-facts.ts';
import { expiringRow } from './digest-phrases.ts';

/** `Sweep: all well since 2026-06-01 (111122223333/eu-west-1)`. */
export function allWellHeadline(facts: DigestFacts): string {
  return `Sweep: all well since ${since(facts).slice(0, 10)} (${facts.target.accountId}/${facts.target.region})`;
}

/** The body of the mail. */
export function allWellMail(facts: DigestFacts): string {
  const { totals, target, endedAt, id, audience } = facts;
  const { accountId, region } = target;
  const judged = `${counted(totals.rules, 'rule')} in ${counted(totals.groups, 'security group')}`;
  const excused = totals.exempt === 0 ? '' : ` Exceptions allow ${totals.exempt} of them.`;
  const lines = [
    `No security group rule in account ${accountId}, ${region}, violates a policy. No sweep since ${timeInWords(since(facts), audience)} found a violation.`,
    '',
    ...layOut([
      { label: 'Last sweep', lines: [`${judged}, finished ${timeInWords(endedAt, audience)}.${excused}`] },
      expiringRow(facts),
      {
        label: 'Next mail',
        lines: [
          'When a sweep finds something, or in a week. If neither comes, read docs/operations.md#alarms.',
        ],
      },
      { label: 'Check now', lines: [auditCommandLine(target)] },
    ]),
    '',
    `Record ${id}`,
  ];
  return `${lines.join('\n')}\n`;
}

function since({ wellSince, startedAt }: DigestFacts): string {
  return wellSince ?? startedAt;
}
