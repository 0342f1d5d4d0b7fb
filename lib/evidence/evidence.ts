// Who came in through rules while they were open, by what flow logs recorded.
import type { Interval } from '../network/intervals.ts';
import { portTraffic, protocolTraffic, TCP, UDP } from '../network/ports.ts';
import {
  type Conversation,
  conversationsOf,
  isAnswered,
  isOpenedByRemote,
  isOpening,
} from './conversation.ts';
import type { FlowLine } from './flow-record.ts';
import { gapsIn } from './gaps.ts';
import {
  type AreaSet,
  type AskedInterface,
  areaSets,
  isIn,
  ownAddresses,
  type Question,
} from './question.ts';
import { isDuring, TOLERANCE, toWindow, type Window } from './window.ts';

/**
 * `accepted`: packets passed the groups and the network ACL; `answered`: and something answered; `flowing`: and the connection is still
 * used after the rules were closed. The later, the stronger.
 */
export const GRADES = ['none', 'accepted', 'answered', 'flowing'] as const;
export type Grade = (typeof GRADES)[number];

/** An address from which packets came in through what was closed, and through nothing else. */
export interface Visitor {
  readonly address: string;
  readonly grade: Exclude<Grade, 'none'>;
  /** The interface, and the traffic as a point of the line of network/ports.ts. */
  readonly interfaceId: string;
  readonly traffic: number;
  /** What came in; 0 where the records do not say. */
  readonly packets: number;
  readonly bytes: number;
}

/** Plain JSON. */
export interface Evidence {
  /** The strongest grade of all. */
  readonly grade: Grade;
  /** How many addresses have each grade. */
  readonly counts: Readonly<Record<Exclude<Grade, 'none'>, number>>;
  /** The first few of them, the strongest first. */
  readonly top: readonly Visitor[];
  /** How many more addresses could also have come in through other rules. */
  readonly throughOthers: number;
  /** How many more addresses cannot be told from answers to outbound traffic. */
  readonly undirected: number;
  /** Why there may have been more. */
  readonly gaps: readonly string[];
}

/** What was read of each interface, by its id; a line of a stream that could not be read whole is not missing here, but in the gaps. */
export type LinesByInterface = ReadonlyMap<string, readonly FlowLine[]>;

const MOST_NAMED = 5;

/** The evidence in what was read. */
export function evidenceIn(question: Question, lines: LinesByInterface, unread: readonly string[]): Evidence {
  const openings = question.openings.map(toWindow);
  const parts = question.interfaces.map((one) => seenAt(one, openings, lines.get(one.id) ?? []));
  const gaps = [...question.gaps, ...unread, ...parts.flatMap((part) => part.gaps)];
  const visits = parts.flatMap((part) => part.visits);
  const visitors = strongest(visits.filter((visit) => visit.kind === 'visit').map(({ visitor }) => visitor));
  const known = new Set(visitors.map(({ address }) => address));
  const others = addressesOf(visits, 'through-others').difference(known);
  const count = (grade: Grade) => visitors.filter((one) => one.grade === grade).length;
  return {
    grade: visitors[0]?.grade ?? 'none',
    counts: { accepted: count('accepted'), answered: count('answered'), flowing: count('flowing') },
    top: visitors.slice(0, MOST_NAMED),
    throughOthers: others.size,
    undirected: addressesOf(visits, 'undirected').difference(known).difference(others).size,
    gaps: [...new Set(gaps)],
  };
}

type Visit =
  | { readonly kind: 'visit'; readonly visitor: Visitor }
  | { readonly kind: 'through-others' | 'undirected'; readonly address: string };

function addressesOf(visits: readonly Visit[], kind: Exclude<Visit['kind'], 'visit'>): Set<string> {
  return new Set(visits.flatMap((visit) => (visit.kind === kind ? [visit.address] : [])));
}

/** One for each address, with all that came from it; the strongest first. */
function strongest(visitors: readonly Visitor[]): readonly Visitor[] {
  const sorted = visitors.toSorted(byStrength);
  return [...Map.groupBy(sorted, ({ address }) => address).values()]
    .flatMap(([first, ...others]) => (first === undefined ? [] : [others.reduce(joined, first)]))
    .toSorted(byStrength);
}

function joined(first: Visitor, other: Visitor): Visitor {
  return { ...first, packets: first.packets + other.packets, bytes: first.bytes + other.bytes };
}

function byStrength(a: Visitor, b: Visitor): number {
  const grades = GRADES.indexOf(b.grade) - GRADES.indexOf(a.grade);
  if (grades !== 0) return grades;
  return b.bytes - a.bytes || b.packets - a.packets || compare(keyOf(a), keyOf(b));
}

function keyOf({ address, interfaceId, traffic }: Visitor): string {
  return `${address} ${interfaceId} ${traffic}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function seenAt(one: AskedInterface, openings: readonly Window[], lines: readonly FlowLine[]) {
  const gaps = gapsIn(one, openings, lines);
  const records = lines.flatMap((line) => (line.kind === 'flow' ? [line.record] : []));
  const others = one.others === undefined ? undefined : areaSets(one.others);
  const visits = conversationsOf(records, ownAddresses(one)).flatMap(
    (conversation) => visitOf(conversation, one, openings, others) ?? [],
  );
  return { gaps, visits };
}

/** Undefined for a conversation that was not inbound, or did not come through what was closed. */
function visitOf(
  conversation: Conversation,
  one: AskedInterface,
  openings: readonly Window[],
  others: AreaSet | undefined,
): Visit | undefined {
  const { remote, inbound } = conversation;
  const traffic = trafficOf(conversation);
  const through = openings.filter(
    (opening) => isIn(opening.areas, remote, traffic) && inbound.some((record) => isDuring(record, opening)),
  );
  const isTheirs = isOpenedByRemote(conversation, one.clientPortsFrom);
  if (through.length === 0 || isTheirs === false) return undefined;
  const address = remote.text;
  if (isTheirs === undefined) return { kind: 'undirected', address };
  if (others === undefined || isIn(others, remote, traffic)) return { kind: 'through-others', address };
  const during = inbound.filter((record) => through.some((opening) => isDuring(record, opening)));
  const sum = (key: 'packets' | 'bytes') => during.reduce((total, record) => total + (record[key] ?? 0), 0);
  const grade = gradeOf(conversation, Math.max(...through.map(({ closed }) => closed)));
  const visitor = {
    address,
    grade,
    interfaceId: one.id,
    traffic: traffic[0],
    packets: sum('packets'),
    bytes: sum('bytes'),
  };
  return { kind: 'visit', visitor };
}

function gradeOf(conversation: Conversation, closed: number): Visitor['grade'] {
  // A connection that somebody opens afterwards comes through something else.
  const isFlowing = conversation.inbound.some(
    (record) => record.start > closed + TOLERANCE && !isOpening(record),
  );
  if (isFlowing) return 'flowing';
  return isAnswered(conversation) ? 'answered' : 'accepted';
}

/** Of protocols without ports, all of it: flow logs do not record types of ICMP. */
function trafficOf({ protocol, port }: Conversation): Interval<number> {
  return protocol === TCP || protocol === UDP ? portTraffic(protocol, port, port) : protocolTraffic(protocol);
}
