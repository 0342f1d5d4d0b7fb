// The difference between two sets of policies.
import { isMore } from '../../lib/backtest/effect.ts';
import { counted, ruleInWords } from '../../lib/report/phrases.ts';
import { reasonOf } from '../../lib/report/reason.ts';
import { sanitize } from '../../lib/report/sanitize.ts';
import type { PlacedChange, PolicyDiff } from '../diff-policies.ts';
import { effectInWords, effectJson } from './effect.ts';

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
