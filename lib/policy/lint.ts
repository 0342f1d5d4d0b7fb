// What is wrong with policies that are valid: those that cannot mean what their author meant.

import {
  type AddressSet,
  intersectionOf,
  isEmpty,
  isTooMany,
  minusOf,
  parseCidr,
  parseSet,
} from '../network/cidr.ts';
import { overlaps, within } from '../network/intervals.ts';
import { asCounted } from '../network/nat64.ts';
import { isUntil } from './day.ts';
import type { Exception } from './exception.ts';
import { expiresSoon } from './expiring.ts';
import { doubtfulIcmp } from './lint-icmp.ts';
import { lintFindingsIn } from './lint-patterns.ts';
import { ACTIONS, compilePolicy, MODES, type Policy } from './policy.ts';
import type { PolicyDocument } from './schema.ts';
import type { TrafficDocument } from './traffic-schema.ts';

export interface Warning {
  readonly policy: string;
  /** Where in the document, as keys and positions. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The warnings about policies that stand side by side. */
export function lint(documents: readonly PolicyDocument[], now: Date): readonly Warning[] {
  const compiled = documents.map((document) => ({ document, policy: compilePolicy(document) }));
  return compiled.flatMap(({ document, policy }) => {
    const others = compiled.map((other) => other.policy).filter((other) => other !== policy);
    return [
      ...neverMatches(policy),
      ...policy.exceptions.flatMap((exception, position) => ofException(policy, exception, position, now)),
      ...coveredBy(policy, others),
      ...forgetsFamily(policy),
      ...lintFindingsIn(document),
      ...icmpDoubts(document),
      ...idleGrace(policy),
    ].map((warning) => ({ policy: policy.id, ...warning }));
  });
}

type Found = Omit<Warning, 'policy'>;

function icmpDoubts({ match, exceptions = [] }: PolicyDocument): readonly Found[] {
  const at = (path: Warning['path'], traffic: TrafficDocument): readonly Found[] =>
    doubtfulIcmp(traffic).map((message) => ({ path: [...path, 'icmp'], message }));
  return [
    ...at(['match'], match),
    ...exceptions.flatMap((one, position) => at(['exceptions', position], one)),
  ];
}

/** A grace is the time before a policy acts. */
function idleGrace({ grace, action, mode }: Policy): readonly Found[] {
  const at = (message: string): readonly Found[] => [{ path: ['grace'], message }];
  if (grace === undefined) return [];
  if (action === 'notify')
    return at('this policy only notifies, and does so at once: a grace changes nothing');
  if (mode === 'dry-run')
    return at('nothing is revoked in a dry run: the grace changes nothing until the policy is enforced');
  return [];
}

function neverMatches(policy: Policy): readonly Found[] {
  const { traffic, forbidden, tolerance } = policy;
  const forbidsNone = forbidden !== 'any' && !isTooMany(asCounted(policy, forbidden), tolerance);
  if (traffic.length > 0 && !forbidsNone) return [];
  const what = forbidsNone
    ? 'it forbids no more addresses than it tolerates'
    : 'there is no traffic that it is about';
  return [{ path: ['match'], message: `no rule can ever violate this policy: ${what}` }];
}

function ofException(policy: Policy, exception: Exception, position: number, now: Date): readonly Found[] {
  const at = (key: string, message: string): Found => ({ path: ['exceptions', position, key], message });
  const { expires, owner } = exception;
  if (!isUntil(expires, now)) return [at('expires', `this exception of ${owner} expired on ${expires}`)];
  const soon = expiresSoon(exception, now)
    ? [at('expires', `this exception of ${owner} expires soon, on ${expires}`)]
    : [];
  return [
    ...soon,
    ...(isForWordsAlone(exception) ? [at('rule', WORDS)] : []),
    ...neverApplies(policy, exception).map((what) =>
      at(
        keyOf(what, policy, position),
        `this exception can never apply: the policy never considers these ${what}`,
      ),
    ),
  ];
}

const WORDS =
  'whoever opens a rule writes its description and tags, so anybody can fit this: name `groups`, `sources` or `principals` as well';

function isForWordsAlone({ rule, where, sources, principals }: Exception): boolean {
  return [where.groups, sources, principals].every((one) => one === undefined) && rule !== undefined;
}

function neverApplies(policy: Policy, exception: Exception): readonly string[] {
  const { forbidden, scope } = policy;
  const { sources, where } = exception;
  const excusesNone =
    sources !== undefined &&
    sources.lists.length === 0 &&
    forbidden !== 'any' &&
    isEmpty(intersectionOf(sources.addresses, forbidden));
  const isApart = (given: readonly string[] | undefined, scoped: readonly string[] | undefined) =>
    given !== undefined && scoped !== undefined && !given.some((one) => scoped.includes(one));
  return [
    ...(excusesNone ? ['sources'] : []),
    ...(overlaps(exception.traffic, policy.traffic) ? [] : ['ports']),
    ...(isApart(where.accounts, scope?.accounts) ? ['accounts'] : []),
    ...(isApart(where.vpcs, scope?.vpcs) ? ['vpcs'] : []),
  ];
}

/** Traffic may be given by another key. */
function keyOf(what: string, { document }: Policy, position: number): string {
  const said = document.exceptions?.[position] ?? {};
  return what === 'ports' ? (['ports', 'icmp', 'protocol'].find((key) => key in said) ?? what) : what;
}

function coveredBy(policy: Policy, others: readonly Policy[]): readonly Found[] {
  // All that such a policy does is to say its words, and these may fit better than those of a wider one.
  if (policy.action === 'notify') return [];
  const cover = others.find(
    (other) => covers(other, policy) && !(covers(policy, other) && policy.id < other.id),
  );
  if (cover === undefined) return [];
  return [
    {
      path: ['match'],
      message: `all that this policy forbids, \`${cover.id}\` forbids too, with no weaker action`,
    },
  ];
}

function covers(wide: Policy, narrow: Policy): boolean {
  return (
    wide.direction === narrow.direction &&
    wide.scope === undefined &&
    wide.exceptions.length === 0 &&
    wide.allowedLists.length === 0 &&
    weakness(wide) <= weakness(narrow) &&
    MODES.indexOf(wide.mode) <= MODES.indexOf(narrow.mode) &&
    (wide.grace ?? 0) <= (narrow.grace ?? 0) &&
    within(narrow.traffic, wide.traffic) &&
    forbidsAll(wide, narrow.forbidden) &&
    wide.tolerance.ipv4 <= narrow.tolerance.ipv4 &&
    wide.tolerance.ipv6 <= narrow.tolerance.ipv6
  );
}

/** Of two policies that trim, the one that gives way is the weaker. */
function weakness({ action, otherwise }: Policy): number {
  return 2 * ACTIONS.indexOf(action) + (action === 'trim' && otherwise === 'notify' ? 1 : 0);
}

function forbidsAll({ forbidden }: Policy, narrow: AddressSet | 'any'): boolean {
  if (forbidden === 'any') return true;
  return narrow !== 'any' && isEmpty(minusOf(narrow, forbidden));
}

/** `outside: [10.0.0.0/8]` forbids every IPv6 address, and `outside: [::/0]` all IPv4 by NAT64, which few authors mean. */
function forgetsFamily({ document: { match }, forbidden }: Policy): readonly Found[] {
  const key = match.direction === 'egress' ? 'destination' : 'source';
  const peers = match[key];
  if (peers === undefined || typeof peers === 'string' || forbidden === 'any') return [];
  const at = (message: string): readonly Found[] => [{ path: ['match', key], message }];
  const [family, ...others] = new Set(peers.outside.map((text) => parseCidr(text)?.family));
  if (others.length > 0) return [];
  if (family === 'ipv4') {
    return at('only IPv4 blocks are allowed, so every IPv6 address is forbidden: say so with an IPv6 block');
  }
  // What is written and still forbidden is the part of a block that NAT64 translates to IPv4.
  if (isEmpty(intersectionOf(parseSet(peers.outside), forbidden))) return [];
  return at(
    'only IPv6 blocks are allowed, so every IPv4 address is forbidden, and so is 64:ff9b::/96, which NAT64 translates to IPv4: say so with an IPv4 block or with 64:ff9b::/96',
  );
}
