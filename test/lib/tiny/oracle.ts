// What is right, found by counting connections one by one. It knows nothing of intervals, and reads every prefix list:
// what a list holds is so, whether or not the code under test could read it.
import {
  type Block,
  FAMILIES,
  type Family,
  type Lists,
  POINTS,
  PORTS,
  type Point,
  type Source,
  type TinyGroup,
  type TinyPolicy,
  type TinyRule,
} from './world.ts';

/** Whether some port can be reached from more addresses that are forbidden and not excused than are tolerated. */
export function oracleViolates({ rules, lists }: TinyGroup, policy: TinyPolicy): boolean {
  const { allowed } = policy;
  if (allowed === 'nobody') return rules.some((rule) => isForbiddenToAll(rule, policy, lists));
  return everyTraffic(policy).some(({ protocol, port }) => {
    const there = rules.filter((rule) => carries(rule, protocol, port));
    const counted = POINTS.filter(
      (point) =>
        !allowed.some((source) => covers(source, policy, point, lists)) &&
        there.some((rule) => admits(rule, point, lists) && !isExcused(rule, policy, lists, point)),
    );
    return FAMILIES.some((family) => {
      const found = counted.filter((point) => familyOf(point, policy) === family);
      const most = policy.tolerate[family];
      return new Set(found.map((point) => nameOf(point, policy))).size > (most === undefined ? 0 : 2 ** most);
    });
  });
}

/** Where nobody is allowed a rule is too many, unless whoever it names is excused; who is not named is never. */
function isForbiddenToAll(rule: TinyRule, policy: TinyPolicy, lists: Lists): boolean {
  if (!everyTraffic(policy).some(({ protocol, port }) => carries(rule, protocol, port))) return false;
  const named = POINTS.filter((point) => admits(rule, point, lists));
  if (named.length === 0) return !isExcused(rule, policy, lists, undefined);
  return named.some((point) => !isExcused(rule, policy, lists, point));
}

/** Whether one connection that the rule allows is one that the policy forbids. */
export function isForbidden(
  rule: TinyRule,
  policy: TinyPolicy,
  lists: Lists,
  { protocol, port, point }: Connection,
): boolean {
  const { allowed } = policy;
  const isAbout = everyTraffic(policy).some((it) => it.protocol === protocol && it.port === port);
  const isAllowed = allowed !== 'nobody' && allowed.some((source) => covers(source, policy, point, lists));
  return isAbout && !isAllowed && !isExcused(rule, policy, lists, point);
}

/** Whether the rule allows the connection. */
export function allows(rule: TinyRule, lists: Lists, { protocol, port, point }: Connection): boolean {
  return carries(rule, protocol, port) && admits(rule, point, lists);
}

export interface Connection {
  readonly protocol: string;
  readonly port: number;
  readonly point: Point;
}

/** What the address counts as: of what leaves, NAT64 is IPv4. */
function familyOf({ line }: Point, { direction }: TinyPolicy): Family {
  const isNat64 = line === 'nat64' || line === 'nat64 beyond';
  return line === 'ipv4' || (isNat64 && direction === 'egress') ? 'ipv4' : 'ipv6';
}

/** The same for two spellings of one destination. */
function nameOf({ line, at }: Point, { direction }: TinyPolicy): string {
  return `${line === 'nat64' && direction === 'egress' ? 'ipv4' : line} ${at}`;
}

function isExcused(
  { isChanged }: TinyRule,
  policy: TinyPolicy,
  lists: Lists,
  point: Point | undefined,
): boolean {
  return policy.exceptions.some(
    ({ isLive, isForThisGroup, madeBy, sources }) =>
      isLive &&
      isForThisGroup &&
      (madeBy === 'anyone' || (madeBy === 'the maker' && isChanged)) &&
      (sources === undefined ||
        (point !== undefined && sources.some((source) => covers(source, policy, point, lists)))),
  );
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
 * or by a block of NAT64; not by `::/0`, nor by a list in which `::/0` leaves no such block to be seen.
 */
function covers(source: Source, { direction }: TinyPolicy, point: Point, lists: Lists): boolean {
  const blocks = blocksOf(source, lists);
  if (direction === 'ingress' || (point.line !== 'nat64' && point.line !== 'nat64 beyond')) {
    return blocks.some((block) => holds(block, point));
  }
  if (point.line === 'nat64 beyond') return false;
  const isNamed =
    blocks.every(({ line }) => line !== 'all ipv6') && blocks.some((block) => holds(block, point));
  return isNamed || blocks.some((block) => holds(block, { line: 'ipv4', at: point.at }));
}

function blocksOf(source: Source, lists: Lists): readonly Block[] {
  return 'list' in source ? (lists[source.list]?.entries ?? []) : [source];
}

function holds({ line, base, bits }: Block, point: Point): boolean {
  if (line === 'all ipv6') return point.line !== 'ipv4';
  return line === point.line && base <= point.at && point.at < base + 2 ** bits;
}
