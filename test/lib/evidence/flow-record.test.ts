import { describe, expect, it } from 'vitest';
import { parseFlowLog } from '../../../lib/evidence/flow-log.ts';
import { DEFAULT_FORMAT, lackingIn, parseFormat, parseLine } from '../../../lib/evidence/flow-record.ts';
import { awsFormat } from './aws-format.ts';

/** A record in the default format, as the user guide of VPC prints one. */
const SSH =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';

const kindOf = (line: string, ...formats: readonly string[]) =>
  parseLine(line, formats.length === 0 ? [DEFAULT_FORMAT] : formats.map(parseFormat)).kind;

describe('a line of a flow log', () => {
  it('is read in the default format', () => {
    const line = parseLine(SSH, [DEFAULT_FORMAT]);

    expect(line).toMatchObject({
      kind: 'flow',
      record: {
        sources: [{ text: '172.31.16.139' }],
        destinations: [{ text: '172.31.16.21' }],
        sourcePort: 20_641,
        destinationPort: 22,
        protocol: 6,
        packets: 20,
        bytes: 4249,
        isAccepted: true,
        tcpFlags: undefined,
        start: 1_418_530_010_000,
        end: 1_418_530_070_000,
      },
    });
  });

  it('is read in a format of another order, with the flags and the addresses of the packets', () => {
    const format = awsFormat(
      'tcp-flags end start pkt-dstaddr dstaddr srcaddr dstport srcport protocol action',
    );
    const line = parseLine('2 1418530070 1418530010 10.0.0.9 10.0.0.5 2001:db8::1 22 20641 6 ACCEPT', [
      parseFormat(format),
    ]);

    expect(line).toMatchObject({
      kind: 'flow',
      record: { tcpFlags: 2, destinations: [{ text: '10.0.0.5' }, { text: '10.0.0.9' }], bytes: undefined },
    });
  });

  it.each([
    ['without traffic', 'no-data', '2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA'],
    ['for lost records', 'skipped', '2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - SKIPDATA'],
    ['with a field too many', 'unreadable', `${SSH} 3`],
    ['with a field too few', 'unreadable', SSH.replace(' OK', '')],
    ['with an unknown action', 'unreadable', SSH.replace('ACCEPT', 'MAYBE')],
    ['with an address that is none', 'unreadable', SSH.replace('172.31.16.139', '172.31.16.999')],
    ['that ends before it starts', 'unreadable', SSH.replace('1418530070', '1418530000')],
    ['that is empty', 'unreadable', ''],
  ])('%s is %s', (_, kind, line) => {
    expect(kindOf(line)).toBe(kind);
  });

  it('without a status and without addresses stands for lost records, because nobody can tell', () => {
    const format = awsFormat('srcaddr dstaddr srcport dstport protocol start end action');

    expect(kindOf('- - - - - 1431280876 1431280934 -', format)).toBe('skipped');
  });

  it('is unreadable where two formats of one length read it differently, and read where only one fits', () => {
    const there = awsFormat('srcaddr dstaddr srcport dstport protocol start end action');
    const back = awsFormat('dstaddr srcaddr srcport dstport protocol start end action');
    const other = awsFormat('action srcaddr dstaddr srcport dstport protocol start end');
    const line = '8.8.8.8 10.0.0.5 40000 22 6 1431280876 1431280934 ACCEPT';

    expect(kindOf(line, there, back)).toBe('unreadable');
    expect(kindOf(line, there, other)).toBe('flow');
  });
});

describe('a flow log', () => {
  const aws = { FlowLogId: 'fl-1', ResourceId: 'vpc-1', LogGroupName: 'flows', FlowLogStatus: 'ACTIVE' };

  it('has the default format where EC2 names none', () => {
    expect(parseFlowLog(aws)).toEqual({
      id: 'fl-1',
      resourceId: 'vpc-1',
      logGroup: 'flows',
      format: DEFAULT_FORMAT,
    });
    expect(lackingIn(DEFAULT_FORMAT)).toEqual([]);
  });

  it.each([
    [
      'of rejected packets alone',
      { TrafficType: 'REJECT' as const },
      'flow log fl-1 records only rejected packets',
    ],
    [
      'without ports and actions',
      { LogFormat: awsFormat('srcaddr dstaddr protocol start end') },
      'the format of flow log fl-1 lacks srcport, dstport, action',
    ],
  ])('%s has a flaw', (_, part, flaw) => {
    expect(parseFlowLog({ ...aws, ...part })?.flaw).toBe(flaw);
  });

  it.each(['s3', 'kinesis-data-firehose'] as const)(
    'that writes to %s has no log group',
    (LogDestinationType) => {
      expect(parseFlowLog({ ...aws, LogDestinationType })?.logGroup).toBeUndefined();
    },
  );

  it('names its log group by an ARN, too', () => {
    const LogDestination = 'arn:aws:logs:eu-west-1:111122223333:log-group:/vpc/flows:*';
    const { LogGroupName: _, ...rest } = aws;

    expect(parseFlowLog({ ...rest, LogDestination })?.logGroup).toBe('/vpc/flows');
  });

  it('that is not active is none', () => {
    expect(parseFlowLog({ ...aws, FlowLogStatus: 'DELETING' })).toBeUndefined();
  });
});
