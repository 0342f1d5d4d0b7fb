// The plain-text mail: what happened, what was done, why, and how to go on.
import { isGone, mayBeGone, reportedIn, revocations, violationsIn } from '../../plan/plan.ts';
import { parseRule, type SecurityGroupRule } from '../../rule.ts';
import { actorInWords, toolInWords } from '../actor.ts';
import { exposureSentence } from '../exposure-phrases.ts';
import type { Facts } from '../facts.ts';
import { flowLogsInWords } from '../flow-log-phrases.ts';
import { makeHeadline } from '../headline.ts';
import { ruleInWords } from '../phrases.ts';
import { listInWords, sanitize, shorten, wrap } from '../sanitize.ts';
import { commandToRestore, undoCommand } from '../undo-commands.ts';
import { whyInWords } from '../why.ts';
import { mailActions } from './mail-actions.ts';

/** Columns of advice: a mail client need not break it. */
const WIDTH = 90;

/** The body of the mail. */
export function makeMail(facts: Facts): string {
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['What happened', whatHappened(facts)],
    ['What Portcullis did', mailActions(facts)],
    ['Why', whyInWords(facts)],
    ['What to do instead', whatInstead(facts)],
    ['The group before and after', beforeAndAfter(facts)],
    ['If you need the rule', howToKeep(facts)],
  ];
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title.toUpperCase(), ...lines.map((line) => `  ${line}`)].join('\n'));
  return [`${makeHeadline(facts)}.`, ...body, `Record ${sanitize(facts.id)}`].join('\n\n').concat('\n');
}

function whatHappened(facts: Facts): string[] {
  const { change, group, target } = facts;
  const tool = toolInWords(change.actor);
  const from = change.actor.sourceAddress;
  return [
    `Who:    ${actorInWords(change.actor)}`,
    ...(from === undefined ? [] : [`From:   ${sanitize(from)}${tool === undefined ? '' : `, with ${tool}`}`]),
    `What:   ${sanitize(change.eventName)}${change.time === undefined ? '' : ` at ${change.time}`}`,
    `Where:  security group ${group.name === group.id ? '' : `${sanitize(group.name)} `}${group.id}, account ${group.ownerId}, ${target.region}`,
    ...exposureSentence(facts).map((sentence) => `Reach:  ${sentence}`),
    ...flowLogsInWords(facts).map((sentence) => `Logs:   ${sentence}`),
  ];
}

/** The advice of each rule's worst policy: more than that nobody reads. */
function whatInstead({ plan }: Facts): string[] {
  const texts = violationsIn(plan).map(({ verdicts: [worst] }) => worst.policy.description.trim());
  return [...new Set(texts)].flatMap((text) => wrap(text, WIDTH));
}

function beforeAndAfter({ rules, outcomes, plan, added: left = [] }: Facts): string[] {
  const gone = new Set(outcomes.filter(isGone).map((o) => o.rule));
  const kept = outcomes.flatMap(({ remainder = [] }) =>
    remainder.filter(({ outcome }) => outcome === 'added'),
  );
  const added = [...kept.map(({ rule }) => parseRule(rule)), ...left];
  const shown = [...reportedIn(plan).map(({ rule }) => rule), ...left].map(({ direction }) => direction);
  const concerned = rules.filter(({ direction }) => shown.includes(direction));
  const untouched = new Set(
    plan.untouched.map(({ rule }) => rule).filter((rule) => concerned.includes(rule)),
  );
  const unsure = outcomes.filter(({ outcome }) => outcome === 'unconfirmed').map(({ rule }) => rule);
  const known = [...gone, ...unsure, ...untouched];
  const stays = concerned.filter((rule) => !known.includes(rule));
  const lines = [
    ...[...gone].map((rule) => `- gone   ${lineOf(rule)}`),
    ...unsure.map((rule) => `? gone   ${lineOf(rule)}`),
    ...added.map((rule) => `+ added  ${lineOf(rule)}`),
    ...[...untouched].map(
      (rule) => `  stays  ${lineOf(rule)}  (violates too, but is not part of this change)`,
    ),
    ...stays.map((rule) => `  stays  ${lineOf(rule)}`),
  ];
  return shorten(lines, 'rules of the group');
}

function howToKeep(facts: Facts): string[] {
  const graced = facts.plan.held.filter(({ because }) => because === 'grace');
  const findings = [...revocations(facts.plan), ...facts.plan.dryRun, ...graced];
  if (findings.length === 0) return [];
  const policies = findings.flatMap(({ verdicts }) => verdicts.map(({ policy }) => policy));
  const ids = new Set(policies.filter(({ action }) => action !== 'notify').map(({ id }) => id));
  return [
    `Ask the people who run Portcullis for an exception to ${listInWords([...ids])}.`,
    ...howToRestore(facts),
  ];
}

function howToRestore(facts: Facts): string[] {
  const gone = facts.outcomes.filter(mayBeGone);
  if (gone.length === 0) return [];
  const commands = gone.map(
    ({ rule }) => undoCommand(rule, facts) ?? `(${rule.id}: too long for a mail, see the log)`,
  );
  const own = commandToRestore(facts);
  return [
    'Without one, Portcullis revokes again what these commands put back.',
    ...(own === undefined ? [] : ['In a clone of Portcullis:', own, 'With the AWS CLI alone:']),
    ...shorten(commands, 'commands, in the log'),
  ];
}

function lineOf(rule: SecurityGroupRule): string {
  const described = rule.aws.Description === undefined ? '' : `  "${sanitize(rule.aws.Description)}"`;
  return `${ruleInWords(rule)}${described}`;
}
