// The sentences that a mail begins with: what happened to which rules, the most urgent first.
import type { SecurityGroup } from '../../rule.ts';
import { isForeign } from '../../target.ts';
import type { Facts } from '../facts.ts';
import { counted, directedRule, inNumber } from '../phrases.ts';
import { remainderInWords } from '../remainder-phrases.ts';
import { type ReportedRule, reportedRules, type Status } from '../reported-rule.ts';
import { stillOpenThrough } from '../residual-exposure.ts';
import { listInWords, sanitize, shorten } from '../sanitize.ts';
import { dayAndMinute } from '../times.ts';

/** The paragraphs about the rules. The group is named in the first. */
export function leads(facts: Facts): readonly string[] {
  const all = reportedRules(facts);
  if (all.length === 0) return [`Nothing is left to revoke in ${placeOf(facts)}.`];
  const alike = [...Map.groupBy(all, (one) => sentence(one, facts))];
  return alike.map(([say, rules], index) => {
    const what = `${counted(rules.length, 'rule')}${index === 0 ? ` of ${placeOf(facts)}` : ''}`;
    const news = index === 0 ? warnings(facts) : [];
    const said = inNumber(say, rules.length).replace('{rules}', () => what);
    return [[...news, said].join(' '), '', ...listed(rules, facts)].join('\n');
  });
}

/** What makes "revoked" less than good news, before it is said. */
function warnings(facts: Facts): readonly string[] {
  const { recurring } = facts.checks;
  const back = facts.rules.filter(({ id }) =>
    recurring.some(({ ruleId, isLoud }) => isLoud && ruleId === id),
  );
  const through = stillOpenThrough(facts);
  return [
    ...(through === undefined
      ? []
      : [`Another ${THROUGH[through]} still allows this traffic or a part of it.`]),
    ...(back.length === 0
      ? []
      : [back.length === 1 ? 'A rule keeps coming back.' : 'Rules keep coming back.']),
  ];
}

/** `security group web-prod (sg-0abc, account 111122223333, eu-west-1)`. */
function placeOf({ group, target }: Facts): string {
  const where = `account ${group.ownerId}, ${target.region}`;
  return group.name === group.id || group.name === ''
    ? `security group ${group.id} (${where})`
    : `security group ${sanitize(group.name, 60)} (${group.id}, ${where})`;
}

const THROUGH = { rule: 'rule of this group', group: 'security group' } as const;

/** Rules of one list; the record has all. */
const MOST_RULES = 10;

function listed(rules: readonly ReportedRule[], facts: Facts): readonly string[] {
  const lines = rules.map(({ rule }) => {
    const described = rule.aws.Description === undefined ? '' : `  "${sanitize(rule.aws.Description, 60)}"`;
    const rest = shorten(remainderInWords(rule, facts)).map((line) => `      ${line}`);
    return [`  - ${directedRule(rule)}  ${rule.id}${described}`, ...rest].join('\n');
  });
  return shorten(lines, MOST_RULES, 'in the record').map((line) =>
    line.startsWith('...') ? `  ${line}` : line,
  );
}

/** In these, `{rules}` stands for `1 rule of security group ...`. */
const OPEN = '{It is|They are} still open:';
const FOUND = 'Portcullis found {rules} that {violates|violate} a policy';

const SENTENCES: Readonly<
  Record<Exclude<Status, 'dry-run' | 'would-trim' | 'grace' | 'protected' | 'foreign'>, string>
> = {
  denied: `Portcullis could not revoke {rules}: AWS denied access. ${OPEN}`,
  failed: `Portcullis could not revoke {rules}, and this was the last try. ${OPEN}`,
  unconfirmed:
    'Portcullis asked EC2 to revoke {rules}, and could not confirm that {it is|they are} gone. {It|They} may still be open:',
  waiting: `Portcullis has not revoked {rules}: the circuit breaker holds {it|them} back. ${OPEN}`,
  revoked: 'Portcullis revoked {rules} because {it|they} violated a policy:',
  trimmed: 'Portcullis revoked the part of {rules} that violated a policy, and kept the rest:',
  gone: 'Portcullis asked EC2 to revoke {rules} and got no answer. {It is|They are} gone now, but somebody else may have removed {it|them}:',
  absent: 'Somebody else removed {rules} before Portcullis could:',
  changed:
    'Somebody changed {rules} before Portcullis could revoke {it|them}. {It no longer violates|They no longer violate} a policy:',
  added:
    'To trim another rule, Portcullis added {rules}. It could not trim that rule in the end, and left what it added:',
  notify: `${FOUND}, and only reports {it|them}. ${OPEN}`,
  undecided:
    'Portcullis could not tell whether {rules} {violates|violate} a policy, and left {it|them} open:',
};

function sentence({ status, rule, until = '' }: ReportedRule, facts: Facts): string {
  switch (status) {
    case 'grace':
      return `Portcullis will revoke {rules} at ${dayAndMinute(until, facts.audience)} if {it still violates|they still violate} a policy then. ${OPEN}`;
    case 'protected':
      return `${FOUND}, and does not change {it|them}: ${protectionOf(rule.id, facts)}. ${OPEN}`;
    case 'foreign':
      return `${FOUND}. ${ownerInWords(facts.group)} ${OPEN}`;
    case 'dry-run':
    case 'would-trim':
      return `${dryRun(rule.id, status === 'would-trim', facts)} ${OPEN}`;
    case 'notify':
      return isForeign(facts.group, facts.target)
        ? `${FOUND}. ${ownerInWords(facts.group)} ${OPEN}`
        : SENTENCES.notify;
    default:
      return SENTENCES[status];
  }
}

function ownerInWords({ ownerId }: SecurityGroup): string {
  return `It does not change groups of other accounts: ask account ${ownerId}, which owns this one.`;
}

function protectionOf(ruleId: string, { plan }: Facts): string {
  const found = plan.held.find((held) => held.rule.id === ruleId);
  return found?.because === 'protected' ? sanitize(found.protection) : 'its group is protected';
}

/** Whose dry run it is: that of the deployment, or of policies. */
function dryRun(ruleId: string, isTrim: boolean, { mode, plan }: Facts): string {
  const done = isTrim ? 'revoked a part of' : 'revoked';
  if (mode === 'dry-run') return `Dry run: in enforce mode Portcullis would have ${done} {rules}.`;
  const found = plan.dryRun.find(({ rule }) => rule.id === ruleId);
  const ids = [...new Set((found?.verdicts ?? []).map(({ policy }) => policy.id))];
  const [policies, they] = ids.length === 1 ? ['Policy', 'the policy is'] : ['Policies', 'they are'];
  return `${policies} ${listInWords(ids)} would have ${done} {rules}, but ${they} in dry run.`;
}
