// Sets of packets as rectangles: all this traffic from all these addresses.
import { type AddressSet, type Family, intersectionOf } from '../network/cidr.ts';
import { PUBLIC } from '../network/internet.ts';
import { type Intervals, intersection, minus } from '../network/intervals.ts';
import { foreignTo, protocolTraffic, TCP } from '../network/ports.ts';

/** A part of what a group admits. */
export interface Admitted {
  readonly sources: AddressSet;
  readonly traffic: Intervals<number>;
}

/** Packets of one family, all of them TCP or none. */
export interface Packets {
  readonly addresses: Intervals<bigint>;
  readonly traffic: Intervals<number>;
  /** For TCP, at which of its ports a client hears the answer, once the way out is known: points of the line of network/ports.ts. */
  readonly answeredAt?: Intervals<number>;
}

const ALL_TCP = [protocolTraffic(TCP)];

/** The packets of a family that anybody's machine on the internet can send, and that are admitted. */
export function fromInternet(admitted: readonly Admitted[], family: Family): readonly Packets[] {
  return admitted.flatMap(({ sources, traffic }) => {
    const addresses = intersectionOf(sources, PUBLIC)[family];
    const existing = minus(traffic, [foreignTo(family)]);
    return [
      { addresses, traffic: intersection(existing, ALL_TCP) },
      { addresses, traffic: minus(existing, ALL_TCP) },
    ].filter(isSome);
  });
}

/** Whether a connection takes an answer: a TCP handshake does, while one packet of anything else may do harm. */
export function needsAnswer({ traffic }: Packets): boolean {
  return intersection(traffic, ALL_TCP).length > 0;
}

/** Those of the packets that come from these addresses. */
export function comingFrom(packets: Packets, addresses: Intervals<bigint>): readonly Packets[] {
  return [{ ...packets, addresses: intersection(packets.addresses, addresses) }].filter(isSome);
}

function isSome({ addresses, traffic }: Packets): boolean {
  return addresses.length > 0 && traffic.length > 0;
}
