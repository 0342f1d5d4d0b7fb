// A PolicyDocument as sets: what the evaluator asks its questions of.
import {
  type AddressSet,
  blockSize,
  type Family,
  intersectionOf,
  minusOf,
  type Tolerance,
  unionOf,
} from '../network/cidr.ts';
import { ALL_ADDRESSES, PRIVATE, publicFor } from '../network/internet.ts';
import type { Intervals } from '../network/intervals.ts';
import { asAllowed, listOfSet, parseBlockList } from '../network/nat64.ts';
import { HOME_VPC, OTHER_VPCS } from '../network/vpcs.ts';
import type { Direction } from '../rule.ts';
import { isUntil } from './day.ts';
import { compileException, type Exception } from './exception.ts';
import { parseGrace } from './grace.ts';
import { isListReference } from './list-names.ts';
import { trafficOf } from './match-traffic.ts';
import { policyKey } from './policy-key.ts';
import type { RuleWords } from './rule-words.ts';
import type { PolicyDocument } from './schema.ts';
import type { Quantifier, Selector } from './selector.ts';
import type { Severity } from './severity.ts';

export type Action = PolicyDocument['action'];
/** What happens where the allowed rest of a rule that is to be trimmed cannot be kept. */
export type Otherwise = NonNullable<PolicyDocument['otherwise']>;
export type PolicyMode = PolicyDocument['mode'];

/** The strongest first. */
export const ACTIONS: readonly Action[] = ['revoke', 'trim', 'notify'];

/** The strongest first. */
export const MODES: readonly PolicyMode[] = ['enforce', 'dry-run', 'off'];

/** A bound of what may reach one port through all rules of a group. */
export interface Limit {
  /** The addresses that count. */
  readonly forbidden: AddressSet;
  /** How many of each family are tolerated. */
  readonly tolerance: Tolerance;
  /** Whether what prefix lists excuse counts nonetheless: their entries are written by other people than the policy. */
  readonly countsListed: boolean;
}

export interface Policy {
  /** What it was made of, in plain JSON. */
  readonly document: PolicyDocument;
  readonly id: string;
  /** Another one once what it forbids has changed. */
  readonly key: string;
  readonly title: string;
  readonly severity: Severity;
  readonly description: string;
  readonly references: readonly string[];
  readonly direction: Direction;
  /** The traffic it concerns, on the line of ports.ts. */
  readonly traffic: Intervals<number>;
  /** The addresses it forbids; `any` forbids every source there is, security groups and prefix lists included. */
  readonly forbidden: AddressSet | 'any';
  /** How many forbidden addresses of each family one port may still be reached from. */
  readonly tolerance: Tolerance;
  /** Every bound of the reach of one port. */
  readonly limits: readonly Limit[];
  /** Prefix lists, by id or name, whose entries are not forbidden after all; HOME_VPC and OTHER_VPCS are among them for `vpc`. */
  readonly allowedLists: readonly string[];
  /** Where it applies; undefined for everywhere. */
  readonly scope: Selector | undefined;
  readonly action: Action;
  readonly otherwise: Otherwise;
  /** What it may do; the deployment's mode may only weaken it. */
  readonly mode: PolicyMode;
  /** Milliseconds from the first sight of a violation until it acts; undefined for at once. */
  readonly grace: number | undefined;
  readonly exceptions: readonly Exception[];
}

/**
 * `world` tolerates a reach of one IPv4 /8 and fifteen IPv6 /32: beyond that it is practically anyone. Registries give an ordinary
 * network a /32, or up to a /29; who holds a /28 or more is a national provider or a public cloud, and its customers are anyone
 * (https://www.ripe.net/publications/docs/ripe-738/#512).
 */
export const WORLD_TOLERANCE: Tolerance = { ipv4: blockSize('ipv4', 8), ipv6: 15n * blockSize('ipv6', 32) };

/** Makes the sets of a valid document. */
export function compilePolicy(document: PolicyDocument): Policy {
  const { match, scope, otherwise = 'revoke', exceptions = [], ...said } = document;
  const peers = match.source ?? match.destination ?? 'any';
  const allowedLists = typeof peers === 'string' ? [] : peers.outside.flatMap(listsNamed);
  const compiled = exceptions.map((exception) => compileException(exception, match));
  const namesLists =
    (typeof peers !== 'string' && peers.outside.some(isListReference)) ||
    compiled.some(({ sources }) => (sources?.lists ?? []).length > 0);
  const forbidden = forbiddenBy(peers, match);
  const tolerance = peers === 'world' ? WORLD_TOLERANCE : toleranceOf(match);
  return {
    document,
    ...said,
    key: policyKey(document),
    grace: document.grace === undefined ? undefined : parseGrace(document.grace),
    direction: match.direction,
    traffic: trafficOf(match),
    forbidden,
    tolerance,
    limits: [
      ...(forbidden === 'any' ? [] : [{ forbidden, tolerance, countsListed: false }]),
      ...(namesLists ? [listedLimit(forbidden, tolerance, match)] : []),
    ],
    allowedLists,
    scope,
    otherwise,
    exceptions: compiled,
  };
}

/** The selectors by which the policy itself, and those of its exceptions that still hold, choose groups; each with how it takes VPCs. */
export function selectorsOf(
  { scope, exceptions }: Policy,
  now: Date,
): readonly (readonly [Selector, Quantifier])[] {
  const live = exceptions.filter(({ expires }) => isUntil(expires, now));
  const chosen = live.map(({ where }) => [where, 'every'] as const);
  return scope === undefined ? chosen : [[scope, 'some'], ...chosen];
}

function listsNamed(text: string): readonly string[] {
  if (text === 'vpc') return [HOME_VPC, OTHER_VPCS];
  return isListReference(text) ? [text] : [];
}

/** True when an exception that still holds is for rules with a certain description. */
export function looksAtDescriptions(policy: Policy, now: Date): boolean {
  return ruleWordsOf(policy, now).some(({ description }) => description !== undefined);
}

/** True when an exception that still holds is for rules with one of these tags; with any tag, if none is named. */
export function looksAtRuleTags(policy: Policy, keys: readonly string[], now: Date): boolean {
  const used = ruleWordsOf(policy, now).flatMap(({ tags = {} }) => Object.keys(tags));
  return keys.length === 0 ? used.length > 0 : used.some((key) => keys.includes(key));
}

function ruleWordsOf({ exceptions }: Policy, now: Date): readonly RuleWords[] {
  return exceptions.flatMap(({ rule, expires }) =>
    rule !== undefined && isUntil(expires, now) ? [rule] : [],
  );
}

type Match = PolicyDocument['match'];

function forbiddenBy(peers: NonNullable<Match['source']>, match: Match): AddressSet | 'any' {
  if (peers === 'any') return 'any';
  if (peers === 'world' || peers === 'public') return publicFor(match);
  // `private`, `vpc` and prefix lists are no blocks.
  const blocks = asAllowed(match, parseBlockList(peers.outside));
  const allowed = peers.outside.includes('private')
    ? unionOf(blocks, asAllowed(match, listOfSet(PRIVATE)))
    : blocks;
  return minusOf(ALL_ADDRESSES, allowed);
}

/** Whoever edits a list may allow what is not practically anyone, or what the policy tolerates anyway, and no more. */
function listedLimit(forbidden: Policy['forbidden'], tolerance: Tolerance, match: Match): Limit {
  const { tolerateListed = {} } = match;
  const most = (family: Family) => {
    const length = tolerateListed[family];
    const listed = length === undefined ? WORLD_TOLERANCE[family] : blockSize(family, length);
    return listed > tolerance[family] ? listed : tolerance[family];
  };
  return {
    forbidden: forbidden === 'any' ? publicFor(match) : intersectionOf(forbidden, publicFor(match)),
    tolerance: { ipv4: most('ipv4'), ipv6: most('ipv6') },
    countsListed: true,
  };
}

function toleranceOf({ tolerate = {} }: Match): Policy['tolerance'] {
  return { ipv4: tolerated('ipv4', tolerate.ipv4), ipv6: tolerated('ipv6', tolerate.ipv6) };
}

function tolerated(family: Family, prefixLength: number | undefined): bigint {
  return prefixLength === undefined ? 0n : blockSize(family, prefixLength);
}
