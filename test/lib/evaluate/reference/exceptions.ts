// Which exceptions of a policy hold for a rule, and which nearly do.

import type { Concerned, Context } from '../../../../lib/evaluate/context.ts';
import { entriesOf } from '../../../../lib/evaluate/prefix-lists.ts';
import { type AddressSet, intersectionOf, isEmpty, unionOf } from '../../../../lib/network/cidr.ts';
import { overlaps } from '../../../../lib/network/intervals.ts';
import { allowedOf, NO_BLOCKS } from '../../../../lib/network/nat64.ts';
import { isUntil } from '../../../../lib/policy/day.ts';
import type { Exception } from '../../../../lib/policy/exception.ts';
import { hasWords } from '../../../../lib/policy/rule-words.ts';
import { fitsArn, turnsOnUnread, unmet } from '../../../../lib/policy/selector.ts';
import type { SecurityGroupRule } from '../../../../lib/rule.ts';

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

/** Sorts the exceptions of its policy for a rule; `isChanged` tells whether the principals made it. */
export function excuse(concerned: Concerned, isChanged: boolean, context: Context): Excuse {
  const { exceptions } = concerned.policy;
  if (exceptions.length === 0) return NO_EXCUSE;
  const judged = exceptions.map((exception) => ({
    exception,
    failing: failing(exception, concerned, isChanged, context),
  }));
  const near = judged.flatMap(({ exception, failing: [because, ...more] }) =>
    because === undefined || more.length > 0 ? [] : [{ exception, because }],
  );
  const isUnread = ({ sources }: Exception) =>
    sources?.lists.some((id) => entriesOf(context.prefixLists, id) === undefined) ?? false;
  const failingAtMost = (...allowed: readonly NearMiss['because'][]) =>
    judged.flatMap(({ exception, failing: reasons }) =>
      reasons.every((one) => allowed.includes(one) && (one !== 'sources' || isUnread(exception)))
        ? [exception]
        : [],
    );
  const possible = failingAtMost('sources');
  const perhaps = failingAtMost('sources', 'associations').filter((one) => !possible.includes(one));
  return { by: failingAtMost(), possible, perhaps, near };
}

function failing(
  exception: Exception,
  { rule, overlap, admitted }: Concerned,
  isChanged: boolean,
  context: Context,
): readonly NearMiss['because'][] {
  const { sources, traffic } = exception;
  // What nobody knows may well be excused.
  const touches =
    sources === undefined ||
    admitted === undefined ||
    !isEmpty(intersectionOf(admitted, sourcesOf(sources, rule, admitted, context)));
  return [
    ...(isUntil(exception.expires, context.now) ? [] : (['expired'] as const)),
    ...unmet(exception.where, context, 'every'),
    ...(turnsOnUnread(exception.where, context, 'every') ? (['associations'] as const) : []),
    ...(overlaps(overlap, traffic) ? [] : (['traffic'] as const)),
    ...(touches ? [] : (['sources'] as const)),
    ...(exception.rule === undefined || hasWords(rule, exception.rule) ? [] : (['rule'] as const)),
    ...failingMaker(exception, isChanged, rule, context),
  ];
}

function failingMaker(
  { principals }: Exception,
  isChanged: boolean,
  rule: SecurityGroupRule,
  context: Context,
): readonly ('principals' | 'maker')[] {
  const { strangers } = context;
  const makers = strangers?.ids.has(rule.id) ? strangers.principals : context.principals;
  if (principals === undefined || makers === 'anybody') return [];
  if (makers === 'unknown') return ['maker'];
  return isChanged && makers.some((arn) => fitsArn(arn, principals)) ? [] : ['principals'];
}

function sourcesOf(
  { addresses, lists }: NonNullable<Exception['sources']>,
  rule: SecurityGroupRule,
  admitted: AddressSet,
  { prefixLists }: Context,
): AddressSet {
  const excusedBy = (id: string) => allowedOf(rule, admitted, entriesOf(prefixLists, id) ?? NO_BLOCKS);
  return lists.reduce((set, id) => unionOf(set, excusedBy(id)), addresses);
}
