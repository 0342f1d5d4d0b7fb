// What is right, found by counting connections one by one. It knows nothing of intervals, and reads every prefix list:
// what a list holds is so, whether or not the code under test could read it.
import {
  ADDRESSES,
  FAMILIES,
  type Family,
  type Lists,
  PORTS,
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
    return FAMILIES.some((family) => {
      const counted = ADDRESSES.filter(
        (address) =>
          !allowed.some((source) => holds(source, family, address, lists)) &&
          there.some(
            (rule) =>
              admits(rule, family, address, lists) && !isExcused(rule, policy, lists, [family, address]),
          ),
      );
      const most = policy.tolerate[family];
      return counted.length > (most === undefined ? 0 : 2 ** most);
    });
  });
}

/** Where nobody is allowed a rule is too many, unless whoever it names is excused; who is not named is never. */
function isForbiddenToAll(rule: TinyRule, policy: TinyPolicy, lists: Lists): boolean {
  if (!everyTraffic(policy).some(({ protocol, port }) => carries(rule, protocol, port))) return false;
  const named = FAMILIES.flatMap((family) =>
    ADDRESSES.filter((address) => admits(rule, family, address, lists)).map((a) => [family, a] as const),
  );
  if (named.length === 0) return !isExcused(rule, policy, lists, undefined);
  return named.some((point) => !isExcused(rule, policy, lists, point));
}

/** Whether one connection that the rule allows is one that the policy forbids. */
export function isForbidden(
  rule: TinyRule,
  policy: TinyPolicy,
  lists: Lists,
  { protocol, port, family, address }: Connection,
): boolean {
  const { allowed } = policy;
  const isAbout = everyTraffic(policy).some((it) => it.protocol === protocol && it.port === port);
  const isAllowed = allowed !== 'nobody' && allowed.some((source) => holds(source, family, address, lists));
  return isAbout && !isAllowed && !isExcused(rule, policy, lists, [family, address]);
}

/** Whether the rule allows the connection. */
export function allows(
  rule: TinyRule,
  lists: Lists,
  { protocol, port, family, address }: Connection,
): boolean {
  return carries(rule, protocol, port) && admits(rule, family, address, lists);
}

export interface Connection {
  readonly protocol: string;
  readonly port: number;
  readonly family: Family;
  readonly address: number;
}

function isExcused(
  { isChanged }: TinyRule,
  { exceptions }: TinyPolicy,
  lists: Lists,
  point: readonly [Family, number] | undefined,
): boolean {
  return exceptions.some(
    ({ isLive, isForThisGroup, madeBy, sources }) =>
      isLive &&
      isForThisGroup &&
      (madeBy === 'anyone' || (madeBy === 'the maker' && isChanged)) &&
      (sources === undefined ||
        (point !== undefined && sources.some((source) => holds(source, ...point, lists)))),
  );
}

function everyTraffic({ protocols, from, to }: TinyPolicy) {
  const ports = PORTS.filter((port) => from <= port && port <= to);
  return protocols.flatMap((protocol) => ports.map((port) => ({ protocol, port })));
}

function carries(rule: TinyRule, protocol: string, port: number): boolean {
  return rule.protocol === '-1' || (rule.protocol === protocol && rule.from <= port && port <= rule.to);
}

function admits({ source }: TinyRule, family: Family, address: number, lists: Lists): boolean {
  return source !== 'group' && holds(source, family, address, lists);
}

function holds(source: Source, family: Family, address: number, lists: Lists): boolean {
  const blocks = 'list' in source ? (lists[source.list]?.entries ?? []) : [source];
  return blocks.some((b) => b.family === family && b.base <= address && address < b.base + 2 ** b.bits);
}
