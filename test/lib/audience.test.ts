// Whom messages are for: what the settings may say, and what messages make of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAudience } from '../../lib/audience.ts';
import { makeMessage } from '../../lib/report/message.ts';
import { timeInWords } from '../../lib/report/times.ts';
import { RUNS } from '../runs.ts';
import { makeFacts } from './report/facts.ts';

const NOTHING = { contact: undefined, portal: undefined, timeZone: undefined, routingTag: undefined };
const PORTAL =
  'https://example.awsapps.com/start/#/console?account_id={account}&role_name=ReadOnly&destination={destination}';

describe('what may be said', () => {
  it('is nothing at all, by leaving it out or empty', () => {
    expect(parseAudience({ ...NOTHING, contact: '' })).toEqual({ ok: true, audience: {} });
  });

  it.each([
    ['contact', 'a\nb'],
    ['contact', 'x'.repeat(201)],
    ['portal', 'http://example.com/{account}'],
    ['portal', 'https://example.com/'],
    ['timeZone', 'Berlin'],
    ['timeZone', '+02:00'],
    ['routingTag', 'x'.repeat(129)],
  ] as const)('is no %s %j, and the message says what to use', (key, value) => {
    expect(parseAudience({ ...NOTHING, [key]: value })).toMatchObject({
      ok: false,
      key,
      problem: expect.stringContaining('use '),
    });
  });
});

describe('a message', () => {
  const facts = makeFacts();
  const group = { ...facts.group, tags: { team: 'payments', empty: '' } };
  const of = (audience: object) => makeMessage({ ...facts, group, audience });

  it('names whom to ask', () => {
    expect(of({ contact: '#cloud-security' }).email).toContain(
      'Ask #cloud-security for an exception first: ',
    );
  });

  it('links to the group in its own account, and to nothing where no portal is set', () => {
    const link = /^Console\s+(.*)$/m.exec(of({ portal: PORTAL }).email)?.[1] ?? '';

    expect(link).toContain(
      'account_id=111122223333&role_name=ReadOnly&destination=https%3A%2F%2Feu-west-1.console',
    );
    expect(decodeURIComponent(link)).toContain('#SecurityGroup:groupId=sg-0web');
    expect(of({}).email).not.toContain('Console');
  });

  it('carries the routing tag of its group, and no attribute for a tag that is missing or empty', () => {
    expect(of({ routingTag: 'team' }).attributes.routing).toBe('payments');
    for (const routingTag of ['owner', 'empty', 'constructor', undefined])
      expect(of(routingTag === undefined ? {} : { routingTag }).attributes).not.toHaveProperty('routing');
  });

  it('has the tags of the group in its record', () => {
    expect(of({}).record.group.tags).toEqual(group.tags);
  });
});

describe('a time', () => {
  it.each([
    ['2026-06-01T12:00:00Z', undefined, '2026-06-01 12:00 UTC'],
    ['2026-06-01T12:00:00Z', 'Europe/Berlin', '2026-06-01 12:00 UTC (14:00 Berlin)'],
    ['2026-01-01T12:00:00Z', 'Europe/Berlin', '2026-01-01 12:00 UTC (13:00 Berlin)'],
    ['2026-06-01T20:45:00Z', 'Asia/Tokyo', '2026-06-01 20:45 UTC (2026-06-02 05:45 Tokyo)'],
    ['2026-06-01T00:30:00Z', 'America/New_York', '2026-06-01 00:30 UTC (2026-05-31 20:30 New York)'],
  ])('%s in %s is %s', (time, timeZone, said) => {
    expect(timeInWords(time, timeZone === undefined ? {} : { timeZone })).toBe(said);
  });

  it('is the same moment in both zones', () => {
    const zones = fc.constantFrom('Asia/Kolkata', 'America/St_Johns', 'Pacific/Chatham', 'Europe/London');
    const times = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(times, zones, (time, timeZone) => {
        const said = timeInWords(time.toISOString(), { timeZone });
        const [, hour, minute] = /\((?:\S+ )?(\d\d):(\d\d) /.exec(said) ?? [];
        const local = time.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
        expect(`${hour}:${minute}`).toBe(local);
      }),
      RUNS,
    );
  });
});
