// `portcullis backtest` as its users run it: on a directory of trail files, with the groups of an account.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIST, makeHistory, type Step } from '../lib/backtest/history.ts';
import { file, onAccount } from './portcullis.ts';

const BASE: Step = {
  kind: 'authorize',
  group: 0,
  rule: 0,
  port: 22,
  source: '40.0.0.0/8',
  actor: 'jane',
  seconds: 60,
};
const steps: readonly Step[] = [
  { ...BASE, source: '41.0.0.0/8', group: 1 },
  { ...BASE, port: 443, source: '40.0.0.0/8', actor: 'deploy' },
  { ...BASE, kind: 'revoke', group: 1, rule: 1, seconds: 600 },
  { ...BASE, port: 443, source: '203.0.113.0/24', group: 1 },
];
const history = await makeHistory(steps);

/** As CloudTrail lays it out. */
function trailOf(records: readonly object[]): string {
  const root = mkdtempSync(join(tmpdir(), 'trail-'));
  const day = join(root, 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/01');
  mkdirSync(day, { recursive: true });
  const others = [
    { eventSource: 's3.amazonaws.com', eventName: 'GetObject', eventTime: '2026-03-01T00:00:00Z' },
  ];
  for (const [index, record] of records.entries()) {
    writeFileSync(
      join(day, `file-${index}.json.gz`),
      gzipSync(JSON.stringify({ Records: [...others, record] })),
    );
  }
  mkdirSync(join(root, 'AWSLogs/111122223333/CloudTrail-Digest'));
  writeFileSync(join(root, 'AWSLogs/111122223333/CloudTrail-Digest/digest.json.gz'), 'no gzip');
  return root;
}
const trail = trailOf(history.records);

/** A directory with one policy. */
function policies(id: string, match: object): string {
  const directory = mkdtempSync(join(tmpdir(), 'policies-'));
  const policy = {
    id,
    title: 'Closed',
    severity: 'high',
    description: 'Use the VPN.',
    match,
    action: 'revoke',
  };
  writeFileSync(join(directory, `${id}.yaml`), JSON.stringify(policy));
  return directory;
}
const main = policies('ssh', { protocol: ['tcp'], ports: [22], source: 'world' });
const stricter = policies('ssh', { protocol: ['tcp'], ports: [22, 443], source: 'public' });

const backtest = (...words: readonly string[]) =>
  onAccount(history.account, ['backtest', '--events', trail, ...words]);

describe('portcullis backtest', () => {
  it('says what would have been revoked, of whom, for how long it was open in fact, and how sure that is', async () => {
    const { status, stdout } = await backtest('--policies', main);

    expect(status).toBe(0);
    expect(stdout).toContain(
      '4 files, 8 records: 3 events that may have opened something (3 exact, 0 at least, 0 unknown)',
    );
    expect(stdout).toContain(
      '1 rule of 1 person would have been revoked and 0 reported. Exceptions cover 0.',
    );
    expect(stdout).toContain(
      'In fact they stayed open for 11 minutes (median), at most 11 minutes; 0 still open.',
    );
    expect(stdout).toContain('ssh: 1 revoked');
    expect(stdout).toContain('jane, console: 1 rule');
    expect(stdout).toMatch(
      /2026-03-01 00:01 UTC sg-01 old-1, jane by console: SSH \(tcp\/22\) from 4[01]\.0\.0\.0\/8: revoked, by ssh/,
    );
  });

  it('answers JSON for machines', async () => {
    const { summary, events, notReplayed } = JSON.parse(
      (await backtest('--policies', main, '--format', 'json')).stdout,
    );

    expect(summary).toMatchObject({
      events: 3,
      exact: 3,
      rules: { revoke: 1 },
      people: [{ person: 'jane', tool: 'console', rules: 1 }],
    });
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({
      eventName: 'AuthorizeSecurityGroupIngress',
      certainty: { label: 'exact' },
      rules: [{ effect: 'revoke', policies: ['ssh'] }],
    });
    expect(notReplayed).toEqual({ events: [], unreadable: { count: 0 }, contradictions: [] });
  });

  it('reads the versions that prefix lists had at the time', async () => {
    const listed = await makeHistory([
      { ...BASE, kind: 'list', rule: 1 },
      { ...BASE, kind: 'list', rule: 2 },
      { ...BASE, source: LIST },
      { ...BASE, kind: 'list-back', rule: 0 },
    ]);
    const events = file('lists.json', { Records: listed.records });
    const ask = (...words: readonly string[]) =>
      onAccount(listed.account, ['backtest', '--events', events, '--policies', main, ...words]);

    expect((await ask()).stdout).toMatch(/prefix list [^\n]*: revoked, by ssh\n/);
    // Today it has no entries.
    const from = file('listed-now.json', { SecurityGroups: [] });
    const lists = file('lists-now.json', { [LIST]: [] });
    expect((await ask('--from', from, '--prefix-lists', lists)).stdout).toContain('not evaluated, by ssh');
  });

  it('names exactly the events that differ from the policies of another branch', async () => {
    const { status, stdout } = await backtest('--policies', stricter, '--against', main, '--fail-on', 'new');

    expect(status).toBe(1);
    expect(stdout).toContain('1 rule more, 0 less');
    expect(stdout).toContain(
      '+ 2026-03-01 00:02 UTC sg-00 old-0, deploy by Terraform: HTTPS (tcp/443) from 40.0.0.0/8: revoked, by ssh (was left alone)',
    );
    expect((await backtest('--policies', main, '--against', main, '--fail-on', 'new')).status).toBe(0);
    expect((await backtest('--policies', main, '--against', stricter, '--fail-on', 'new')).status).toBe(0);
  });

  it('leaves out what Portcullis itself did', async () => {
    const { stdout } = await backtest('--policies', main, '--own-role', 'people');

    expect(stdout).toContain('0 events that may have opened something');
    expect(stdout).toContain('3 events of Portcullis itself left out');
  });

  it('says what contradicts the trail, and what of it cannot be read', async () => {
    const [first, ...others] = history.records as readonly [object, ...object[]];
    const root = trailOf([
      ...others,
      { ...first, eventID: 'x', requestParameters: {}, responseElements: null },
    ]);
    const { stdout } = await onAccount(history.account, ['backtest', '--events', root, '--policies', main]);

    expect(stdout).toContain('Not certain');
    expect(stdout).toContain('1 record that cannot be read');
  });

  it('takes events in one file, and the groups of an export', async () => {
    const events = file('lookup.json', {
      Events: history.records.map((record) => ({ CloudTrailEvent: JSON.stringify(record) })),
    });
    const from = file('groups-now.json', { SecurityGroups: [] });
    const { status, stdout } = await onAccount(history.account, [
      'backtest',
      '--events',
      events,
      '--from',
      from,
      '--region',
      'eu-west-1',
      '--policies',
      main,
    ]);

    expect(status).toBe(0);
    expect(stdout).toContain('the group is not there, and nothing in the trail deletes it');
  });

  it('refuses what it cannot read', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'empty-'));
    const asked = (path: string) => onAccount(history.account, ['backtest', '--events', path]);

    expect(await asked('missing')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('missing: cannot be read'),
    });
    expect(await asked(empty)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('holds no .json or .json.gz file'),
    });
    expect(
      await asked(file('AuthorizeSecurityGroupIngress.json', 'AuthorizeSecurityGroupIngress')),
    ).toMatchObject({ status: 2, stderr: expect.stringContaining('not JSON') });
  });

  it('reads nothing but the trail and Describe calls', async () => {
    expect(history.account.calls.filter(({ api }) => !/^(Describe|Get|Authorize|Revoke)/.test(api))).toEqual(
      [],
    );
    expect(readFileSync(join(trail, 'AWSLogs/111122223333/CloudTrail-Digest/digest.json.gz'), 'utf8')).toBe(
      'no gzip',
    );
  });
});

it('portcullis backtest takes a trail or looks events up, and not both', async () => {
  const asked = (...words: readonly string[]) => onAccount(history.account, ['backtest', ...words]);

  expect(await asked()).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--events, or --lookup'),
  });
  expect((await asked('--events', trail, '--lookup', 'events')).status).toBe(2);
  expect((await asked('--lookup', 'events', '--days', '91')).status).toBe(2);
});
