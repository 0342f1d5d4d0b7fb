// Flow log records: one line of text each, whose fields stand in the order of the flow log's format
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html).
import { type Family, parseCidr } from '../network/cidr.ts';

export interface Address {
  readonly family: Family;
  readonly value: bigint;
  readonly text: string;
}

/** The packets of one direction of a conversation, as one interface saw them within some minutes. */
export interface FlowRecord {
  /** As the record says, and what the packets themselves say where that is another. */
  readonly sources: readonly Address[];
  readonly destinations: readonly Address[];
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly isAccepted: boolean;
  /** Undefined where the format does not have them. */
  readonly packets: number | undefined;
  readonly bytes: number | undefined;
  readonly tcpFlags: number | undefined;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** `no-data`: there was no traffic. `skipped`: records are missing, so nobody knows. */
export type FlowLine =
  | { readonly kind: 'flow'; readonly record: FlowRecord }
  | { readonly kind: 'no-data' | 'skipped'; readonly start: number; readonly end: number }
  | { readonly kind: 'unreadable' };

/** The names of the fields in their order. */
export type FlowFormat = readonly string[];

/** What a flow log writes unless somebody chose a format. */
export const DEFAULT_FORMAT: FlowFormat =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

/** Without these, a record does not tell who came in. */
const NEEDED = ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'start', 'end', 'action'];

/** The format as EC2 describes it: `${srcaddr} ${dstaddr}`. */
export function parseFormat(text: string): FlowFormat {
  return [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, name = '']) => name);
}

/** The fields that a format would have to have as well. */
export function lackingIn(format: FlowFormat): readonly string[] {
  return NEEDED.filter((name) => !format.includes(name));
}

/**
 * Reads a line, whichever of the formats it was written in: flow logs that share a log group share its streams. A line that several
 * formats would read differently is unreadable.
 */
export function parseLine(line: string, formats: readonly FlowFormat[]): FlowLine {
  const values = line.trim().split(/\s+/);
  const readings = formats.flatMap((format) => readAs(format, values) ?? []);
  const [first, ...others] = readings;
  if (first === undefined) return { kind: 'unreadable' };
  return others.every((other) => isSame(first, other)) ? first : { kind: 'unreadable' };
}

function isSame(a: FlowLine, b: FlowLine): boolean {
  return JSON.stringify(a, asText) === JSON.stringify(b, asText);
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

type Fields = ReadonlyMap<string, string>;

/** Undefined for a line of another format. */
function readAs(format: FlowFormat, values: readonly string[]): FlowLine | undefined {
  if (values.length !== format.length) return undefined;
  const fields: Fields = new Map(format.map((name, index) => [name, values[index] ?? '-']));
  if (!fitsShapes(fields)) return undefined;
  const start = numberIn(fields, 'start');
  const end = numberIn(fields, 'end');
  if (start === undefined || end === undefined || start > end) return undefined;
  const time = { start: start * 1000, end: end * 1000 };
  const status = fields.get('log-status');
  // Without a status, a record without addresses may stand for records that were lost.
  if (status === 'SKIPDATA' || (status === undefined && fields.get('srcaddr') === '-'))
    return { kind: 'skipped', ...time };
  if (status === 'NODATA') return { kind: 'no-data', ...time };
  const record = recordOf(fields, time);
  return record && { kind: 'flow', record };
}

/** What the values of fields look like that every format shares; it tells formats of equal length apart. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  version: /^\d{1,2}$/,
  'interface-id': /^(eni-.+|-)$/,
  'account-id': /^(\d{12}|unknown|-)$/,
  'vpc-id': /^(vpc-.+|-)$/,
  'subnet-id': /^(subnet-.+|-)$/,
  'instance-id': /^(i-.+|-)$/,
  'flow-direction': /^(ingress|egress|-)$/,
  'log-status': /^(OK|NODATA|SKIPDATA)$/,
  action: /^(ACCEPT|REJECT|-)$/,
  type: /^(IPv4|IPv6|EFA|-)$/,
};

function fitsShapes(fields: Fields): boolean {
  return [...fields].every(([name, value]) => SHAPES[name]?.test(value) ?? true);
}

function recordOf(fields: Fields, time: { start: number; end: number }): FlowRecord | undefined {
  const sources = addressesIn(fields, ['srcaddr', 'pkt-srcaddr']);
  const destinations = addressesIn(fields, ['dstaddr', 'pkt-dstaddr']);
  const protocol = numberIn(fields, 'protocol');
  const action = fields.get('action');
  if (sources === undefined || destinations === undefined || protocol === undefined) return undefined;
  if (action !== 'ACCEPT' && action !== 'REJECT') return undefined;
  return {
    sources,
    destinations,
    sourcePort: numberIn(fields, 'srcport') ?? 0,
    destinationPort: numberIn(fields, 'dstport') ?? 0,
    protocol,
    isAccepted: action === 'ACCEPT',
    packets: numberIn(fields, 'packets'),
    bytes: numberIn(fields, 'bytes'),
    tcpFlags: numberIn(fields, 'tcp-flags'),
    ...time,
  };
}

/** The addresses that are given, each once; undefined where the first is none. */
function addressesIn(fields: Fields, names: readonly [string, string]): readonly Address[] | undefined {
  const [first, second] = names.map((name) => parseAddress(fields.get(name)));
  if (first === undefined) return undefined;
  return second === undefined || second.text === first.text ? [first] : [first, second];
}

function parseAddress(text = '-'): Address | undefined {
  const cidr = text.includes('/') ? undefined : parseCidr(text);
  return cidr && { family: cidr.family, value: cidr.addresses[0], text };
}

function numberIn(fields: Fields, name: string): number | undefined {
  const text = fields.get(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
