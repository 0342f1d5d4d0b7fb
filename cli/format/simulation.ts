// A simulation as text: the mail first, then how it came about.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Hold } from '../../lib/plan/plan.ts';
import { actorInWords } from '../../lib/report/actor.ts';
import type { FindingJson, VerdictJson } from '../../lib/report/json.ts';
import type { Message } from '../../lib/report/message.ts';
import { ruleInWords } from '../../lib/report/phrases.ts';
import { obstacleInWords } from '../../lib/report/remainder-phrases.ts';
import { listInWords, sanitize } from '../../lib/report/sanitize.ts';
import { dayAndMinute } from '../../lib/report/times.ts';
import { parseRule } from '../../lib/rule.ts';
import { policyInWords } from '../report/rows.ts';
import type { Simulation } from '../run-simulation.ts';

/** The whole story; begins with the mail as it would arrive. The calls to AWS are told where everything is. */
export function showSimulation(simulation: Simulation, verbose: boolean): string {
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Change', showChange(simulation)],
    ['Verdicts', showVerdicts(simulation)],
    ['Plan', showPlan(simulation)],
    ...(verbose ? [['Calls to AWS', showCalls(simulation)] as const] : []),
    [
      'Outcomes',
      simulation.outcomes.flatMap(({ ruleId, outcome, detail, remainder = [] }) => [
        `${ruleId}  ${outcome}${detail ? `: ${sanitize(detail)}` : ''}`,
        ...remainder.map((kept) => `  ${kept.outcome}  ${ruleInWords(parseRule(kept.rule))}`),
      ]),
    ],
    ['The group before', [...simulation.before.map(showRule), ...showOrigin(simulation)]],
    ['The group after', simulation.after.map(showRule)],
  ];
  return [...showMails(simulation), ...sections.map(([title, lines]) => section(title, lines))].join('\n\n');
}

/** Several simulations, each after the place of its event; those that nothing comes of are short. */
export function showSimulations(
  simulations: readonly { readonly place: string; readonly simulation: Simulation }[],
  verbose: boolean,
): string {
  return simulations
    .map(({ place, simulation }) => {
      const isShort = simulation.change.kind !== 'changed';
      const text = isShort ? showChange(simulation).join('\n') : showSimulation(simulation, verbose);
      return `--- ${place} ---\n\n${text}`;
    })
    .join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`))].join('\n');
}

function showChange({ change }: Simulation): string[] {
  const who = `${sanitize(change.eventName)} by ${actorInWords(change.actor)}`;
  if (change.kind === 'none') return [who, `Nothing to evaluate: ${sanitize(change.reason, 300)}.`];
  if (change.kind === 'omitted') return [who, ...OMITTED];
  const place = `account ${change.accountId ?? 'not given'}, ${change.region ?? 'region not given'}`;
  return [who, `${sanitize(subjectOf(change))}, ${place}`];
}

/** Only a deployment has a sweep to compare with. */
const OMITTED = [
  'CloudTrail left out what the call is about, because it is too large. A deployed Portcullis now begins a sweep, which',
  'also revokes the violations that are newer than the last complete sweep before this event.',
];

function subjectOf({ group, rules }: Extract<Simulation['change'], { kind: 'changed' }>): string {
  if (group !== undefined) return `Security group ${group.by === 'id' ? group.id : group.name}`;
  if (rules.by === 'prefix-list') return `The groups with rules for prefix list ${rules.prefixListId}`;
  if (rules.by === 'tags') {
    return `Tags of ${listInWords([...(rules.groupIds ?? []), ...(rules.ruleIds ?? [])])}`;
  }
  return 'Security group named by its rules';
}

function showVerdicts({ verdicts, change, before }: Simulation): string[] {
  const ids = change.kind === 'changed' ? (change.rules.ids ?? []) : [];
  const missing = ids.filter((id) => !before.some((rule) => rule.SecurityGroupRuleId === id));
  if (missing.length > 0 && verdicts.length === 0) {
    return [
      `the group does not hold ${missing.join(', ')}, which the event is about: it must be the group after the event`,
    ];
  }
  if (verdicts.length === 0)
    return change.kind === 'changed' ? ['no policy concerns the rules that are there'] : [];
  // Compliant rules that the change did not touch are no news; the JSON has them.
  const news = verdicts.filter(({ verdict, actionable }) => actionable || verdict !== 'compliant');
  const ownFirst = news.toSorted((a, b) => Number(b.actionable) - Number(a.actionable));
  const alike = ({ verdict, ruleId, reason }: VerdictJson) => `${verdict} ${ruleId} ${reason}`;
  return [...Map.groupBy(ownFirst, alike).values()].flatMap(showAlike);
}

/** Verdicts on one rule that say the same: its policies on one line. */
function showAlike(verdicts: readonly VerdictJson[]): string[] {
  const [first] = verdicts;
  if (first === undefined) return [];
  const { verdict, ruleId, rule, reason, actionable } = first;
  const note = actionable ? '' : ' Not part of this change, so it is left alone.';
  return [
    `${verdict.padEnd(9)}  ${listInWords(verdicts.map(policyInWords))}  ${ruleId}`,
    `           ${ruleInWords(parseRule(rule))}`,
    `           ${reason}${note}`,
  ];
}

function showPlan({ plan }: Simulation): string[] {
  const lines = (action: string, findings: readonly FindingJson[]) =>
    findings.map(
      ({ ruleId, policies, wouldAlso }) =>
        `${action} ${ruleId}, because of ${listInWords(policies)}${alsoInWords(wouldAlso)}`,
    );
  return [
    ...lines('revoke', plan.revoke),
    ...lines('trim', plan.trim),
    ...plan.dryRun.flatMap((finding) =>
      lines(`in dry run: ${finding.remainder === undefined ? 'would revoke' : 'would trim'}`, [finding]),
    ),
    ...plan.notify.flatMap((notice) => {
      const obstacle = obstacleInWords(notice);
      return lines('notify about', [notice]).map((line) => (obstacle ? `${line}: ${obstacle}` : line));
    }),
    ...lines('say undecided on', plan.undecided),
    ...plan.held.flatMap((held) =>
      lines('leave open', [held]).map((line) => `${line}: ${sanitize(holdInWords(held))}`),
    ),
    ...lines('leave alone', plan.untouched),
  ];
}

function alsoInWords(policies: readonly string[] = []): string {
  return policies.length === 0 ? '' : `; would also: ${listInWords(policies)} (dry run)`;
}

function holdInWords(hold: Hold): string {
  switch (hold.because) {
    case 'protected':
      return hold.protection;
    case 'foreign':
      return `the group belongs to account ${hold.ownerId}, and Portcullis does not change groups of other accounts`;
    case 'breaker':
      return 'the breaker';
    case 'grace':
      return `its grace lasts until ${dayAndMinute(hold.until)}`;
  }
}

function showCalls({ calls }: Simulation): readonly string[] {
  return calls.map(({ api, input }) => `${api} ${JSON.stringify(abridge(input))}`);
}

function showRule(aws: AwsSecurityGroupRule): string {
  const rule = parseRule(aws);
  const described = aws.Description === undefined ? '' : `  "${sanitize(aws.Description)}"`;
  return `${rule.direction.padEnd(8)} ${rule.id}  ${ruleInWords(rule)}${described}`;
}

function showOrigin({ isMadeUp, change }: Simulation): readonly string[] {
  if (!isMadeUp || change.kind !== 'changed') return [];
  return [
    'made from the event, with the outbound rule of every new group: `--group` takes the group as it really is',
  ];
}

function showMails({ message, furtherMessages = [] }: Simulation): readonly string[] {
  if (message === null) return ['No mail: there is nothing to report.'];
  return [message, ...furtherMessages].map(showMail);
}

function showMail(message: Message): string {
  return [
    `The mail`,
    `  Subject: ${message.subject}`,
    '',
    ...message.email.split('\n').map((line) => `  ${line}`),
  ]
    .join('\n')
    .trimEnd();
}

/** The published message is shown as the mail, and of the ledger's items their names and states say enough. */
function abridge(input: object): object {
  if ('Message' in input) return { ...input, Message: '...' };
  const { Item, Key } = input as Partial<Record<'Item' | 'Key', Record<string, { readonly S?: string }>>>;
  const { id, state } = Item ?? Key ?? {};
  return id === undefined ? input : { id: id.S, state: state?.S };
}
