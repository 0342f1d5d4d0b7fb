// The plain-text mail: what happened, what was done, why, and how to go on.
import type { Undecided, Violation } from '../evaluate.ts';
import type { Finding, Outcome } from '../plan.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { actorInWords, toolInWords } from './actor.ts';
import { isUntracked } from './connections.ts';
import { makeHeadline, STATUS_WORDS, type Status, told } from './headline.ts';
import { reasonOf } from './reason.ts';
import { type Facts, makeRecord } from './record.ts';
import { stillOpen } from './still-open.ts';
import { harmless, listInWords } from './text.ts';
import { undoCommand } from './undo.ts';
import { durationInWords, ruleInWords } from './words.ts';

/** More of a list than this nobody reads in a mail. */
const LONGEST_LIST = 20;

/** The body of the mail. */
export function makeMail(facts: Facts): string {
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['What happened', whatHappened(facts)],
    ['What Portcullis did', whatWasDone(facts)],
    ['Why', why(facts)],
    ['What to do instead', whatInstead(facts)],
    ['The group before and after', beforeAndAfter(facts)],
    ['If you need the rule', howToKeep(facts)],
  ];
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title.toUpperCase(), ...lines.map((line) => `  ${line}`)].join('\n'));
  return [`${makeHeadline(facts)}.`, ...body, `Record ${harmless(makeRecord(facts).id)}`]
    .join('\n\n')
    .concat('\n');
}

function whatHappened({ change, group, accountId, region }: Facts): string[] {
  const tool = toolInWords(change.actor);
  const from = change.actor.sourceAddress;
  return [
    `Who:    ${actorInWords(change.actor)}`,
    ...(from === undefined ? [] : [`From:   ${harmless(from)}${tool === undefined ? '' : `, with ${tool}`}`]),
    `What:   ${harmless(change.eventName)}${change.time === undefined ? '' : ` at ${change.time}`}`,
    `Where:  security group ${group.name === group.id ? '' : `${harmless(group.name)} `}${group.id}, account ${accountId}, ${region}`,
  ];
}

function whatWasDone(facts: Facts): string[] {
  const lines = told(facts).map(
    ({ status, rule }) => `${STATUS_WORDS[status]}: ${ruleInWords(rule)} [${rule.id}]`,
  );
  const details = facts.outcomes.flatMap(({ detail }) =>
    detail === undefined ? [] : [`AWS said: ${harmless(detail, 300)}`],
  );
  return [...shorten(lines), ...new Set(details), ...afterwards(facts)];
}

function afterwards(facts: Facts): string[] {
  const { plan, mode, outcomes } = facts;
  if (mode === 'dry-run' && plan.revoke.length > 0) {
    return ['Dry run: nothing was changed. In enforce mode the rule would be gone now.'];
  }
  const revoked = outcomes.filter(({ outcome }) => outcome === 'revoked');
  const open = stillOpen(facts).map(
    (rule) =>
      `STILL OPEN: ${ruleInWords(rule)} [${rule.id}] lets in the same, and is not part of this change.`,
  );
  const advice = [...new Set(told(facts).map(({ status }) => status))].flatMap(
    (status) => ADVICE[status] ?? [],
  );
  if (revoked.length === 0) return [...open, ...advice];
  return [...openFor(facts), ...open, establishedConnections(facts, revoked), ...advice];
}

/** What to do where the mail cannot have the last word. */
const ADVICE: Partial<Readonly<Record<Status, string>>> = {
  denied:
    'The rule is still there. Portcullis may not revoke it: do it by hand, and look at its role and your SCPs.',
  failed:
    'The rule is still there. Portcullis tries again for some minutes: if no mail says "Revoked", do it by hand.',
  unconfirmed: 'AWS took the revoke, but still shows the rule: look at the group in a few minutes.',
};

/** Only for rules that the event made; how long others were open it does not say. */
function openFor({ change, now }: Facts): string[] {
  if (change.rules.by === 'group')
    return ['The event does not say which rules are new, so all of that direction were judged.'];
  const milliseconds = now.getTime() - Date.parse(change.time ?? '');
  if (change.direction === undefined || !(milliseconds >= 0)) return [];
  return [`It was open for ${durationInWords(milliseconds)}.`];
}

function establishedConnections(facts: Facts, revoked: readonly Outcome[]): string {
  const blocked =
    stillOpen(facts).length > 0
      ? 'By the revoked rules no new connections come in.'
      : 'New connections are blocked.';
  return revoked.every(({ rule }) => isUntracked(rule, facts.rules))
    ? `${blocked} Connections that were open are most likely cut too.`
    : `${blocked} Connections that were open may live on until they end: check for them.`;
}

function why({ plan }: Facts): string[] {
  const findings: readonly Finding<Violation | Undecided>[] = [
    ...plan.revoke,
    ...plan.notify,
    ...plan.undecided,
  ];
  const lines = findings.flatMap(({ verdicts }) => [
    ...new Set(verdicts.map(reasonOf)),
    ...verdicts.map(({ policy }) => `- ${policy.id} (${policy.severity}): ${policy.title}`),
  ]);
  return shorten([...new Set(lines)]);
}

/** The advice of each rule's gravest policy: more than that nobody reads. */
function whatInstead({ plan }: Facts): string[] {
  const texts = [...plan.revoke, ...plan.notify].map(({ verdicts: [gravest] }) =>
    gravest.policy.description.trim(),
  );
  return [...new Set(texts)].flatMap((text) => wrap(text));
}

function beforeAndAfter({ rules, outcomes, plan }: Facts): string[] {
  const gone = new Set(
    outcomes.filter((o) => o.outcome === 'revoked' || o.outcome === 'absent').map((o) => o.rule),
  );
  const shown = [...plan.revoke, ...plan.notify, ...plan.undecided].map(({ rule }) => rule.direction);
  const concerned = rules.filter(({ direction }) => shown.includes(direction));
  const untouched = new Set(
    plan.untouched.map(({ rule }) => rule).filter((rule) => concerned.includes(rule)),
  );
  const stays = concerned.filter((rule) => !gone.has(rule) && !untouched.has(rule));
  const lines = [
    ...[...gone].map((rule) => `- gone   ${lineOf(rule)}`),
    ...[...untouched].map(
      (rule) => `  stays  ${lineOf(rule)}  (violates too, but is not part of this change)`,
    ),
    ...stays.map((rule) => `  stays  ${lineOf(rule)}`),
  ];
  return shorten(lines, 'rules of the group');
}

function howToKeep({ plan, region }: Facts): string[] {
  if (plan.revoke.length === 0) return [];
  const policies = plan.revoke.flatMap(({ verdicts }) => verdicts.map(({ policy }) => policy));
  const files = policies.filter(({ action }) => action === 'revoke').map(({ id }) => `policies/${id}.yaml`);
  return [
    `Ask the people who run Portcullis to change ${listInWords([...new Set(files)])}. Until then,`,
    'what the following commands put back will be revoked again:',
    ...shorten(
      plan.revoke.map(
        ({ rule }) => undoCommand(rule, region) ?? `(${rule.id}: too long for a mail, see the log)`,
      ),
      'commands, in the log',
    ),
  ];
}

function lineOf(rule: SecurityGroupRule): string {
  const described = rule.aws.Description === undefined ? '' : `  "${harmless(rule.aws.Description)}"`;
  return `${ruleInWords(rule)}${described}`;
}

function shorten(lines: readonly string[], what = 'in the log'): string[] {
  if (lines.length <= LONGEST_LIST) return [...lines];
  return [...lines.slice(0, LONGEST_LIST), `... and ${lines.length - LONGEST_LIST} more ${what}`];
}

function wrap(text: string, width = 90): string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S+`, 'g')) ?? [];
}
