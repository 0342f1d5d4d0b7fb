// Records of both directions put together to conversations: who opened it, and whether anything answered.
import type { AddressSet, Family } from '../network/cidr.ts';
import { overlaps } from '../network/intervals.ts';
import { TCP, UDP } from '../network/ports.ts';
import type { Address, FlowRecord } from './flow-record.ts';

/** Accepted records between one port of an interface and one port of somebody else. */
export interface Conversation {
  readonly remote: Address;
  readonly protocol: number;
  /** Of the interface. */
  readonly port: number;
  readonly inbound: readonly FlowRecord[];
  readonly outbound: readonly FlowRecord[];
}

/** Groups the accepted records of an interface. Records that are written twice count once. */
export function conversationsOf(records: readonly FlowRecord[], own: AddressSet): readonly Conversation[] {
  const found = new Map<string, { -readonly [Key in keyof Conversation]: Conversation[Key] }>();
  for (const record of distinct(records.filter(({ isAccepted }) => isAccepted))) {
    const side = sideOf(record, own);
    if (side === undefined) continue;
    const { remote, remotePort, port, direction } = side;
    const key = [record.protocol, remote.text, remotePort, port].join();
    const { protocol } = record;
    const one = found.get(key) ?? { remote, protocol, port, inbound: [], outbound: [] };
    found.set(key, { ...one, [direction]: [...one[direction], record] });
  }
  return [...found.values()];
}

/** Which end the interface is; undefined for what it only forwards. */
function sideOf(record: FlowRecord, own: AddressSet) {
  const [source, original] = record.sources;
  const [destination, target] = record.destinations;
  if (source === undefined || destination === undefined) return undefined;
  const isOwn = (address: Address | undefined) => address !== undefined && isAmong(address, own);
  const isTo = isOwn(destination) || isOwn(target);
  const isFrom = isOwn(source) || isOwn(original);
  // What an interface sends to itself never leaves it.
  if (isTo === isFrom) return undefined;
  const { sourcePort, destinationPort } = record;
  return isTo
    ? {
        direction: 'inbound' as const,
        remote: original ?? source,
        remotePort: sourcePort,
        port: destinationPort,
      }
    : {
        direction: 'outbound' as const,
        remote: target ?? destination,
        remotePort: destinationPort,
        port: sourcePort,
      };
}

function isAmong({ family, value }: Address, set: AddressSet): boolean {
  return overlaps(set[family], [[value, value + 1n]]);
}

/** Two flow logs may write the same records, one of them with more fields. */
function distinct(records: readonly FlowRecord[]): readonly FlowRecord[] {
  const known = new Map<string, FlowRecord>();
  for (const record of records) {
    const { sources, destinations, sourcePort, destinationPort, protocol, start, end } = record;
    const ends = [sources[0]?.text, sourcePort, destinations[0]?.text, destinationPort];
    const key = [...ends, protocol, start, end].join();
    const other = known.get(key);
    known.set(key, other === undefined ? record : merged(other, record));
  }
  return [...known.values()];
}

function merged(a: FlowRecord, b: FlowRecord): FlowRecord {
  const longer = (x: readonly Address[], y: readonly Address[]) => (y.length > x.length ? y : x);
  return {
    ...a,
    sources: longer(a.sources, b.sources),
    destinations: longer(a.destinations, b.destinations),
    packets: most(a.packets, b.packets),
    bytes: most(a.bytes, b.bytes),
    tcpFlags: a.tcpFlags === undefined ? b.tcpFlags : a.tcpFlags | (b.tcpFlags ?? 0),
  };
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : Math.max(a, b ?? 0);
}

const SYN = 2;
const SYN_ACK = 18;

/** A first packet of a connection: SYN without ACK. An answer to one has both. */
export function isOpening({ tcpFlags = 0 }: FlowRecord): boolean {
  return (tcpFlags & SYN_ACK) === SYN;
}

function isAnswering({ tcpFlags = 0 }: FlowRecord): boolean {
  return (tcpFlags & SYN_ACK) === SYN_ACK;
}

/**
 * Whether the other side opened it; undefined where nobody can tell. Answers to outbound traffic look the same but for their flags, and
 * come to ports that clients use.
 */
export function isOpenedByRemote(
  { protocol, port, inbound, outbound }: Conversation,
  clientPortsFrom: number,
): boolean | undefined {
  if (protocol !== TCP && protocol !== UDP) return undefined;
  const isTheirs = inbound.some(isOpening) || outbound.some(isAnswering);
  const isOurs = inbound.some(isAnswering) || outbound.some(isOpening);
  if (isTheirs !== isOurs) return isTheirs;
  return port < clientPortsFrom ? true : undefined;
}

/** The bytes of a TCP packet that has nothing but its headers, such as one that refuses a connection. */
const BARE: Readonly<Record<Family, number>> = { ipv4: 40, ipv6: 60 };

/** Whether more came back than a refusal. */
export function isAnswered({ protocol, remote, outbound }: Conversation): boolean {
  return outbound.some((record) => {
    const { bytes = 0, packets = 0 } = record;
    if (protocol !== TCP) return packets > 0 || bytes > 0;
    return isAnswering(record) || bytes > packets * BARE[remote.family];
  });
}
