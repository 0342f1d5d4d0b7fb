// The digest as plain text: what was found, what was done, the most severe findings, and where to see everything.
import { SEVERITIES } from '../../policy/policy.ts';
import type { Target } from '../../target.ts';
import { counted, dayAndMinute } from '../phrases.ts';
import { listInWords, sanitize } from '../sanitize.ts';
import { restoreById } from '../undo-commands.ts';
import type { DigestFacts } from './digest-facts.ts';
import { heldInWords } from './held.ts';
import type { Line, LineStatus } from './standing.ts';

/** What each status is called, in a sentence with a number before it. */
export const STATUS_IN_WORDS: Readonly<Record<LineStatus, string>> = {
  denied: 'could not be revoked: access denied',
  failed: 'could not be revoked',
  unconfirmed: 'not confirmed: may be gone',
  unfinished: 'may still be open: the outcome of the revoke is not known',
  breaker: 'left open: the policy is on hold',
  grace: 'left open until the grace of the policy ends',
  held: 'left open: this sweep was not allowed to close them',
  revoked: 'revoked',
  gone: 'gone: the revoke was sent and not answered',
  absent: 'already gone',
  changed: 'changed before they could be revoked, and compliant now',
  'dry-run': 'would be revoked: the policy is in dry run',
  protected: 'left open: the group is protected',
  foreign: 'left open: the group belongs to another account, ask its owner',
  reported: 'only reported',
  undecided: 'could not be evaluated',
};

/** The body of the mail. */
export function digestMail(facts: DigestFacts, headline: string): string {
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Why now', wantedInWords(facts)],
    ['On hold', heldInWords(facts)],
    ['What the sweep found', found(facts)],
    ['Missed by event', missedInWords(facts)],
    ['What Portcullis did', done(facts)],
    ['Most severe', mostSevere(facts)],
    ['If you need a rule', undo(facts)],
    ['See everything', seeAll(facts)],
  ];
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title.toUpperCase(), ...lines.map((line) => `  ${line}`)].join('\n'));
  return [`${headline}.`, ...body, `Record ${facts.id}`].join('\n\n').concat('\n');
}

function found({ totals, startedAt, endedAt, previousAt, gone }: DigestFacts): string[] {
  const { groups, rules, violations, affected, exempt, fresh, troubled, bySeverity } = totals;
  const undecided = totals.undecided + totals.alsoUndecided;
  const severities = SEVERITIES.flatMap((s) =>
    bySeverity[s] === undefined ? [] : [`${bySeverity[s]} ${s}`],
  );
  const since = previousAt === undefined ? '' : ` since the sweep of ${previousAt}`;
  return [
    `Evaluated:     ${counted(groups, 'group')} with ${counted(rules, 'rule')}, from ${startedAt} to ${endedAt}`,
    `Violating:     ${counted(violations, 'rule')} in ${counted(affected, 'group')}${violations === 0 ? '' : ` (${severities.join(', ')})`}`,
    ...(fresh === undefined
      ? ['New:           not known, there is no earlier sweep to compare with']
      : [`New:           ${fresh}${since}`]),
    ...(gone === undefined ? [] : [`Gone:          ${gone} of those that the previous sweep found`]),
    ...(exempt === 0 ? [] : [`Exempt:        ${exempt}, by exceptions`]),
    ...(undecided === 0
      ? []
      : [`Undecided:     ${undecided}, such as rules for prefix lists that cannot be read`]),
    ...(troubled === 0
      ? []
      : [`Failed:        ${counted(troubled, 'group')}; the log says why, and the next sweep tries again`]),
  ];
}

function wantedInWords({ wanted, mode }: DigestFacts): string[] {
  if (wanted === undefined) return [];
  const call = `CloudTrail left out what a call of ${wanted.since} was about, because it is too large, so this sweep evaluated all groups.`;
  const [log, compared] = ['The log has the event.', wanted.comparedWith];
  if (mode === 'enforce') return [call, log];
  if (compared !== undefined) {
    return [
      call,
      log,
      `It closes what the sweep of ${compared} had not seen, unless a record already has it.`,
    ];
  }
  return [
    call,
    log,
    'It closes nothing: there is no complete sweep before the call by the same policies, or this is a dry run.',
  ];
}

function missedInWords({ missed = [] }: DigestFacts): string[] {
  if (missed.length === 0) return [];
  const named = missed.slice(0, 10).map((id) => sanitize(id));
  const more = missed.length > named.length ? [`${missed.length - named.length} more`] : [];
  return [
    `${listInWords([...named, ...more])}: no violation at the last sweep, and in no record of an event.`,
    'CloudTrail delivers on a best-effort basis, so this may happen. If it happens often, check the trail and the event rules.',
  ];
}

function done({ mode, totals, wanted }: DigestFacts): string[] {
  if (totals.violations === 0) return [];
  if (mode === 'report' && wanted?.comparedWith === undefined)
    return [
      'Nothing: this sweep only reports. With mode=enforce and sweepMode=enforce it closes what it finds.',
    ];
  const cut = totals.byStatus.revoked
    ? ['New connections are blocked. Open connections may continue until they end.']
    : [];
  return [...statuses(totals.byStatus), ...cut];
}

/** The statuses with their counts, such as `8 revoked`, the most urgent first. */
export function statuses(byStatus: Readonly<Record<string, number>>): string[] {
  return Object.entries(STATUS_IN_WORDS).flatMap(([status, words]) =>
    byStatus[status] === undefined ? [] : [`${byStatus[status]} ${words}`],
  );
}

function mostSevere({ totals, missed = [], mode, target }: DigestFacts): string[] {
  const { mostSevere: lines, violations, undecided } = totals;
  const more = violations + undecided - lines.length;
  return [
    ...lines.flatMap((line) => [
      `${line.severity}${line.isNew ? ', NEW' : ''}${missed.includes(line.ruleId) ? ', MISSED BY EVENT' : ''}: ${line.rule}`,
      `  on ${placeOf(line, target)} [${line.ruleId}]`,
      `  ${[...line.policies, ...(line.wouldAlso ?? []).map((id) => `${id} (dry run)`)].join(', ')}: ${line.reason}`,
      ...(mode === 'enforce' || line.status !== 'reported'
        ? [`  ${STATUS_IN_WORDS[line.status]}${detailOf(line)}`]
        : []),
    ]),
    ...(more > 0 ? [`... and ${more} more in the log`] : []),
  ];
}

/** `web-prod sg-0abc`, with `of account 999999999999` when that is not the sweep's account. */
export function placeOf({ groupId, groupName, ownerId }: Line, { accountId }: Target): string {
  const owner = ownerId === accountId ? '' : ` of account ${ownerId}`;
  return `${groupName === groupId ? groupId : `${sanitize(groupName, 60)} ${groupId}`}${owner}`;
}

function detailOf({ status, detail, until }: Line): string {
  if (until !== undefined) return ` (${dayAndMinute(until)})`;
  const says = status === 'unconfirmed' ? '' : 'AWS said: ';
  return detail === undefined ? '' : ` (${says}${sanitize(detail, 200)})`;
}

/** The command that restores each group's record, and for readers without a clone, one AWS CLI command per rule. */
function undo(facts: DigestFacts): string[] {
  const { id, totals } = facts;
  const gone = totals.mostSevere.filter((line) => line.undo !== undefined);
  if (gone.length === 0) return [];
  const records = [...Map.groupBy(gone, ({ groupId }) => groupId)].map(([groupId, lines]) => {
    const ids = lines.some(({ status }) => status === 'revoked') ? [] : lines.map(({ ruleId }) => ruleId);
    return restoreById(`${id}/${groupId}`, facts, ids);
  });
  return [
    'Ask the people who run Portcullis for an exception first: without one, Portcullis revokes again what these commands',
    'restore. `portcullis history` lists all groups that lost rules. In a clone of Portcullis:',
    ...records,
    'With the AWS CLI alone:',
    ...gone.flatMap(({ undo: command = [] }) => command),
  ];
}

function seeAll({ target }: DigestFacts): string[] {
  return [
    `npx --no -- portcullis audit --region ${target.region}`,
    'shows everything as it is now. The log of the sweep has every finding with the full rule.',
  ];
}
