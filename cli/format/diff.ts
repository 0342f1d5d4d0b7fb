// The difference between two sets of policies.
import type { Effect } from '../../lib/backtest/effect.ts';
import { isMore } from '../../lib/backtest/effect.ts';
import { counted, ruleInWords } from '../../lib/report/phrases.ts';
import { reasonOf } from '../../lib/report/reason.ts';
import { listInWords, sanitize } from '../../lib/report/sanitize.ts';
import type { PlacedChange, PolicyDiff } from '../diff-policies.ts';

/** What is done more first: that is what may break something. */
export function showDiff({ changes, summary }: PolicyDiff): string {
  const sorted = changes.toSorted((a, b) => Number(isMore(b)) - Number(isMore(a)));
  const { groups, rules, more, less } = summary;
  return [
    ...sorted.map(showChange),
    `${counted(groups, 'group')}, ${counted(rules, 'rule')}: more for ${more}, less for ${less}`,
  ].join('\n');
}

function showChange(change: PlacedChange): string {
  const { group, rule, before, after } = change;
  const name = group.name === group.id ? '' : ` ${sanitize(group.name)}`;
  return [
    `${isMore(change) ? '+' : '-'} ${sanitize(group.id)}${name}: ${ruleInWords(rule)}${rule.id === '' ? '' : ` [${rule.id}]`}`,
    `    before: ${effectInWords(before)}`,
    `    after:  ${effectInWords(after)}`,
    ...(after.verdicts[0] === undefined ? [] : [`    ${reasonOf(after.verdicts[0])}`]),
    '',
  ].join('\n');
}

const WORDS = {
  revoke: 'revoked',
  trim: 'trimmed',
  report: 'reported',
  undecided: 'not evaluated',
  nothing: 'left alone',
};

/** `revoked, by no-world-open-admin`, `left alone, excused in no-world-open-admin`. */
function effectInWords({ kind, verdicts }: Effect): string {
  const policies = [...new Set(verdicts.map(({ policy }) => policy.id))];
  if (policies.length === 0) return WORDS[kind];
  return `${WORDS[kind]}, ${kind === 'nothing' ? 'excused in' : 'by'} ${listInWords(policies)}`;
}

/** The same for machines. */
export function showDiffAsJson({ changes, summary }: PolicyDiff): string {
  const listed = changes.map((change) => ({
    change: isMore(change) ? 'more' : 'less',
    ...{
      groupId: change.group.id,
      groupName: change.group.name,
      accountId: change.group.ownerId,
      region: change.region,
    },
    ...(change.rule.id === '' ? {} : { ruleId: change.rule.id }),
    rule: change.rule.aws,
    before: effectJson(change.before),
    after: effectJson(change.after),
  }));
  return JSON.stringify({ changes: listed, summary }, null, 2);
}

/** An effect as plain JSON. */
function effectJson({ kind, verdicts }: Effect): object {
  return { effect: kind, policies: [...new Set(verdicts.map(({ policy }) => policy.id))] };
}
