// Whether packets from the internet reach the interfaces of a group, and if not, what blocks them.
import { exampleAddress, exampleTraffic, pointInWords } from '../evaluate/witness.ts';
import { FAMILIES, type Family, printAddress } from '../network/cidr.ts';
import { type Intervals, intersection, overlaps } from '../network/intervals.ts';
import { locate, portTraffic, TCP } from '../network/ports.ts';
import type { Barrier, Blocked } from './gates.ts';
import { deliveryTo } from './gateways.ts';
import type { Network, NetworkInterface, PublicAddress } from './network.ts';
import { type Admitted, fromInternet, type Packets } from './packets.ts';
import { type Path, pathTo } from './path.ts';

/** One packet that arrives. */
interface Arrival {
  readonly source: string;
  /** The client's port, which the answer must come back to; only for TCP. */
  readonly clientPort?: number;
  /** The public address that it is sent to. */
  readonly address: string;
  /** `tcp/22`. */
  readonly traffic: string;
}

/** `reachable` says nothing of what answers there; `unattached` is an interface that nothing uses. */
export type Exposure =
  | { readonly kind: 'reachable'; readonly arrival: Arrival }
  | { readonly kind: 'unknown'; readonly because: string }
  | {
      readonly kind: 'blocked';
      readonly blocked: Blocked;
      /** What blocks it, where nothing else does. */
      readonly onlyBarrier?: Barrier;
    }
  | { readonly kind: 'unattached' };

/** What holds for all interfaces of a group together, in plain JSON. */
export interface GroupExposure {
  /** That of the interface that matters most. */
  readonly exposure: Exposure;
  /** That interface; missing where there is none, or none could be read. */
  readonly of?: Pick<NetworkInterface, 'id' | 'instanceId' | 'name'>;
  /** How many interfaces have each answer. */
  readonly counts: Readonly<Partial<Record<Exposure['kind'], number>>>;
}

/** The kinds in the order in which they matter to people. */
export const KINDS: readonly Exposure['kind'][] = ['reachable', 'unknown', 'blocked', 'unattached'];

/** What is said where nothing could be looked up. */
export function unknownExposure(because: string): GroupExposure {
  return { exposure: { kind: 'unknown', because }, counts: {} };
}

/** The answer for the interfaces of a group. One that is reachable comes before all others, whatever their order. */
export function groupExposure(
  interfaces: readonly NetworkInterface[],
  admitted: readonly Admitted[],
  network: Network,
): GroupExposure {
  const paths = pathsOf(admitted, network);
  const answers = interfaces.map((one) => ({ one, exposure: exposureOf(one, paths, network) }));
  const byKind = Map.groupBy(answers.toSorted(byBarriers), ({ exposure }) => exposure.kind);
  const [first] = KINDS.flatMap((kind) => byKind.get(kind) ?? []);
  if (first === undefined) return { exposure: { kind: 'unattached' }, counts: {} };
  const { id, instanceId, name } = first.one;
  return {
    exposure: first.exposure,
    of: { id, instanceId, name },
    counts: Object.fromEntries([...byKind].map(([kind, of]) => [kind, of.length])),
  };
}

/** What a single change opens matters more than what takes several. */
function byBarriers(a: { readonly exposure: Exposure }, b: { readonly exposure: Exposure }): number {
  return Number('onlyBarrier' in b.exposure) - Number('onlyBarrier' in a.exposure);
}

interface Paths {
  /** The families that have public sources. */
  readonly families: readonly Family[];
  readonly to: (one: NetworkInterface, family: Family) => Path;
}

/** The interfaces of a subnet share the way to it. */
function pathsOf(admitted: readonly Admitted[], network: Network): Paths {
  const packets = { ipv4: fromInternet(admitted, 'ipv4'), ipv6: fromInternet(admitted, 'ipv6') };
  const known = new Map<string, Path>();
  return {
    families: FAMILIES.filter((family) => packets[family].length > 0),
    to: (one, family) => {
      const place = `${one.vpcId} ${one.subnetId} ${family}`;
      const path = known.get(place) ?? pathTo(one, family, packets[family], network);
      known.set(place, path);
      return path;
    },
  };
}

/** The answer for one interface. */
function exposureOf(one: NetworkInterface, paths: Paths, network: Network): Exposure {
  if (one.isIdle) return { kind: 'unattached' };
  if (paths.families.length === 0) return blockedBy({ code: 'IGW_EXPECTS_PUBLIC_ADDRESS', id: one.id });
  if (one.deniesInternet) return blockedBy({ code: 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', id: one.id });
  const asked = one.addresses.filter(({ family }) => paths.families.includes(family));
  const ways = asked.flatMap((address) => wayTo(address, one, paths, network) ?? []);
  const arrived = ways.find((way) => way.kind === 'reachable');
  if (arrived !== undefined) return arrived;
  const because = ways.find((way) => way.kind === 'unknown')?.because ?? one.doubt;
  if (because !== undefined) return { kind: 'unknown', because };
  const [block] = ways.filter((way) => way.kind === 'blocked').toSorted((a, b) => rank(b) - rank(a));
  if (block === undefined) return blockedBy({ code: 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', id: one.id });
  const { blocked, onlyBarrier } = block;
  return { kind: 'blocked', blocked, ...(onlyBarrier && { onlyBarrier }) };
}

/** The way that a single change opens comes first, then the one whose packets came furthest. */
function rank({ step, onlyBarrier }: Extract<Path, { kind: 'blocked' }>): number {
  return onlyBarrier === undefined ? step : 100 + step;
}

type Way = Exclude<Path, { kind: 'reachable' }> | Extract<Exposure, { kind: 'reachable' }>;

/** How far packets for one address come; undefined for an address that nobody outside can send to. */
function wayTo(
  address: PublicAddress,
  one: NetworkInterface,
  paths: Paths,
  network: Network,
): Way | undefined {
  if (isPrivate(address, one, network)) return undefined;
  const path = paths.to(one, address.family);
  if (path.kind !== 'reachable') return path;
  const delivery = deliveryTo(address, one.vpcId, network);
  if (typeof delivery === 'object') return { kind: 'unknown', because: delivery.doubt };
  return { kind: 'reachable', arrival: arrivalOf(path.packets, address) };
}

/**
 * Whether an IPv6 address is of a block that the account has for itself alone, though it looks like any other. Where the subnet could
 * not be read, nobody knows about VPC Block Public Access either.
 */
function isPrivate(
  { family, inside }: PublicAddress,
  { subnetId }: NetworkInterface,
  { subnets }: Network,
): boolean {
  const blocks = subnets?.find(({ id }) => id === subnetId)?.privateIpv6 ?? [];
  return family === 'ipv6' && overlaps(blocks, [[inside, inside + 1n]]);
}

/** Clients send from these ports unless somebody makes them do otherwise; the first are those of Linux. */
const USUAL_PORTS = [portTraffic(TCP, 32_768, 60_999), portTraffic(TCP, 1024, 65_535)];

/** One example, as people expect it: a familiar address, and a port that clients use. */
function arrivalOf(packets: readonly Packets[], { family, text }: PublicAddress): Arrival {
  const examples = packets.flatMap(({ addresses, traffic, answeredAt }) => {
    const source = exampleAddress(addresses, family);
    return source === undefined ? [] : [{ source, traffic, ports: answeredAt && usualPorts(answeredAt) }];
  });
  const best = examples.find(({ ports }) => ports === undefined || overlaps(ports, USUAL_PORTS.slice(1)));
  const { source, traffic, ports } = best ?? examples[0] ?? { source: 0n, traffic: [] };
  return {
    source: printAddress(family, source),
    ...(ports?.[0] === undefined ? {} : { clientPort: locate(ports[0][0]).selector }),
    address: text,
    traffic: pointInWords(exampleTraffic(traffic)),
  };
}

function usualPorts(ports: Intervals<number>): Intervals<number> {
  const usual = USUAL_PORTS.map((range) => intersection(ports, [range]));
  return usual.find((set) => set.length > 0) ?? ports;
}

function blockedBy(blocked: Blocked): Exposure {
  return { kind: 'blocked', blocked };
}
