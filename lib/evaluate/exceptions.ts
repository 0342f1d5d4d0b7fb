// Which exceptions of a policy hold for a rule, and which nearly do.
import { type AddressSet, areOverlapping } from '../network/cidr.ts';
import { overlaps } from '../network/intervals.ts';
import { allowedOf, NO_BLOCKS } from '../network/nat64.ts';
import { isUntil } from '../policy/day.ts';
import type { Exception } from '../policy/exception.ts';
import type { Policy } from '../policy/policy.ts';
import { hasWords } from '../policy/rule-words.ts';
import { fitsArn, turnsOnUnread, unmet } from '../policy/selector.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Concerned, Context, Makers } from './context.ts';
import { entriesOf } from './prefix-lists.ts';

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
  /** The exceptions that hold: each excuses its traffic from its sources. */
  readonly by: readonly Exception[];
  /** Those, and any of which an unread prefix list may hold the source. */
  readonly possible: readonly Exception[];
  /** Those of which nobody knows whether they hold, because the associations of the group are not known. */
  readonly perhaps: readonly Exception[];
  readonly near: readonly NearMiss[];
}

const NO_EXCUSE: Excuse = { by: [], possible: [], perhaps: [], near: [] };

/** An exception with the reasons why it does not hold that are the same for every rule of the group. */
export interface ExceptionStanding {
  readonly exception: Exception;
  readonly failing: readonly NearMiss['because'][];
  /** Whether a list among its sources could not be read. */
  readonly isUnread: boolean;
}

/** What is known of the exceptions of a policy before any rule is looked at. */
export function standingOf({ exceptions }: Policy, context: Context): readonly ExceptionStanding[] {
  return exceptions.map((exception) => ({
    exception,
    failing: [
      ...(isUntil(exception.expires, context.now) ? [] : (['expired'] as const)),
      ...unmet(exception.where, context, 'every'),
      ...(turnsOnUnread(exception.where, context, 'every') ? (['associations'] as const) : []),
    ],
    isUnread:
      exception.sources?.lists.some((id) => entriesOf(context.prefixLists, id) === undefined) ?? false,
  }));
}

/** Sorts the exceptions of a policy for a rule; `isChanged` tells whether the principals made it. */
export function excuse(
  standings: readonly ExceptionStanding[],
  concerned: Concerned,
  isChanged: boolean,
  context: Context,
): Excuse {
  if (standings.length === 0) return NO_EXCUSE;
  const judged = standings
    // What fails twice neither holds nor nearly holds.
    .filter(({ failing }) => failing.length < 2)
    .map(({ exception, failing, isUnread }) => ({
      exception,
      isUnread,
      failing: [...failing, ...failingFor(exception, concerned, isChanged, context)],
    }));
  const near = judged.flatMap(({ exception, failing: [because, ...more] }) =>
    because === undefined || more.length > 0 ? [] : [{ exception, because }],
  );
  const failingAtMost = (...allowed: readonly NearMiss['because'][]) =>
    judged.flatMap(({ exception, failing, isUnread }) =>
      failing.every((one) => allowed.includes(one) && (one !== 'sources' || isUnread)) ? [exception] : [],
    );
  const possible = failingAtMost('sources');
  const perhaps = failingAtMost('sources', 'associations').filter((one) => !possible.includes(one));
  return { by: failingAtMost(), possible, perhaps, near };
}

/** Why the exception does not hold for this very rule. */
function failingFor(
  exception: Exception,
  { rule, overlap, admitted }: Concerned,
  isChanged: boolean,
  context: Context,
): readonly NearMiss['because'][] {
  const { sources, traffic } = exception;
  // What nobody knows may well be excused.
  const touches = sources === undefined || admitted === undefined || names(sources, rule, admitted, context);
  return [
    ...(overlaps(overlap, traffic) ? [] : (['traffic'] as const)),
    ...(touches ? [] : (['sources'] as const)),
    ...(exception.rule === undefined || hasWords(rule, exception.rule) ? [] : (['rule'] as const)),
    ...failingMaker(exception, isChanged, makersOf(rule, context)),
  ];
}

function makersOf({ id }: SecurityGroupRule, { principals, strangers }: Context): Makers {
  return strangers?.ids.has(id) === true ? strangers.principals : principals;
}

function failingMaker(
  { principals }: Exception,
  isChanged: boolean,
  makers: Makers,
): readonly ('principals' | 'maker')[] {
  if (principals === undefined || makers === 'anybody') return [];
  if (makers === 'unknown') return ['maker'];
  return isChanged && makers.some((arn) => fitsArn(arn, principals)) ? [] : ['principals'];
}

/** Whether some of the admitted addresses are among the sources. */
function names(
  { addresses, lists }: NonNullable<Exception['sources']>,
  rule: SecurityGroupRule,
  admitted: AddressSet,
  { prefixLists }: Context,
): boolean {
  const isListed = (id: string) =>
    areOverlapping(admitted, allowedOf(rule, admitted, entriesOf(prefixLists, id) ?? NO_BLOCKS));
  return areOverlapping(admitted, addresses) || lists.some(isListed);
}
