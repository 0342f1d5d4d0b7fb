// The traffic that a policy is about, on the line of network/ports.ts.
import { type Intervals, minus, toIntervals } from '../network/intervals.ts';
import { ALL_TRAFFIC, parseProtocol, portTraffic, protocolTraffic, TCP, UDP } from '../network/ports.ts';
import { parsePortRange } from '../network/services.ts';
import type { PolicyDocument } from './schema.ts';

type Match = PolicyDocument['match'];
/** What is said of traffic, in `match` and in exceptions alike. */
export type SaidTraffic = Pick<Match, 'protocol' | 'ports'>;

/** The traffic that `protocol` and `ports` name; everything where neither is given. */
export function trafficOf({ protocol, ports }: SaidTraffic): Intervals<number> {
  if (ports === undefined) return protocol === undefined ? [ALL_TRAFFIC] : protocolsOf(protocol);
  const protocols = Array.isArray(protocol) ? protocol.map(numberOf) : [TCP, UDP];
  return toIntervals(protocols.flatMap((number) => portsOf(number, ports)));
}

function protocolsOf(protocol: NonNullable<Match['protocol']>): Intervals<number> {
  if (Array.isArray(protocol)) return toIntervals(protocol.map((name) => protocolTraffic(numberOf(name))));
  return minus([ALL_TRAFFIC], protocolsOf(protocol.outside));
}

function portsOf(protocol: number, ports: NonNullable<Match['ports']>): Intervals<number> {
  if (!Array.isArray(ports)) return minus([protocolTraffic(protocol)], portsOf(protocol, ports.outside));
  return toIntervals(
    ports.flatMap((text) => {
      const range = parsePortRange(text);
      return range === undefined ? [] : [portTraffic(protocol, ...range)];
    }),
  );
}

function numberOf(protocol: string | number): number {
  return Number(parseProtocol(String(protocol)));
}
