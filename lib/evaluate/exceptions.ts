// Which exceptions of a policy hold for a rule, and which nearly do.
import { type AddressSet, intersectionOf, isEmpty, minusOf, NO_ADDRESSES, unionOf } from '../network/cidr.ts';
import { type Intervals, within } from '../network/intervals.ts';
import { isUntil } from '../policy/day.ts';
import type { Exception } from '../policy/exception.ts';
import { hasWords } from '../policy/rule-words.ts';
import { fitsArn, type RulePlace, turnsOnUnread, unmet } from '../policy/selector.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { ASSOCIATIONS } from './unread.ts';

/** What judging looks at beside rules and policies. */
export interface Context extends RulePlace {
  /** The ARNs of who made the changed rules, role and session. */
  readonly principals: readonly string[] | 'unknown';
  /** The entries of the prefix lists that could be read. */
  readonly prefixLists: ReadonlyMap<string, AddressSet>;
  readonly now: Date;
}

/** An exception that does not hold, for one single reason. */
export interface NearMiss {
  readonly exception: Exception;
  readonly because:
    | 'expired'
    | 'accounts'
    | 'vpcs'
    | 'regions'
    | 'groups'
    | 'traffic'
    | 'sources'
    | 'rule'
    | 'principals'
    | 'maker'
    | 'associations';
}

export interface Excuse {
  /** The addresses that do not count; `all` where an exception holds for any source. */
  readonly excused: AddressSet | 'all';
  /** The exceptions that hold. */
  readonly by: readonly Exception[];
  readonly near: readonly NearMiss[];
  /** Prefix lists that could not be read, and that might excuse more; ASSOCIATIONS where those of the group might. */
  readonly unread: readonly string[];
}

/** A rule, as far as exceptions look at it. */
export interface Excusable {
  readonly rule: SecurityGroupRule;
  /** The part of its traffic that the policy is about. */
  readonly overlap: Intervals<number>;
  readonly admitted: AddressSet;
  /** Whether the principals made it. */
  readonly isChanged: boolean;
}

/** Sorts the exceptions for a rule. */
export function excuse(exceptions: readonly Exception[], asked: Excusable, context: Context): Excuse {
  const judged = exceptions.map((exception) => ({
    exception,
    failing: failing(exception, asked, context),
  }));
  const by = judged.filter(({ failing: reasons }) => reasons.length === 0).map(({ exception }) => exception);
  const near = judged.flatMap(({ exception, failing: [because, ...more] }) =>
    because === undefined || more.length > 0 ? [] : [{ exception, because }],
  );
  return {
    by,
    near,
    unread: judged.flatMap(({ exception, failing: reasons }) => unreadOf(exception, reasons, context)),
    excused: by.some(({ sources }) => sources === undefined) ? 'all' : sourcesOf(by, context),
  };
}

/** The set without what is excused. */
export function minusExcused(set: AddressSet, { excused }: Excuse): AddressSet {
  if (excused === 'all') return NO_ADDRESSES;
  return isEmpty(excused) ? set : minusOf(set, excused);
}

function failing(
  exception: Exception,
  { rule, overlap, admitted, isChanged }: Excusable,
  context: Context,
): readonly NearMiss['because'][] {
  const { sources, traffic } = exception;
  const touches =
    sources === undefined || !isEmpty(intersectionOf(admitted, sourcesOf([exception], context)));
  return [
    ...(isUntil(exception.expires, context.now) ? [] : (['expired'] as const)),
    ...unmet(exception.where, context, 'every'),
    ...(turnsOnUnread(exception.where, context, 'every') ? (['associations'] as const) : []),
    ...(within(overlap, traffic) ? [] : (['traffic'] as const)),
    ...(touches ? [] : (['sources'] as const)),
    ...(exception.rule === undefined || hasWords(rule, exception.rule) ? [] : (['rule'] as const)),
    ...failingMaker(exception, isChanged, context),
  ];
}

/** What could not be read, and might make an exception hold, or hold for more. */
function unreadOf(
  { sources }: Exception,
  reasons: readonly NearMiss['because'][],
  { prefixLists }: Context,
): readonly string[] {
  const lists = (sources?.lists ?? []).filter((id) => !prefixLists.has(id));
  const isSettled = reasons.some((reason) => reason !== 'associations' && reason !== 'sources');
  if (isSettled || (lists.length === 0 && reasons.includes('sources'))) return [];
  return reasons.includes('associations') ? [...lists, ASSOCIATIONS] : lists;
}

function failingMaker(
  { principals }: Exception,
  isChanged: boolean,
  { principals: makers }: Context,
): readonly ('principals' | 'maker')[] {
  if (principals === undefined) return [];
  if (makers === 'unknown') return ['maker'];
  return isChanged && makers.some((arn) => fitsArn(arn, principals)) ? [] : ['principals'];
}

function sourcesOf(exceptions: readonly Exception[], { prefixLists }: Context): AddressSet {
  const sets = exceptions.flatMap(({ sources }) =>
    sources === undefined
      ? []
      : [sources.addresses, ...sources.lists.flatMap((id) => prefixLists.get(id) ?? [])],
  );
  return sets.reduce(unionOf, NO_ADDRESSES);
}
