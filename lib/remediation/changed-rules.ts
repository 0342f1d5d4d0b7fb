// Which rules of the live group the change added or changed, and whether EC2 shows all of it yet.
import type { Changed } from '../change/change.ts';
import type { ChangedRules, ChangedWords } from '../change/changed-rules.ts';
import { within } from '../network/intervals.ts';
import { ALL_TRAFFIC } from '../network/ports.ts';
import {
  contentOf,
  type GroupSnapshot,
  parseTags,
  type SecurityGroup,
  type SecurityGroupRule,
} from '../rule.ts';

/** EC2 does not show what the event names yet; worth another try later. */
export class NotVisibleError extends Error {
  override readonly name = 'NotVisibleError';
}

/** After this many milliseconds EC2 shows the change: what cannot be seen has been removed. */
export const SETTLED_AFTER = 60_000;

/** Whether reads must show the change already. A change without a time (a sweep's) is as old as can be. */
export function isSettled({ time }: Changed, now: Date): boolean {
  return time === undefined || now.getTime() - Date.parse(time) > SETTLED_AFTER;
}

/**
 * True when the group has every rule that the event names, with the content and tags that the event gives, and is associated with its
 * VPC; associations that are not known show nothing.
 */
export function showsChange(
  { group, rules: live }: GroupSnapshot,
  named: ChangedRules,
  associated: readonly string[] | undefined,
): boolean {
  switch (named.by) {
    case 'id':
      return named.ids.every((id) =>
        live.some((rule) => rule.id === id && isAsSaid(rule, named.rules) && isWorded(rule, named.words)),
      );
    case 'content':
      return named.rules.every((wanted) =>
        live.some((rule) => contentOf(rule) === contentOf(wanted) && isDescribed(rule, wanted, named.words)),
      );
    case 'tags':
      return showsTags(group.tags, named);
    case 'vpc':
      return associated === undefined || associated.includes(named.vpcId);
    case 'group':
    case 'prefix-list':
      return true;
  }
}

/** The ids of the rules that the change added or changed; a rule that is not yet as the event says waits for another try. */
export function changedRulesIn(
  { rules }: GroupSnapshot,
  { rules: named, direction }: Changed,
  isComplete: boolean,
): ReadonlySet<string> {
  const candidates = rules.filter((rule) => direction === undefined || rule.direction === direction);
  const isShown = (rule: SecurityGroupRule) => isComplete || named.by !== 'id' || isAsSaid(rule, named.rules);
  return new Set(candidates.filter((rule) => isNamed(rule, named) && isShown(rule)).map(({ id }) => id));
}

type SaidOfTags = Pick<Extract<ChangedRules, { by: 'tags' }>, 'tags' | 'isRemoval'>;

function showsTags(tags: SecurityGroup['tags'], said: SaidOfTags): boolean {
  return said.tags.every(({ key, value }) => {
    const live = Object.hasOwn(tags, key) ? tags[key] : undefined;
    if (said.isRemoval) return live === undefined || (value !== undefined && live !== value);
    return live === value;
  });
}

/** Whether the rule has the words that the event gives. */
function isWorded({ id, aws }: SecurityGroupRule, words: ChangedWords | undefined): boolean {
  if (words === undefined) return true;
  if (words.of === 'tags') return showsTags(parseTags(aws.Tags), words);
  const said = Object.hasOwn(words.descriptions, id) ? words.descriptions[id] : undefined;
  return said === undefined || said === (aws.Description ?? '');
}

/** Without a description in the request, EC2 removes it. */
function isDescribed(
  live: SecurityGroupRule,
  said: SecurityGroupRule,
  words: ChangedWords | undefined,
): boolean {
  return words === undefined || (live.aws.Description ?? '') === (said.aws.Description ?? '');
}

/** A modified rule keeps its id, so only its content shows whether the read is outdated. */
export function isAsSaid(live: SecurityGroupRule, said: readonly SecurityGroupRule[]): boolean {
  const wanted = said.find(({ id }) => id === live.id);
  // A modification does not say the direction, and cannot change it.
  return wanted === undefined || contentOf({ ...wanted, direction: live.direction }) === contentOf(live);
}

/**
 * The ids of the rules that somebody may have changed or made after the change, so that their maker is not known: those that are otherwise
 * than its event says, and of a new group all but those that EC2 gives it.
 */
export function strangersIn(
  { rules }: GroupSnapshot,
  { rules: named, madeBy }: Changed,
): ReadonlySet<string> {
  if (madeBy === 'unknown') return new Set();
  const isStrange = (rule: SecurityGroupRule) => {
    if (named.by === 'id') return named.ids.includes(rule.id) && !isAsSaid(rule, named.rules);
    return named.by === 'group' && !isGivenByEc2(rule);
  };
  return new Set(rules.filter(isStrange).map(({ id }) => id));
}

/** A new group lets out everything (https://docs.aws.amazon.com/vpc/latest/userguide/default-custom-security-groups.html). */
function isGivenByEc2({ direction, traffic, peer }: SecurityGroupRule): boolean {
  const isToAll = peer.kind === 'cidr' && peer.cidr.prefixLength === 0;
  return direction === 'egress' && isToAll && within([ALL_TRAFFIC], [traffic]);
}

function isNamed(rule: SecurityGroupRule, named: ChangedRules): boolean {
  switch (named.by) {
    case 'id':
      return named.ids.includes(rule.id);
    case 'content':
      return named.rules.some((wanted) => contentOf(wanted) === contentOf(rule));
    case 'prefix-list':
      return rule.peer.kind === 'prefix-list' && rule.peer.prefixListId === named.prefixListId;
    case 'group':
    case 'tags':
    case 'vpc':
      return true;
  }
}
