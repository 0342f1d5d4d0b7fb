// The laws of evidence, against an oracle that knows each connection: a flow log records them, and they are looked for in its lines.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evidence, evidenceIn, type Visitor } from '../../../lib/evidence/evidence.ts';
import { DEFAULT_FORMAT, type FlowFormat, parseLine } from '../../../lib/evidence/flow-record.ts';
import type { OpenArea, Question } from '../../../lib/evidence/question.ts';
import { RUNS } from '../../runs.ts';
import { type Connection, OWN, recorded } from './recorder.ts';

const OPENED = 10_000;
const CLOSED = 10_120;
const CLIENT_PORTS_FROM = 32_768;
const SOURCES = ['8.8.8.0', '8.8.8.1', '8.8.8.2', '8.8.8.3', '9.9.9.9'];

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const tcp = (port: number): [number, number] => [6 * 65_536 + port, 6 * 65_536 + port + 1];
const udp = (port: number): [number, number] => [17 * 65_536 + port, 17 * 65_536 + port + 1];

/** What was closed: 22 and a port that clients use too, from four of the five addresses. */
const AREA: OpenArea = { sources: ['8.8.8.0/30'], traffic: [tcp(22), tcp(40_000), udp(22), udp(40_000)] };
/** Another rule lets two of them in at 22. */
const OTHER: OpenArea = { sources: ['8.8.8.2/31'], traffic: [tcp(22)] };

const isClosed = ({ remote, port }: Connection) => remote.startsWith('8.8.8.') && [22, 40_000].includes(port);
const isOther = ({ remote, port, protocol }: Connection) =>
  ['8.8.8.2', '8.8.8.3'].includes(remote) && port === 22 && protocol === 6;

/** A connection that the groups admit: a rule, or the interface itself, had to open the way. */
const connection: fc.Arbitrary<Connection> = fc
  .record({
    opener: fc.constantFrom('remote' as const, 'own' as const),
    protocol: fc.constantFrom(6 as const, 17 as const),
    remote: fc.constantFrom(...SOURCES),
    remotePort: fc.integer({ min: 1, max: 65_535 }),
    port: fc.constantFrom(22, 443, 40_000),
    from: fc.integer({ min: OPENED - 600, max: CLOSED + 600 }),
    lasts: fc.integer({ min: 0, max: 900 }),
    isAnswered: fc.boolean(),
  })
  .map(({ lasts, ...one }) => ({ ...one, to: one.from + (one.isAnswered ? lasts : 0) }))
  .map((one) => (one.opener === 'own' ? { ...one, port: 40_000 } : one))
  .filter(
    (one) =>
      one.opener === 'own' ||
      isOther(one) ||
      (isClosed(one) && one.from >= OPENED && one.from <= CLOSED) ||
      one.port === 443,
  );

const connections = fc.uniqueArray(connection, {
  maxLength: 12,
  selector: ({ protocol, remote, remotePort, port }) => [protocol, remote, remotePort, port].join(),
});

const withFlags: FlowFormat = [...DEFAULT_FORMAT, 'tcp-flags'];
const shuffled = (format: FlowFormat) =>
  fc.shuffledSubarray([...format], { minLength: format.length, maxLength: format.length });

const question: Question = {
  openings: [{ openedAt: iso(OPENED), closedAt: iso(CLOSED), areas: [AREA] }],
  interfaces: [
    {
      id: 'eni-1',
      addresses: [OWN],
      clientPortsFrom: CLIENT_PORTS_FROM,
      flowLogs: [{ id: 'fl-1', resourceId: 'vpc-1', logGroup: 'flows', format: withFlags }],
      others: [OTHER],
    },
  ],
  gaps: [],
};

function evidenceOf(lines: readonly string[], formats: readonly FlowFormat[]): Evidence {
  const parsed = lines.map((line) => parseLine(line, formats));
  return evidenceIn(question, new Map([['eni-1', parsed]]), []);
}

/** What the oracle says of each address. */
function visitorsOf(all: readonly Connection[]): ReadonlyMap<string, Visitor['grade']> {
  const grades = all
    .filter((one) => one.opener === 'remote' && isClosed(one) && !isOther(one))
    .map((one): [string, Visitor['grade']] => [one.remote, gradeOf(one)]);
  const order: readonly string[] = ['accepted', 'answered', 'flowing'];
  return new Map(grades.toSorted(([, a], [, b]) => order.indexOf(a) - order.indexOf(b)));
}

/** Of a connection that sends every twenty seconds, a minute's record begins with its first packet. */
function gradeOf({ from, to, isAnswered }: Connection): Visitor['grade'] {
  const last = from + Math.floor((to - from) / 20) * 20;
  const inLastMinute = Array.from({ length: 4 }, (_, i) => last - i * 20).filter(
    (time) => time >= from && Math.floor(time / 60) === Math.floor(last / 60),
  );
  const isLater = Math.min(...inLastMinute) > CLOSED + 60 && Math.floor(from / 60) !== Math.floor(last / 60);
  if (isAnswered && isLater) return 'flowing';
  return isAnswered ? 'answered' : 'accepted';
}

/** Of UDP nobody says who began. */
const onlyTcp = connections
  .map((all) => all.map((one) => ({ ...one, protocol: 6 as const })))
  .map((all) => [
    ...new Map(all.map((one) => [[one.remote, one.remotePort, one.port].join(), one])).values(),
  ]);

describe('evidence', () => {
  it('is right where flags are recorded: the addresses that came in through what was closed alone, each with its grade', () => {
    fc.assert(
      fc.property(onlyTcp, shuffled(withFlags), (all, format) => {
        const admitted = all.filter(
          (one) => one.opener === 'own' || isOther(one) || isClosed(one) || one.port === 443,
        );
        const evidence = evidenceOf(recorded(admitted, format), [format]);
        const expected = visitorsOf(admitted);

        const { accepted, answered, flowing } = evidence.counts;
        expect(accepted + answered + flowing).toBe(expected.size);
        for (const { address, grade } of evidence.top)
          expect([address, grade]).toEqual([address, expected.get(address)]);
        expect(evidence.undirected).toBe(0);
      }),
      RUNS,
    );
  });

  it('is sound without flags: an answer to outbound traffic is never taken for somebody who came in', () => {
    fc.assert(
      fc.property(connections, shuffled(DEFAULT_FORMAT), (all, format) => {
        const evidence = evidenceOf(recorded(all, format), [format]);
        const expected = visitorsOf(all);

        for (const { address } of evidence.top) expect(expected.has(address)).toBe(true);
        const { accepted, answered, flowing } = evidence.counts;
        expect(
          accepted + answered + flowing + evidence.undirected + evidence.throughOthers,
        ).toBeGreaterThanOrEqual(expected.size);
      }),
      RUNS,
    );
  });

  it('does not depend on the order of lines, nor on whether they are written twice, in two formats', () => {
    fc.assert(
      fc.property(connections, shuffled(withFlags), fc.infiniteStream(fc.nat()), (all, format, order) => {
        const lines = recorded(all, withFlags);
        const both = [
          ...lines,
          ...recorded(
            all,
            format.filter((name) => name !== 'version'),
          ),
        ];
        const mixed = both
          .map((line) => ({ line, at: order.next().value ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ line }) => line);

        const formats = [withFlags, format.filter((name) => name !== 'version')];
        expect(evidenceOf(mixed, formats)).toEqual(evidenceOf(lines, [withFlags]));
      }),
      RUNS,
    );
  });

  it('has a gap wherever records were lost, and claims as much as without it', () => {
    fc.assert(
      fc.property(connections, fc.integer({ min: OPENED, max: CLOSED }), (all, time) => {
        const lines = recorded(all, DEFAULT_FORMAT);
        const lost = `2 111122223333 eni-1 - - - - - - - ${time} ${time + 60} - SKIPDATA`;

        const whole = evidenceOf(lines, [DEFAULT_FORMAT]);
        const { gaps, ...said } = evidenceOf([...lines, lost], [DEFAULT_FORMAT]);
        expect(gaps).toContain('records of eni-1 were lost (SKIPDATA)');
        expect({ ...said, gaps: whole.gaps }).toEqual(whole);
      }),
      RUNS,
    );
  });
});
