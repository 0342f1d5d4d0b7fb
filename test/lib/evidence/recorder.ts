// A flow log of one interface: connections to the lines that are recorded of them.
import type { FlowFormat } from '../../../lib/evidence/flow-record.ts';

/** One that was let in or out; both sides send as long as it lasts. */
export interface Connection {
  readonly opener: 'remote' | 'own';
  readonly protocol: 6 | 17;
  readonly remote: string;
  readonly remotePort: number;
  readonly port: number;
  /** In seconds. */
  readonly from: number;
  readonly to: number;
  readonly isAnswered: boolean;
}

export const OWN = '10.0.0.5';
const INTERVAL = 60;
/** Seconds between two packets. */
const PACE = 20;

interface Counted {
  readonly isInbound: boolean;
  readonly times: readonly number[];
  readonly flags: number;
  readonly bytes: number;
}

/** The lines of a flow log in a format. */
export function recorded(connections: readonly Connection[], format: FlowFormat): readonly string[] {
  return connections.flatMap((connection) =>
    countsOf(connection).map((counted) => lineOf(connection, counted, format)),
  );
}

/** The packets of each minute and direction. */
function countsOf(connection: Connection): readonly Counted[] {
  const { from, to } = connection;
  const times = Array.from({ length: Math.floor((to - from) / PACE) + 1 }, (_, i) => from + i * PACE);
  const minutes = [...Map.groupBy(times, (time) => Math.floor(time / INTERVAL)).values()];
  return minutes.flatMap((of, index) =>
    [true, false].flatMap((isInbound) =>
      connection.isAnswered
        ? [answeredPart(connection, of, isInbound, index === 0)]
        : refusedPart(connection, of, isInbound, index === 0),
    ),
  );
}

function answeredPart(
  { opener }: Connection,
  times: readonly number[],
  isInbound: boolean,
  isFirst: boolean,
): Counted {
  const flags = (opener === 'remote') === isInbound ? SYN : SYN_ACK;
  return { isInbound, times, flags: isFirst ? flags : 0, bytes: times.length * 52 };
}

/** One packet comes in, and what refuses it sends a bare one, or none. */
function refusedPart(
  { opener, protocol }: Connection,
  times: readonly number[],
  isInbound: boolean,
  isFirst: boolean,
): readonly Counted[] {
  if (!isFirst) return [];
  const sent = times.slice(0, 1);
  if ((opener === 'remote') === isInbound) return [{ isInbound, times: sent, flags: SYN, bytes: 52 }];
  return protocol === 17 ? [] : [{ isInbound, times: sent, flags: RST, bytes: 40 }];
}

const SYN = 2;
const RST = 4;
const SYN_ACK = 18;

function lineOf(
  { protocol, remote, remotePort, port }: Connection,
  { isInbound, times, flags, bytes }: Counted,
  format: FlowFormat,
): string {
  const values: Readonly<Record<string, string | number>> = {
    version: 5,
    'account-id': '111122223333',
    'interface-id': 'eni-1',
    srcaddr: isInbound ? remote : OWN,
    dstaddr: isInbound ? OWN : remote,
    srcport: isInbound ? remotePort : port,
    dstport: isInbound ? port : remotePort,
    protocol,
    packets: times.length,
    bytes,
    start: times[0] ?? 0,
    end: times.at(-1) ?? 0,
    action: 'ACCEPT',
    'log-status': 'OK',
    'tcp-flags': protocol === 6 ? flags : 0,
  };
  return format.map((name) => values[name] ?? '-').join(' ');
}
