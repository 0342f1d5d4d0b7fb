// What a network ACL lets through: of the entries of one direction, the one with the lowest number that fits a packet decides
// (https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html).
import type { Family } from '../network/cidr.ts';
import { type Intervals, intersection, minus } from '../network/intervals.ts';
import { portTraffic, TCP } from '../network/ports.ts';
import type { Direction } from '../rule.ts';
import type { AclEntry } from './network.ts';
import type { Packets } from './packets.ts';

export interface Sifted {
  readonly passed: readonly Packets[];
  /** The number of the first entry that denies some of them; undefined where only the last one of every ACL does, which denies all. */
  readonly deniedBy: number | undefined;
}

/** The last entries of every ACL, of IPv4 and IPv6. */
const DEFAULT_DENIALS = 32_767;

/** The ports that a client may send from. */
const CLIENT_PORTS: Intervals<number> = [portTraffic(TCP, 1, 65_535)];

/** The packets that come in. */
export function admitted(entries: readonly AclEntry[], family: Family, packets: readonly Packets[]): Sifted {
  const sifted = packets.map((part) => sift(sorted(entries, 'ingress', family), part));
  return join(sifted);
}

/** The TCP packets whose answers go out, each with the client's ports at which they arrive. */
export function answered(entries: readonly AclEntry[], family: Family, packets: readonly Packets[]): Sifted {
  const outbound = sorted(entries, 'egress', family);
  return join(
    packets.map(({ addresses, traffic }) => {
      const { passed, deniedBy } = sift(outbound, { addresses, traffic: CLIENT_PORTS });
      return {
        deniedBy,
        passed: passed.map((out) => ({ addresses: out.addresses, traffic, answeredAt: out.traffic })),
      };
    }),
  );
}

/** What is still to be decided shrinks with each entry; what it fits is cut out of each rectangle, which leaves at most two. */
function sift(entries: readonly AclEntry[], packets: Packets): Sifted {
  const passed: Packets[] = [];
  let deniedBy: number | undefined;
  let open: readonly Packets[] = [packets];
  for (const entry of entries) {
    const cuts = open.map((part) => cut(part, entry));
    open = cuts.flatMap(({ rest }) => rest);
    const fitting = cuts.flatMap(({ fitting }) => fitting);
    if (entry.allows) passed.push(...fitting);
    else if (fitting.length > 0 && entry.number < DEFAULT_DENIALS) deniedBy ??= entry.number;
  }
  return { passed, deniedBy };
}

function cut(
  { addresses, traffic }: Packets,
  entry: AclEntry,
): { readonly fitting: readonly Packets[]; readonly rest: readonly Packets[] } {
  const near = intersection(addresses, [entry.addresses]);
  const parts = {
    fitting: [{ addresses: near, traffic: intersection(traffic, [entry.traffic]) }],
    rest: [
      { addresses: minus(addresses, [entry.addresses]), traffic },
      { addresses: near, traffic: minus(traffic, [entry.traffic]) },
    ],
  };
  return { fitting: parts.fitting.filter(isSome), rest: parts.rest.filter(isSome) };
}

function isSome({ addresses, traffic }: Packets): boolean {
  return addresses.length > 0 && traffic.length > 0;
}

function sorted(entries: readonly AclEntry[], direction: Direction, family: Family): readonly AclEntry[] {
  return entries
    .filter((entry) => entry.direction === direction && entry.family === family)
    .toSorted((a, b) => a.number - b.number);
}

function join(parts: readonly Sifted[]): Sifted {
  const numbers = parts.flatMap(({ deniedBy }) => deniedBy ?? []);
  return {
    passed: parts.flatMap(({ passed }) => passed),
    deniedBy: numbers.length === 0 ? undefined : Math.min(...numbers),
  };
}
