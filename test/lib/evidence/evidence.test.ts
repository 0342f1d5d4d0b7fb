import { describe, expect, it } from 'vitest';
import { evidenceIn } from '../../../lib/evidence/evidence.ts';
import { DEFAULT_FORMAT, parseFormat, parseLine } from '../../../lib/evidence/flow-record.ts';
import type { AskedInterface, Question } from '../../../lib/evidence/question.ts';
import { awsFormat } from './aws-format.ts';

const OPENED = Date.parse('2026-01-24T03:45:49Z') / 1000;
const CLOSED = OPENED + 75;
const TCP = 6 * 65_536;
const FLAGS = parseFormat(
  awsFormat('srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags'),
);

const web: AskedInterface = {
  id: 'eni-1',
  instanceId: 'i-1',
  addresses: ['10.0.0.5', '10.0.0.6', '2600:1f14::5'],
  clientPortsFrom: 32_768,
  flowLogs: [{ id: 'fl-1', resourceId: 'vpc-1', logGroup: 'flows', format: FLAGS }],
  others: [],
};

function question(
  one: Partial<AskedInterface> = {},
  traffic: [number, number] = [TCP + 22, TCP + 23],
): Question {
  const areas = [{ sources: ['0.0.0.0/0', '::/0'], traffic: [traffic] }];
  const times = {
    openedAt: new Date(OPENED * 1000).toISOString(),
    closedAt: new Date(CLOSED * 1000).toISOString(),
  };
  return { openings: [{ ...times, areas }], interfaces: [{ ...web, ...one }], gaps: [] };
}

const ask = (lines: readonly string[], asked = question(), format = FLAGS) =>
  evidenceIn(asked, new Map([['eni-1', lines.map((line) => parseLine(line, [format]))]]), []);

/** A record of ten minutes, unless said otherwise. */
const line = (
  from: string,
  to: string,
  ports: readonly [number, number],
  {
    bytes = 300,
    packets = 5,
    start = OPENED - 300,
    end = OPENED + 300,
    action = 'ACCEPT',
    flags = 0,
    protocol = 6,
  } = {},
) => [from, to, ...ports, protocol, packets, bytes, start, end, action, 'OK', flags].join(' ');

const WIDE: [number, number] = [TCP, TCP + 65_536];

describe('evidence', () => {
  it('is none where nothing came in, and nothing is missing', () => {
    const other = line('8.8.8.8', '10.0.0.5', [50_000, 443], { flags: 2 });

    expect(ask([other])).toEqual({
      grade: 'none',
      counts: { accepted: 0, answered: 0, flowing: 0 },
      top: [],
      throughOthers: 0,
      undirected: 0,
      gaps: [],
    });
  });

  it.each([
    [
      'accepted where only a refusal goes back',
      [line('10.0.0.5', '8.8.8.8', [22, 50_000], { bytes: 200, flags: 4 })],
      'accepted',
    ],
    ['accepted where nothing goes back', [], 'accepted'],
    [
      'answered where a SYN-ACK goes back',
      [line('10.0.0.5', '8.8.8.8', [22, 50_000], { bytes: 60, packets: 1, flags: 18 })],
      'answered',
    ],
    [
      'answered where bytes go back',
      [line('10.0.0.5', '8.8.8.8', [22, 50_000], { bytes: 4000 })],
      'answered',
    ],
    [
      'flowing where packets still come in later than records may be wrong',
      [line('8.8.8.8', '10.0.0.5', [50_000, 22], { start: CLOSED + 61, end: CLOSED + 120 })],
      'flowing',
    ],
    [
      'accepted where packets come in no later than records may be wrong',
      [line('8.8.8.8', '10.0.0.5', [50_000, 22], { start: CLOSED + 60, end: CLOSED + 120 })],
      'accepted',
    ],
    [
      'accepted where somebody opens a new connection later, through something else',
      [line('8.8.8.8', '10.0.0.5', [50_000, 22], { start: CLOSED + 90, end: CLOSED + 120, flags: 2 })],
      'accepted',
    ],
  ])('is %s', (_, more, grade) => {
    const first = line('8.8.8.8', '10.0.0.5', [50_000, 22], { flags: 2 });

    expect(ask([first, ...more])).toMatchObject({
      grade,
      top: [{ address: '8.8.8.8', grade, traffic: TCP + 22 }],
    });
  });

  it('takes an answer over IPv6 for a refusal while it has no more than headers', () => {
    const first = line('2001:4860::8', '2600:1f14::5', [50_000, 22], { flags: 2 });
    const back = (bytes: number) => line('2600:1f14::5', '2001:4860::8', [22, 50_000], { bytes, packets: 1 });

    expect(ask([first, back(60)]).grade).toBe('accepted');
    expect(ask([first, back(80)]).grade).toBe('answered');
  });

  it.each([
    ['before the rule was opened', { start: OPENED - 300, end: OPENED - 61 }, 0],
    ['before it, but no earlier than records may be wrong', { start: OPENED - 300, end: OPENED - 60 }, 1],
    [
      'after it was closed, but no later than records may be wrong',
      { start: CLOSED + 60, end: CLOSED + 120 },
      1,
    ],
    ['after it was closed', { start: CLOSED + 61, end: CLOSED + 120 }, 0],
  ])('counts packets %s', (_, times, accepted) => {
    const one = line('8.8.8.8', '10.0.0.5', [50_000, 22], { flags: 2, ...times });

    expect(ask([one]).counts.accepted).toBe(accepted);
  });

  it('looks an hour back where nobody knows when the rule was opened', () => {
    const asked = question();
    const openings = asked.openings.map(({ openedAt: _, ...one }) => one);
    const early = line('8.8.8.8', '10.0.0.5', [50_000, 22], { start: CLOSED - 3660, end: CLOSED - 3600 });
    const earlier = line('8.8.4.4', '10.0.0.5', [50_000, 22], { start: CLOSED - 3800, end: CLOSED - 3661 });

    expect(ask([early, earlier], { ...asked, openings }).top.map(({ address }) => address)).toEqual([
      '8.8.8.8',
    ]);
  });

  it('counts no rejected packets', () => {
    expect(ask([line('8.8.8.8', '10.0.0.5', [50_000, 22], { action: 'REJECT', flags: 2 })]).grade).toBe(
      'none',
    );
  });

  it('takes the answers of a website for nobody who came in, though the rule admits its port', () => {
    const asked = question({}, WIDE);
    const answer = line('151.101.1.1', '10.0.0.5', [443, 41_234], { flags: 18 });

    expect(ask([answer], asked)).toMatchObject({ grade: 'none', undirected: 0 });
  });

  it('cannot tell such answers where no flags are recorded, and says so', () => {
    const asked = question({}, WIDE);
    const answer = `2 111122223333 eni-1 151.101.1.1 10.0.0.5 443 41234 6 5 300 ${OPENED} ${CLOSED} ACCEPT OK`;

    expect(ask([answer], asked, DEFAULT_FORMAT)).toMatchObject({ grade: 'none', undirected: 1 });
  });

  it('knows that load balancers send from ports that a server of an instance would not share', () => {
    const asked = question({ clientPortsFrom: 1024 }, WIDE);
    const packet = `2 111122223333 eni-1 8.8.8.8 10.0.0.5 443 5432 6 5 300 ${OPENED} ${CLOSED} ACCEPT OK`;

    expect(ask([packet], asked, DEFAULT_FORMAT)).toMatchObject({ grade: 'none', undirected: 1 });
    expect(ask([packet], question({}, WIDE), DEFAULT_FORMAT).grade).toBe('accepted');
  });

  it('sets apart who could also have come in through another rule', () => {
    const others = [{ sources: ['8.8.8.0/24'], traffic: [[TCP + 22, TCP + 23] as const] }];
    const lines = [
      line('8.8.8.8', '10.0.0.5', [50_000, 22], { flags: 2 }),
      line('9.9.9.9', '10.0.0.5', [50_000, 22], { flags: 2 }),
    ];

    expect(ask(lines, question({ others }))).toMatchObject({
      counts: { accepted: 1 },
      throughOthers: 1,
      top: [{ address: '9.9.9.9' }],
    });
    expect(ask(lines, question({ others: undefined }))).toMatchObject({ grade: 'none', throughOthers: 2 });
  });

  it('asks for the private address, and for a secondary one by what the packets say', () => {
    const format = [...FLAGS, 'pkt-dstaddr'];
    const packet = `${line('8.8.8.8', '10.0.0.5', [50_000, 22], { flags: 2 })} 10.0.0.6`;

    expect(ask([packet], question(), format).grade).toBe('accepted');
  });

  it('passes over what an interface only forwards, or sends to itself', () => {
    expect(ask([line('10.0.0.6', '10.0.0.5', [50_000, 22], { flags: 2 })]).grade).toBe('none');
    expect(ask([line('8.8.8.8', '10.0.9.9', [50_000, 22], { flags: 2 })]).grade).toBe('none');
  });

  it('names five sources, the strongest first, and counts all', () => {
    const lines = Array.from({ length: 8 }, (_, i) => [
      line(`8.8.8.${i}`, '10.0.0.5', [50_000, 22], { flags: 2, bytes: 100 * i }),
      ...(i === 3 ? [line('10.0.0.5', `8.8.8.${i}`, [22, 50_000], { flags: 18 })] : []),
    ]).flat();

    const { counts, top } = ask(lines);

    expect(counts).toEqual({ accepted: 7, answered: 1, flowing: 0 });
    expect(top.map(({ address }) => address)).toEqual([
      '8.8.8.3',
      '8.8.8.7',
      '8.8.8.6',
      '8.8.8.5',
      '8.8.8.4',
    ]);
  });

  it.each([
    [
      'there are no records of the time',
      [line('8.8.8.8', '10.0.0.5', [1, 22], { end: OPENED - 100 })],
      {},
      ['there are no records of eni-1 for that time'],
    ],
    [
      'records cannot be read',
      ['?', line('8.8.8.8', '10.0.0.5', [1, 443])],
      {},
      ['1 record of eni-1 could not be read'],
    ],
    ['no flow log records the interface', [], { flowLogs: [] }, ['no flow log records eni-1']],
    [
      'the only flow log has a flaw',
      [],
      {
        flowLogs: [
          { id: 'fl-1', resourceId: 'vpc-1', logGroup: 'flows', format: FLAGS, flaw: 'it is broken' },
        ],
      },
      ['it is broken'],
    ],
  ])('has a gap where %s', (_, lines, part, gaps) => {
    expect(ask(lines, question(part)).gaps).toEqual(gaps);
  });
});
