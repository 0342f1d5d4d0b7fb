// A restore as text: what is sent, what is not and why, and what came of it.
import type { RestoredRule } from '../../lib/io/ledger/restorations.ts';
import { counted, ruleInWords } from '../../lib/report/phrases.ts';
import { listInWords, sanitize } from '../../lib/report/sanitize.ts';
import { parseRule, type SecurityGroupRule } from '../../lib/rule.ts';
import type { Closed, Restorable } from '../input/record.ts';
import { lostTags, type RestorePlan } from '../restore/restore-plan.ts';

/** What of the record is not put back, and why. */
export function showUnchosen(
  { closed, mode, omitted }: Restorable,
  chosen: readonly Closed[],
): readonly string[] {
  if (mode === 'dry-run') return ['Nothing to restore: the record is of a dry run, which revoked nothing.'];
  const left = closed.filter((one) => !chosen.includes(one));
  const absent = left.filter(({ outcome }) => outcome === 'absent');
  const unsure = left.filter(({ outcome }) => outcome === 'unconfirmed');
  return [
    ...(chosen.length === 0 ? ['Nothing to restore: none of these rules was revoked for certain.'] : []),
    ...absent.map(
      ({ rule }) =>
        `${lineOf(rule)} was already gone when Portcullis came. To restore it too: --rule ${rule.id}`,
    ),
    ...unsure.map(
      ({ rule }) => `${lineOf(rule)} may or may not be gone. To restore it too: --rule ${rule.id}`,
    ),
    ...(omitted === 0
      ? []
      : [
          `The message had no room for ${counted(omitted, 'more finding')}: restore by the id, from the ledger.`,
        ]),
  ];
}

/** What is there, what is sent, and what the group has no room for. */
export function showPlan(
  { send, present, tooMany }: RestorePlan,
  { group, accountId, region }: Restorable,
  isDryRun: boolean,
): readonly string[] {
  const isSent = tooMany.length === 0;
  return [
    ...present.map(({ closed, by }) => `Already there, as ${by.id}: ${lineOf(closed.rule)}`),
    ...tooMany.map(
      (over) => `Nothing is sent: the group has no room. With all that is to be restored, ${over}.`,
    ),
    ...(isSent ? [] : ['Remove rules, or pick some with --rule. Name a raised quota with --quota.']),
    ...(isSent && send.length > 0
      ? [
          `${isDryRun ? 'Would restore' : 'Restoring'} to ${sanitize(group.name)} (${group.id}, ${accountId}, ${region}):`,
          ...send.flatMap(showClosed),
        ]
      : []),
    ...(isDryRun ? ['Dry run: nothing is sent.'] : []),
  ];
}

function showClosed({ rule, remainders, omittedTags }: Closed): readonly string[] {
  const lost = lostTags(rule);
  return [
    `  ${lineOf(rule)}`,
    ...(remainders === 0
      ? []
      : [
          `    It was trimmed: ${remainders === 1 ? 'the rule that keeps a part of it stays' : `the ${remainders} rules that keep parts of it stay`} beside it.`,
        ]),
    ...(omittedTags === 0
      ? []
      : [
          `    Without its ${counted(omittedTags, 'tag')}: the ledger had no room for them. The log has them.`,
        ]),
    ...(lost.length === 0
      ? []
      : [`    Without the tags that only AWS may set: ${listInWords(lost.map((key) => sanitize(key)))}.`]),
  ];
}

/** What came of each rule, and what may come of it yet. */
export function showOutcomes(outcomes: readonly RestoredRule[], isExcused: boolean): readonly string[] {
  const lines = outcomes.map(({ rule, outcome, newId, detail }) =>
    outcome === 'restored'
      ? `Restored${newId === undefined ? '' : ` as ${newId}`}: ${lineOf(parseRule(rule))}`
      : `NOT RESTORED: ${lineOf(parseRule(rule))}: AWS said: ${sanitize(detail ?? '', 300)}`,
  );
  const isAny = outcomes.some(({ outcome }) => outcome === 'restored');
  const until = isExcused ? 'until the exception is deployed' : 'unless an exception is deployed (--until)';
  return isAny
    ? [...lines, `Portcullis evaluates them within minutes, and revokes them again ${until}.`]
    : lines;
}

function lineOf(rule: SecurityGroupRule): string {
  const { Description, Tags = [] } = rule.aws;
  const described = Description === undefined ? '' : ` "${sanitize(Description)}"`;
  const tagged = Tags.length === 0 ? '' : `, ${counted(Tags.length, 'tag')}`;
  return `${ruleInWords(rule)}${described}${tagged} [${rule.id}]`;
}
