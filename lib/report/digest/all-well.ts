// The mail of a quiet week: nothing violates, and Portcullis is running.
import { counted } from '../phrases.ts';
import { shellQuote } from '../sanitize.ts';
import type { DigestFacts } from './digest-facts.ts';

/** `Sweep: all well since 2026-06-01 (111122223333/eu-west-1)`. */
export function allWellHeadline(facts: DigestFacts): string {
  return `Sweep: all well since ${since(facts).slice(0, 10)} (${facts.target.accountId}/${facts.target.region})`;
}

/** The body of the mail. */
export function allWellMail(facts: DigestFacts): string {
  const { totals, target, endedAt, id } = facts;
  const { accountId, region } = target;
  const judged = `${counted(totals.rules, 'rule')} in ${counted(totals.groups, 'security group')}`;
  const excused = totals.exempt === 0 ? '' : ` Exceptions allow ${totals.exempt} of them.`;
  const lines = [
    `No security group rule in account ${accountId}, ${region}, violates a policy. Every sweep since ${inUtc(since(facts))} found the same.`,
    '',
    `Last sweep  ${judged}, finished ${inUtc(endedAt)}.${excused}`,
    'Next mail   When a sweep finds something, or in a week. If neither comes, read docs/operations.md#alarms.',
    `Check       npx --no -- portcullis audit --region ${shellQuote(region)}`,
    '',
    `Record ${id}`,
  ];
  return `${lines.join('\n')}\n`;
}

function since({ wellSince, startedAt }: DigestFacts): string {
  return wellSince ?? startedAt;
}

/** `2026-06-01 12:01 UTC`. */
function inUtc(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}
