// What `portcullis simulate` takes: whatever an event comes wrapped in, it is the same event.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrapEvents } from '../../cli/input/events.ts';
import { parseChange } from '../../lib/change/change.ts';
import { changeJson } from '../../lib/report/json.ts';
import { RUNS } from '../runs.ts';
import { file, portcullis } from './portcullis.ts';

const SSH_WORLD = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';
const DENIED = 'test/fixtures/events/authorize-ingress-cli-denied-unauthorized-operation.json';
const record = JSON.parse(readFileSync(SSH_WORLD, 'utf8'));
const denied = JSON.parse(readFileSync(DENIED, 'utf8'));
const unnamed = { ...record, requestParameters: { groupName: '' }, responseElements: null };

const json = JSON.stringify;
const lowerKeys = (value: object) =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [key.toLowerCase(), one]));
const asText = ({ requestParameters, responseElements, ...rest }: typeof record) => ({
  ...rest,
  requestParameters: json(requestParameters),
  responseElements: json(responseElements),
});

/** Each carrier of one event, and what a file of it holds. */
const CARRIERS: Readonly<Record<string, (event: object) => unknown>> = {
  'a log file': (event) => ({ Records: [event] }),
  'an array': (event) => [event],
  'what `lookup-events` prints': (event) => ({
    Events: [{ EventId: 'e', EventName: 'AuthorizeSecurityGroupIngress', CloudTrailEvent: json(event) }],
  }),
  'one event of `lookup-events`': (event) => ({ EventName: 'x', CloudTrailEvent: json(event) }),
  'a message of SNS': (event) => ({ Type: 'Notification', Message: json(event) }),
  "Lambda's event of SNS": (event) => ({
    Records: [{ EventSource: 'aws:sns', Sns: { Message: json(event) } }],
  }),
  'a message of SQS': (event) => ({ Messages: [{ MessageId: 'm', Body: json(event) }] }),
  "Lambda's event of SQS": (event) => ({ Records: [{ eventSource: 'aws:sqs', body: json(event) }] }),
  "Lambda's account of a failure": (event) => ({ version: '1.0', requestContext: {}, requestPayload: event }),
  'a line of a log': (event) => ({ events: [{ timestamp: 1, message: json(event) }] }),
  'the line of a log shipper': (event) => ({ _raw: json(event) }),
  'a row of CloudTrail Lake': (event) => ({ QueryResultRows: [[{ eventJson: json(event) }]] }),
  text: json,
};

/** Carriers of a record alone. */
const RECORD_CARRIERS: Readonly<Record<string, (event: typeof record) => unknown>> = {
  "EventBridge's envelope": (detail) => ({
    version: '0',
    source: 'aws.ec2',
    account: record.recipientAccountId,
    region: record.awsRegion,
    time: record.eventTime,
    detail,
  }),
  'a row of Athena': (event) => lowerKeys(asText(event)),
  'a row with its identity as text': (event) => ({
    ...asText(event),
    userIdentity: json(event.userIdentity),
  }),
  'what Athena prints': (event) => {
    const row = { ...lowerKeys(asText(event)), useridentity: json(event.userIdentity) };
    const cells = (of: readonly unknown[]) => ({ Data: of.map((VarCharValue) => ({ VarCharValue })) });
    return { ResultSet: { Rows: [cells(Object.keys(row)), cells(Object.values(row))] } };
  },
  'what CloudTrail Lake prints': (event) => ({
    QueryResultRows: [Object.entries(asText(event)).map(([key, value]) => ({ [key]: value }))],
  }),
};

const refuse = ({ place, problem }: { place: string; problem: string }) => new Error(`${place}: ${problem}`);
const changeIn = (value: unknown) =>
  unwrapEvents(value, '', refuse).map(({ event }) => changeJson(parseChange(event)));
const EXPECTED = changeJson(parseChange(record));

describe('an event', () => {
  it.each(Object.entries({ ...CARRIERS, ...RECORD_CARRIERS }))('is the same in %s', (_, wrap) => {
    expect(changeIn(wrap(record))).toEqual([EXPECTED]);
  });

  it('is the same in any wrapping of any wrapping', () => {
    const carriers = fc.array(fc.constantFrom(...Object.values(CARRIERS)), { maxLength: 5 });
    const inner = fc.constantFrom((event: typeof record) => event, ...Object.values(RECORD_CARRIERS));
    fc.assert(
      fc.property(inner, carriers, (first, others) => {
        const wrapped = others.reduce((event, wrap) => wrap(event as object), first(record));

        expect(changeIn(wrapped)).toEqual([EXPECTED]);
      }),
      RUNS,
    );
  });

  it('is one of as many as there are, in their order, whatever each comes in', () => {
    const wraps = fc.array(fc.constantFrom(...Object.values(CARRIERS)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(wraps, (all) => {
        const numbered = all.map((wrap, index) => wrap({ ...record, eventID: `e-${index}` }));
        const found = changeIn({ Records: numbered });

        expect(found.map(({ eventId }) => eventId)).toEqual(all.map((_, index) => `e-${index}`));
      }),
      RUNS,
    );
  });

  it('is never a crash, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          unwrapEvents(value, '', refuse);
        } catch (error) {
          expect(String(error)).toMatch(/is a text that is not JSON|is wrapped too often/);
        }
      }),
      RUNS,
    );
  });
});

const simulated = async (content: unknown, ...words: readonly string[]) =>
  portcullis(['simulate', file('event.json', content), ...words, '--format', 'json']);

describe('portcullis simulate', () => {
  it('answers the same for a wrapped event as for the event alone', async () => {
    const answer = async (content: unknown) => {
      const { calls: _, ...rest } = JSON.parse((await simulated(content)).stdout);
      return rest;
    };

    expect(await answer(CARRIERS['what `lookup-events` prints']?.(record))).toEqual(await answer(record));
  });

  it('answers for each of several events, with its place', async () => {
    const { status, stdout } = await simulated({ Records: [record, denied, { ...record, eventID: 'e' }] });
    const answers = JSON.parse(stdout);

    expect(status).toBe(0);
    expect(answers.map(({ event }: { event: string }) => event)).toEqual([
      'Records[0]',
      'Records[1]',
      'Records[2]',
    ]);
    expect(answers.map(({ outcomes }: { outcomes: unknown[] }) => outcomes.length)).toEqual([1, 0, 1]);
  });

  it('shows several events one after the other, and is brief about those that change nothing', async () => {
    const { stdout } = await portcullis(['simulate', file('two.json', [record, denied])]);

    expect(stdout).toContain('--- [0] ---\n\nThe mail\n');
    expect(stdout.split('--- [1] ---')[1]?.trim().split('\n')).toHaveLength(2);
  });

  it('reads one event a line', async () => {
    const { stdout } = await simulated(`${json(record)}\r\n\n${json({ Records: [record] })}\n`);

    expect(JSON.parse(stdout).map(({ event }: { event: string }) => event)).toEqual([
      'line 1',
      'line 3, Records[0]',
    ]);
  });

  it('reads what gzip has packed', async () => {
    const path = file('packed.json.gz', '');
    writeFileSync(path, gzipSync(json({ Records: [record] })));

    expect((await portcullis(['simulate', path])).stdout).toEqual(
      (await portcullis(['simulate', SSH_WORLD])).stdout,
    );
  });

  it('answers for the other events where one cannot be read, and says which', async () => {
    const { status, stdout, stderr } = await simulated({ Records: [record, unnamed, { detail: {} }] });

    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/event\.json: Records\[1\]: requestParameters\.groupId is missing/),
      expect.stringMatching(/event\.json: Records\[2\]: eventName is missing/),
    ]);
  });

  it.each([
    ['a log file without records', { Records: [] }, 'event.json: holds no event'],
    [
      'a message that is no event',
      { Records: [{ Sns: { Message: 'hello' } }] },
      'event.json: Records[0].Sns.Message: is a text that is not JSON',
    ],
    [
      'a row whose parameters are no JSON',
      [record, { ...lowerKeys(record), requestparameters: '{groupId=sg-0abc}' }],
      'event.json: [1].requestparameters: is a text that is not JSON',
    ],
    [
      'no end of wrappings',
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      `event.json: ${'[0]'.repeat(51)}: is wrapped too often`,
    ],
    ['a broken line', `${json(record)}\n{"detail"\n${json(record)}`, 'event.json:2: not JSON'],
  ])('says where it is wrong: %s', async (_, content, message) => {
    const { status, stdout, stderr } = await simulated(content);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('says of a damaged archive that it cannot be read', async () => {
    const path = file('damaged.json.gz', '');
    writeFileSync(path, gzipSync(json(record)).subarray(0, 100));
    const { status, stderr } = await portcullis(['simulate', path]);

    expect(status).toBe(2);
    expect(stderr).toContain('damaged.json.gz: cannot be read: unexpected end of file');
  });
});
