// What is right, found by counting connections one by one. It knows nothing of intervals, and reads every prefix list:
// what a list holds is so, whether or not the code under test could read it.
import {
  type Block,
  FAMILIES,
  type Family,
  LENGTH,
  type Lists,
  type Place,
  POINTS,
  PORTS,
  type Point,
  type Source,
  type Surroundings,
  type TinyGroup,
  type TinyPolicy,
  type TinyRule,
  type Where,
} from './world.ts';

/**
 * Whether some port can be reached from more addresses that are forbidden and not excused than are tolerated, or from more than lists may
 * excuse.
 */
export function oracleViolates(group: TinyGroup, policy: TinyPolicy): boolean {
  if (!holdsAt(policy.scope, group.place, 'some')) return false;
  return everyTraffic(policy).some((at) => {
    const there = rulesAt(group, at);
    return (
      there.some((rule) => isBarred(rule, policy, group, at)) || tooMany(there, group, policy, at).length > 0
    );
  });
}

/** Whether the rule is part of what is too many at some port: one of the addresses that count there counts because of it. */
export function oracleBlames(rule: TinyRule, group: TinyGroup, policy: TinyPolicy): boolean {
  if (!holdsAt(policy.scope, group.place, 'some')) return false;
  return everyTraffic(policy).some((at) => {
    if (!carries(rule, at.protocol, at.port)) return false;
    const counts = (point: Point, byLists: boolean) =>
      admits(rule, point, group.lists) && !isLet(rule, policy, group, { ...at, point }, byLists);
    const over = tooMany(rulesAt(group, at), group, policy, at);
    return (
      isBarred(rule, policy, group, at) ||
      over.some(({ points, byLists }) => points.some((point) => counts(point, byLists)))
    );
  });
}

function rulesAt({ rules }: TinyGroup, { protocol, port }: Traffic): readonly TinyRule[] {
  return rules.filter((rule) => carries(rule, protocol, port));
}

function isBarred(rule: TinyRule, policy: TinyPolicy, group: Surroundings, at: Traffic): boolean {
  return policy.allowed === 'nobody' && isForbiddenToAll(rule, policy, group, at);
}

interface TooMany {
  readonly points: readonly Point[];
  /** Whether what lists let in is left out. */
  readonly byLists: boolean;
}

/** The addresses that are too many through these rules, of each family by each limit. */
function tooMany(
  there: readonly TinyRule[],
  group: Surroundings,
  policy: TinyPolicy,
  at: Traffic,
): readonly TooMany[] {
  const reached = POINTS.filter((point) => there.some((rule) => admits(rule, point, group.lists)));
  const isFree = (point: Point, byLists: boolean) =>
    there.every(
      (rule) => !admits(rule, point, group.lists) || isLet(rule, policy, group, { ...at, point }, byLists),
    );
  return FAMILIES.flatMap((family) => {
    const found = reached.filter((point) => familyOf(point, policy) === family);
    const most = policy.tolerate[family] === undefined ? 0 : 2 ** policy.tolerate[family];
    const forbidden = found.filter((point) => !isFree(point, true));
    const isOver = policy.allowed !== 'nobody' && countOf(forbidden, policy) > most;
    const unlisted = found.filter((point) => isPublic(point, policy) && !isFree(point, false));
    const isListed = namesLists(policy) && countOf(unlisted, policy) > mostListed(policy, family, most);
    return [
      ...(isOver ? [{ points: forbidden, byLists: true }] : []),
      ...(isListed ? [{ points: unlisted, byLists: false }] : []),
    ];
  });
}

/** Two spellings of one destination are one. */
function countOf(points: readonly Point[], policy: TinyPolicy): number {
  return new Set(points.map((point) => nameOf(point, policy))).size;
}

/** As many as the tiny world has, unless the policy says less; never less than it tolerates anyway. */
function mostListed({ tolerateListed }: TinyPolicy, family: Family, most: number): number {
  const bits = tolerateListed[family];
  return bits === undefined ? LENGTH : Math.max(most, 2 ** bits);
}

function namesLists({ allowed, exceptions }: TinyPolicy): boolean {
  const sources = exceptions.flatMap((exception) => exception.sources ?? []);
  return [...(allowed === 'nobody' ? [] : allowed), ...sources].some((source) => 'list' in source);
}

/** Where nobody is allowed a rule is too many, unless whoever it names is excused; who is not named is never. */
function isForbiddenToAll(rule: TinyRule, policy: TinyPolicy, group: Surroundings, at: Traffic): boolean {
  const named = POINTS.filter((point) => admits(rule, point, group.lists));
  if (named.length === 0) return !isExcused(rule, policy, group, at, true);
  return named.some((point) => !isExcused(rule, policy, group, { ...at, point }, true));
}

/** Whether the policy allows or excuses the connection; what its lists say is believed or not. */
function isLet(
  rule: TinyRule,
  policy: TinyPolicy,
  group: Surroundings,
  at: Connection,
  byLists: boolean,
): boolean {
  const { allowed } = policy;
  const isAllowed =
    allowed !== 'nobody' && allowed.some((source) => lets(source, policy, at.point, group.lists, byLists));
  return isAllowed || isExcused(rule, policy, group, at, byLists);
}

/** Whether one connection that the rule allows is one that the policy forbids; lists that it names are believed unless said otherwise. */
export function isForbidden(
  rule: TinyRule,
  policy: TinyPolicy,
  group: Surroundings,
  at: Connection,
  byLists = true,
): boolean {
  const isAbout = everyTraffic(policy).some((it) => it.protocol === at.protocol && it.port === at.port);
  return isAbout && !isLet(rule, policy, group, at, byLists);
}

/** Whether the rule allows the connection. */
export function allows(rule: TinyRule, lists: Lists, { protocol, port, point }: Connection): boolean {
  return carries(rule, protocol, port) && admits(rule, point, lists);
}

interface Traffic {
  readonly protocol: string;
  readonly port: number;
}
export interface Connection extends Traffic {
  readonly point: Point;
}

/** What the address counts as: of what leaves, NAT64 is IPv4. */
function familyOf({ line }: Point, { direction }: TinyPolicy): Family {
  const isNat64 = line === 'nat64' || line === 'nat64 beyond';
  return line === 'ipv4' || line === 'ipv4 beyond' || (isNat64 && direction === 'egress') ? 'ipv4' : 'ipv6';
}

/** The same for two spellings of one destination. */
function nameOf({ line, at }: Point, { direction }: TinyPolicy): string {
  return `${direction === 'egress' ? line.replace('nat64', 'ipv4') : line} ${at}`;
}

/** Whether anybody's machine can have the address: nothing comes in from NAT64. */
function isPublic({ line }: Point, { direction }: TinyPolicy): boolean {
  return direction === 'egress' || (line !== 'nat64' && line !== 'nat64 beyond');
}

/** Whether an exception holds at this traffic: from this address, or if none is given from any. */
function isExcused(
  { isChanged, isApproved }: TinyRule,
  policy: TinyPolicy,
  { lists, place }: Surroundings,
  at: Traffic | Connection,
  byLists: boolean,
): boolean {
  return policy.exceptions.some(
    ({ isLive, isForThisGroup, where, madeBy, isForApproved, traffic, sources }) =>
      isLive &&
      isForThisGroup &&
      holdsAt(where, place, 'every') &&
      (madeBy === 'anyone' || (madeBy === 'the maker' && isChanged)) &&
      (isApproved || !isForApproved) &&
      (traffic === undefined ||
        (isOfProtocol(traffic.protocol, at.protocol) && traffic.from <= at.port && at.port <= traffic.to)) &&
      (sources === undefined ||
        ('point' in at && sources.some((source) => lets(source, policy, at.point, lists, byLists)))),
  );
}

/** Of the VPCs in which a group works, a scope must name some, an exception every one. */
function holdsAt({ isOwn, vpcs }: Where, place: Place, quantifier: 'some' | 'every'): boolean {
  const isIn = vpcs === undefined || [place.home, ...place.associated][quantifier]((id) => vpcs.includes(id));
  return isIn && (isOwn === undefined || isOwn === place.isOwn);
}

/** Who names ports alone means those of TCP and UDP. */
function isOfProtocol(named: string | undefined, protocol: string): boolean {
  return named === undefined ? protocol !== 'icmp' : named === protocol;
}

function lets(source: Source, policy: TinyPolicy, point: Point, lists: Lists, byLists: boolean): boolean {
  return (byLists || !('list' in source)) && covers(source, policy, point, lists);
}

function everyTraffic({ protocols, from, to }: TinyPolicy) {
  const ports = PORTS.filter((port) => from <= port && port <= to);
  return protocols.flatMap((protocol) => ports.map((port) => ({ protocol, port })));
}

function carries(rule: TinyRule, protocol: string, port: number): boolean {
  return rule.protocol === '-1' || (rule.protocol === protocol && rule.from <= port && port <= rule.to);
}

function admits({ source }: TinyRule, point: Point, lists: Lists): boolean {
  return source !== 'group' && blocksOf(source, lists).some((block) => holds(block, point));
}

/**
 * Whether a source in a policy covers the address. Of what leaves, an address of NAT64 is covered as the IPv4 address that it stands for,
 * or by a block of NAT64, whatever stands beside it; not by `::/0`.
 */
function covers(source: Source, { direction }: TinyPolicy, point: Point, lists: Lists): boolean {
  const blocks = blocksOf(source, lists);
  if (direction === 'ingress' || (point.line !== 'nat64' && point.line !== 'nat64 beyond')) {
    return blocks.some((block) => holds(block, point));
  }
  const isNamed = blocks.some((block) => block.line === 'nat64' && holds(block, point));
  const translated = point.line === 'nat64' ? 'ipv4' : 'ipv4 beyond';
  return isNamed || blocks.some((block) => holds(block, { line: translated, at: point.at }));
}

function blocksOf(source: Source, lists: Lists): readonly Block[] {
  return 'list' in source ? (lists[source.list]?.entries ?? []) : [source];
}

function holds({ line, base, bits }: Block, point: Point): boolean {
  const isIpv4 = point.line === 'ipv4' || point.line === 'ipv4 beyond';
  if (line === 'all ipv6') return !isIpv4;
  if (line === 'all ipv4') return isIpv4;
  return line === point.line && base <= point.at && point.at < base + 2 ** bits;
}
