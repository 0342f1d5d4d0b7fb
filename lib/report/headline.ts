// The one line that says what happened: subject of the mail, title in the chat.
import type { SecurityGroupRule } from '../rule.ts';
import type { Facts } from './facts.ts';
import { peerInShort, trafficInWords } from './phrases.ts';
import { type ReportedRule, reportedRules, type Status } from './reported-rule.ts';
import { stillOpenThrough } from './residual-exposure.ts';
import { toAscii } from './sanitize.ts';
import { cutTo, LONGEST_SUBJECT, withPlace } from './subject.ts';
import { minuteInWords } from './times.ts';

/** The fewest characters of a group name that still tell it from others. */
const SHORTEST_NAME = 12;

/** `Revoked: SSH open to internet on web-prod (111122223333/eu-west-1)`. */
export function makeHeadline(facts: Facts): string {
  const { ownerId } = facts.group;
  const { region } = facts.target;
  const { text, others = '', isOfGroup } = storyOf(facts);
  if (!isOfGroup) return withPlace(text, ownerId, region);
  const name = toAscii(facts.group.name) || facts.group.id;
  const room = LONGEST_SUBJECT - withPlace(' on ', ownerId, region).length;
  const story = `${cutTo(text, room - others.length - Math.min(name.length, SHORTEST_NAME))}${others}`;
  return withPlace(`${story} on ${cutInTheMiddle(name, room - story.length)}`, ownerId, region);
}

interface Story {
  readonly text: string;
  /** What became of other rules; never cut. */
  readonly others?: string;
  /** Whether the group belongs in the line. */
  readonly isOfGroup: boolean;
}

function storyOf(facts: Facts): Story {
  const { checks } = facts;
  const loud = checks.holds.find(({ isLoud }) => isLoud);
  if (loud !== undefined) return { text: HOLDS[loud.because](loud.policyIds), isOfGroup: false };
  const [first, ...others] = reportedRules(facts);
  if (first === undefined) return { text: 'Nothing left to revoke', isOfGroup: true };
  const traffic = trafficInWords(first.rule.traffic);
  if (checks.recurring.some(({ isLoud }) => isLoud))
    return { text: `Keeps coming back: ${traffic}`, isOfGroup: true };
  const through = stillOpenThrough(facts);
  if (through !== undefined) return { text: `Still open by another ${through}: ${traffic}`, isOfGroup: true };
  return { text: HEADLINES[first.status](first), others: othersInWords(first, others), isOfGroup: true };
}

const HOLDS: Readonly<Record<'latched' | 'limit' | 'stopped', (ids: readonly string[]) => string>> = {
  latched: ([first = '', ...more]) =>
    more.length === 0
      ? `ACTION: policy ${first} is on hold, rules still open`
      : `ACTION: ${more.length + 1} policies are on hold, rules still open`,
  limit: () => 'Breaker limit reached, rules wait and are still open',
  stopped: () => 'ACTION: revoking is stopped, rules still open',
};

const HEADLINES: Readonly<Record<Status, (reported: ReportedRule) => string>> = {
  denied: ({ rule }) => `ACTION: ${opening(rule, 'still open')}`,
  failed: ({ rule }) => `ACTION: ${opening(rule, 'still open')}`,
  unconfirmed: ({ rule }) => `ACTION: ${opening(rule, 'may still be open')}`,
  waiting: ({ rule }) => `On hold: ${opening(rule, 'still open')}`,
  protected: ({ rule }) => `Left open: ${short(rule)}`,
  foreign: ({ rule }) => `Ask the owner: ${opening(rule, 'open')}`,
  grace: ({ rule, until = '' }) => `To be revoked at ${minuteInWords(until)}: ${short(rule)}`,
  revoked: ({ rule }) => `Revoked: ${opening(rule, 'open')}`,
  trimmed: ({ rule }) => `Trimmed: ${opening(rule, 'open')}`,
  'dry-run': ({ rule }) => `Dry run: ${opening(rule, 'open')}`,
  'would-trim': ({ rule }) => `Dry run: ${opening(rule, 'open')}`,
  gone: ({ rule }) => `Gone, not confirmed by EC2: ${short(rule)}`,
  absent: ({ rule }) => `Already gone: ${short(rule)}`,
  changed: ({ rule }) => `Compliant now: ${short(rule)}`,
  added: ({ rule }) => `Added and left: ${short(rule)}`,
  notify: ({ rule }) => `Notice: ${opening(rule, 'open')}`,
  undecided: ({ rule }) => `Could not evaluate: ${short(rule)}`,
};

/** There is no room for more kinds of others. */
const MOST_OTHERS = 2;

/** What the others are called that the line has only a number for. */
const IN_SHORT: Readonly<Record<Status, string>> = {
  denied: 'still open',
  failed: 'still open',
  unconfirmed: 'not confirmed',
  waiting: 'on hold',
  protected: 'left open',
  foreign: 'left open',
  grace: 'to be revoked',
  revoked: 'revoked',
  trimmed: 'trimmed',
  'dry-run': 'in dry run',
  'would-trim': 'in dry run',
  gone: 'gone',
  absent: 'already gone',
  changed: 'compliant now',
  added: 'added',
  notify: 'reported',
  undecided: 'not evaluated',
};

function othersInWords(first: ReportedRule, others: readonly ReportedRule[]): string {
  const word = IN_SHORT[first.status];
  return [...Map.groupBy(others, ({ status }) => IN_SHORT[status])]
    .slice(0, MOST_OTHERS)
    .map(([of, { length }]) => (of === word ? ` and ${length} more` : `, ${length} ${of}`))
    .join('');
}

/** `SSH still open to internet`, `outbound SMTP still open to internet`. */
function opening(rule: SecurityGroupRule, open: string): string {
  const traffic = trafficInWords(rule.traffic);
  const outbound = rule.direction === 'egress' ? 'outbound ' : '';
  return `${outbound}${traffic} ${open} to ${peerInShort(rule)}`;
}

/** `SSH from internet`. */
function short(rule: SecurityGroupRule): string {
  return `${trafficInWords(rule.traffic)} ${rule.direction === 'ingress' ? 'from' : 'to'} ${peerInShort(rule)}`;
}

/** Dots would make a link of what follows, and be broken again. */
function cutInTheMiddle(name: string, length: number): string {
  if (name.length <= length) return name;
  const head = Math.ceil((length - 1) / 2);
  return `${name.slice(0, head)}~${name.slice(name.length - (length - 1 - head))}`;
}
