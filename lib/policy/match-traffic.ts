// The traffic that a policy or an exception is about, on the line of network/ports.ts.
import { ICMP_PROTOCOLS, parseIcmpType } from '../network/icmp.ts';
import { type Intervals, minus, toIntervals } from '../network/intervals.ts';
import { ALL_TRAFFIC, portTraffic, protocolNumber, protocolTraffic, TCP, UDP } from '../network/ports.ts';
import { parsePortRange } from '../network/services.ts';
import type { TrafficDocument } from './traffic-schema.ts';

/** The traffic that `protocol`, `ports` and `icmp` name; everything where none is given. */
export function trafficOf({ protocol, ports, icmp }: TrafficDocument): Intervals<number> {
  const named = Array.isArray(protocol) ? protocol.map(protocolNumber) : undefined;
  if (ports !== undefined) {
    return toIntervals((named ?? [TCP, UDP]).flatMap((number) => portsOf(number, ports)));
  }
  if (icmp !== undefined) {
    return toIntervals((named ?? ICMP_PROTOCOLS).flatMap((number) => typesOf(number, icmp)));
  }
  return protocol === undefined ? [ALL_TRAFFIC] : protocolsOf(protocol);
}

function protocolsOf(protocol: NonNullable<TrafficDocument['protocol']>): Intervals<number> {
  if (Array.isArray(protocol))
    return toIntervals(protocol.map((name) => protocolTraffic(protocolNumber(name))));
  return minus([ALL_TRAFFIC], protocolsOf(protocol.outside));
}

function portsOf(protocol: number, ports: NonNullable<TrafficDocument['ports']>): Intervals<number> {
  if (!Array.isArray(ports)) return minus([protocolTraffic(protocol)], portsOf(protocol, ports.outside));
  return toIntervals(
    ports.flatMap((text) => {
      const range = parsePortRange(text);
      return range === undefined ? [] : [portTraffic(protocol, ...range)];
    }),
  );
}

/** A name that only the other of the two protocols has says nothing about this one. */
function typesOf(protocol: number, icmp: NonNullable<TrafficDocument['icmp']>): Intervals<number> {
  if (!Array.isArray(icmp)) return minus([protocolTraffic(protocol)], typesOf(protocol, icmp.outside));
  return toIntervals(
    icmp.flatMap((type) => {
      const one = parseIcmpType(protocol, type);
      return one === undefined ? [] : [one];
    }),
  );
}
