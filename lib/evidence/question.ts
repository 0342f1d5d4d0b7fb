// The question that flow logs are asked after rules were closed: who came in through them? Plain JSON, because it waits in the ledger.

import type { Admitted } from '../exposure/packets.ts';
import { type AddressSet, parseSet, printSet, unionOf } from '../network/cidr.ts';
import { type Interval, overlaps, toIntervals, union } from '../network/intervals.ts';
import { hasPorts, portTraffic, protocolTraffic } from '../network/ports.ts';
import type { FlowLog } from './flow-log.ts';
import type { Address, FlowRecord } from './flow-record.ts';

/** All of this traffic from all of these addresses, as blocks. */
export interface OpenArea {
  readonly sources: readonly string[];
  readonly traffic: readonly Interval<number>[];
}

/** Rules that were open at the same time. */
export interface Opening {
  /** When they were opened, ISO 8601; undefined where nobody knows. */
  readonly openedAt?: string;
  readonly closedAt: string;
  /** What they let in that they should not. */
  readonly areas: readonly OpenArea[];
}

/** An interface of the group. */
export interface AskedInterface {
  readonly id: string;
  readonly instanceId?: string | undefined;
  /** A stranger's text. */
  readonly name?: string | undefined;
  /** Its own addresses, which records name, as blocks. */
  readonly addresses: readonly string[];
  /** From which port on it may be a client itself. */
  readonly clientPortsFrom: number;
  readonly flowLogs: readonly FlowLog[];
  /** What its other rules let in; undefined where not all of them are known. */
  readonly others?: readonly OpenArea[] | undefined;
}

export interface Question {
  readonly openings: readonly Opening[];
  readonly interfaces: readonly AskedInterface[];
  /** What is not asked, and why the answer may therefore lack something. */
  readonly gaps: readonly string[];
}

/** Areas with the same sources as one. */
export function areasOf(admitted: readonly Admitted[]): readonly OpenArea[] {
  const bySources = new Map<string, OpenArea>();
  for (const { sources, traffic } of admitted) {
    const blocks = printSet(sources);
    const key = blocks.join();
    const before = bySources.get(key)?.traffic ?? [];
    if (blocks.length > 0) bySources.set(key, { sources: blocks, traffic: union(before, traffic) });
  }
  return [...bySources.values()];
}

/** The same as sets, to look things up in. */
export type AreaSet = readonly { readonly sources: AddressSet; readonly traffic: OpenArea['traffic'] }[];

/** Areas as sets. */
export function areaSets(areas: readonly OpenArea[]): AreaSet {
  return areas.map(({ sources, traffic }) => ({ sources: parseSet(sources), traffic: toIntervals(traffic) }));
}

/** Whether such a packet is in one of the areas. */
export function isIn(areas: AreaSet, { family, value }: Address, traffic: Interval<number>): boolean {
  return areas.some(
    (area) => overlaps(area.traffic, [traffic]) && overlaps(area.sources[family], [[value, value + 1n]]),
  );
}

/** All own addresses of an interface. */
export function ownAddresses({ addresses }: AskedInterface): AddressSet {
  return addresses.map((text) => parseSet([text])).reduce(unionOf, { ipv4: [], ipv6: [] });
}

/** Whether a record is about traffic that was open. */
export function concerns(
  { openings }: Question,
  { protocol, sourcePort, destinationPort, isAccepted }: FlowRecord,
): boolean {
  if (!isAccepted) return false;
  const hasNoPorts = !hasPorts(protocol);
  const points = hasNoPorts
    ? [protocolTraffic(protocol)]
    : [
        portTraffic(protocol, sourcePort, sourcePort),
        portTraffic(protocol, destinationPort, destinationPort),
      ];
  return openings.some(({ areas }) =>
    areas.some(({ traffic }) => points.some((point) => overlaps(traffic, [point]))),
  );
}
