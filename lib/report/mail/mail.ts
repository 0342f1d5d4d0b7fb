// The plain-text mail, for somebody who reads it at night: what happened, is it bad, what do I do.
import { isGone, mayBeGone, type Outcome, revocations, violationsIn } from '../../plan/plan.ts';
import { actorInWords, toolInWords } from '../actor.ts';
import { holdInWords, holdRows, quietHoldsInWords, recurringInWords } from '../breaker-phrases.ts';
import { consoleLink } from '../console-link.ts';
import { wouldAlsoInWords } from '../dry-run-phrases.ts';
import type { Facts } from '../facts.ts';
import { flowLogsInWords } from '../flow-log-phrases.ts';
import { auditCommandLine } from '../own-commands.ts';
import { trafficsInWords } from '../phrases.ts';
import { sanitize, shorten, wrap } from '../sanitize.ts';
import { timeInWords } from '../times.ts';
import { addCommands, commandToRestore, undoInMail } from '../undo-commands.ts';
import { whyInWords } from '../why.ts';
import { exposureInMail } from './exposure-row.ts';
import { leads } from './lead.ts';
import { type Labelled, layOut } from './rows.ts';
import { alsoOpen, closeIt, staysOpen } from './still-open.ts';
import { graceOver, whyNow } from './why-now.ts';

/** Columns of advice: no mail client breaks it. */
export const WIDTH = 90;

/** The body of the mail. */
export function makeMail(facts: Facts): string {
  const loud = facts.checks.holds.filter(({ isLoud }) => isLoud);
  const holds = loud.map((hold) =>
    [
      `${holdInWords(hold)} This mail is for the people who run Portcullis.`,
      '',
      ...layOut(holdRows(hold, facts)),
    ].join('\n'),
  );
  const rows = layOut(loud.length > 0 ? factRows(facts) : [...factRows(facts), ...actionRows(facts)]);
  const parts = [...holds, ...leads(facts), rows.join('\n'), `Record ${sanitize(facts.id)}`];
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** What happened, and whether it is bad. */
function factRows(facts: Facts): readonly Labelled[] {
  const { eventName } = facts.change;
  return [
    { label: 'Comes back', lines: recurringInWords(facts) },
    { label: 'Exposure', lines: exposureInMail(facts) },
    { label: 'Flow logs', lines: flowLogsInWords(facts) },
    { label: 'AWS said', lines: answers(facts) },
    { label: 'Reason', lines: unseen(facts) },
    { label: /^(Authorize|Create)/.test(eventName) ? 'Added by' : 'Changed by', lines: [whoAndWhen(facts)] },
    { label: 'Why now', lines: [...whyNow(facts), ...graceOver(facts)] },
    { label: 'On hold', lines: quietHoldsInWords(facts) },
    { label: 'Policy', lines: whyInWords(facts) },
    { label: 'Dry run', lines: wouldAlsoInWords(facts) },
    { label: 'Also open', lines: alsoOpen(facts) },
  ];
}

/** What to do. */
function actionRows(facts: Facts): readonly Labelled[] {
  return [
    { label: 'Revoke it', lines: [...ifStillThere(facts), ...closeIt(facts)] },
    { label: 'Later', lines: staysOpen(facts) },
    { label: 'Instead', lines: instead(facts) },
    { label: 'Check it', lines: checkIt(facts) },
    { label: 'Not kept', lines: notKept(facts) },
    { label: 'Need it?', lines: needIt(facts) },
    { label: 'Console', lines: consoleLink(facts) },
  ];
}

function whoAndWhen({ change, audience }: Facts): string {
  const { actor, time, eventName } = change;
  const tool = toolInWords(actor);
  return [
    actorInWords(actor),
    ...(tool === undefined ? [] : [`client ${tool}`]),
    ...(actor.sourceAddress === undefined ? [] : [`from ${sanitize(actor.sourceAddress)}`]),
    ...(eventName.startsWith('Authorize') ? [] : [sanitize(eventName)]),
    ...(time === undefined ? [] : [timeInWords(time, audience)]),
  ].join(', ');
}

/** What AWS answered. */
function answers({ outcomes }: Facts): readonly string[] {
  const said = detailsOf(outcomes.filter(({ outcome }) => outcome !== 'unconfirmed'));
  const isDenied = outcomes.some(({ outcome }) => outcome === 'denied');
  const look =
    'For the people who run Portcullis: check the role of its function, and your service control policies.';
  return [...said, ...(isDenied ? [look] : [])];
}

/** Why nobody is sure. */
function unseen({ outcomes }: Facts): readonly string[] {
  return detailsOf(outcomes.filter(isUnconfirmed));
}

function detailsOf(outcomes: readonly Outcome[]): readonly string[] {
  const said = outcomes.flatMap(({ detail }) => (detail === undefined ? [] : [sanitize(detail, 300)]));
  return shorten([...new Set(said)], 3);
}

function ifStillThere({ outcomes }: Facts): readonly string[] {
  if (!outcomes.some(isUnconfirmed)) return [];
  return ['If a rule is already gone, this answers InvalidSecurityGroupRuleId.NotFound and changes nothing.'];
}

/** For rules of which nobody knows whether they violate. */
function checkIt({ plan, target }: Facts): readonly string[] {
  if (plan.undecided.length === 0) return [];
  return ['Fix what Portcullis could not read, then run:', auditCommandLine(target)];
}

function isUnconfirmed({ outcome }: Outcome): boolean {
  return outcome === 'unconfirmed';
}

/** The advice of each rule's most severe policy, with the traffic that it is for where there are several. */
function instead({ plan }: Facts): readonly string[] {
  const advice = Map.groupBy(violationsIn(plan), ({ verdicts: [first] }) => first.policy.description.trim());
  return [...advice].slice(0, MOST_ADVICE).flatMap(([text, findings]) => {
    const of = advice.size === 1 ? '' : `${trafficsInWords(findings.map(({ rule }) => rule))}: `;
    return wrap(`${of}${text}`, WIDTH);
  });
}

const MOST_ADVICE = 2;

function notKept(facts: Facts): readonly string[] {
  const commands = addCommands(facts);
  if (commands.length === 0) return [];
  return [
    'EC2 refused rules that were to stay, so allowed traffic is cut off. If somebody needs it:',
    ...shorten(commands),
  ];
}

function needIt(facts: Facts): readonly string[] {
  const { plan, outcomes, audience } = facts;
  const graced = plan.held.filter(({ because }) => because === 'grace');
  const policies = [...revocations(plan), ...plan.dryRun, ...graced].flatMap(({ verdicts }) =>
    verdicts.map(({ policy }) => policy),
  );
  if (!policies.some(({ action }) => action !== 'notify')) return [];
  const gone = outcomes.filter(mayBeGone);
  const again = gone.some(isGone) ? ': without one, Portcullis revokes the rule again' : '';
  const first = gone.length === 0 ? '' : ` first${again}`;
  const whom = audience.contact ?? 'the people who run Portcullis';
  return [`Ask ${whom} for an exception${first}.`, ...commandsToUndo(gone, facts)];
}

/**
 * One command that restores all of them, and for one rule the command of the AWS CLI, which needs no clone. Where the record has no such
 * command, one of the AWS CLI for each.
 */
function commandsToUndo(gone: readonly Outcome[], facts: Facts): readonly string[] {
  const restore = commandToRestore(facts);
  const commands = gone.map(({ rule }) => undoInMail(rule, facts));
  if (restore === undefined) return shorten(commands, MOST_COMMANDS);
  if (commands.length !== 1) return ['Then, in a clone of Portcullis:', restore];
  return ['Then, in a clone of Portcullis or with the AWS CLI:', restore, ...commands];
}

const MOST_COMMANDS = 5;
