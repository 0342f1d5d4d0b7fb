// What `portcullis backtest` reads, and what it must not take for a quiet account.
import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeHistory, type Step } from '../lib/backtest/history.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const BASE: Step = {
  ...{ kind: 'authorize', group: 0, rule: 0, port: 22, source: '0.0.0.0/0', actor: 'jane', seconds: 60 },
};
const history = await makeHistory([{ ...BASE, port: 5432 }, BASE, { ...BASE, group: 1, port: 3389 }]);
const trail = file('trail.json', { Records: history.records });
const groups = file('no-groups.json', { SecurityGroups: [] });
const SSH = ['--policy', 'no-world-open-admin'];

describe('portcullis backtest', () => {
  it('knows that a rule is open still only where it sees the group', async () => {
    const seen = await onAccount(history.account, ['backtest', '--events', trail, ...SSH]);
    const unseen = await portcullis(['backtest', '--events', trail, '--from', groups, ...SSH]);
    const page = await portcullis([
      'backtest',
      '--events',
      trail,
      '--from',
      groups,
      ...SSH,
      '--format',
      'html',
    ]);

    expect(seen.stdout).toContain('\nOf these, 2 are still open.\n');
    expect(unseen.stdout).toContain('\nOf these, 0 are still open; for 2, this is not known.\n');
    expect(page.stdout).toContain('Whether it is still open is not known.');
  });

  it('leaves out what Portcullis did itself wherever it lists something', async () => {
    const other = ['--policy', 'no-world-open-kubernetes-api', '--from', groups, '--events', trail];
    const own = ['--own-role', 'people'];
    const found = ['--from', groups, '--events', trail, ...SSH];
    const none = onlyPolicy('no-world-open-kubernetes-api');
    const json = JSON.parse((await portcullis(['backtest', ...other, ...own, '--format', 'json'])).stdout);
    const compared = await portcullis(['backtest', ...found, ...own, '--against', none, '--fail-on', 'new']);

    expect(json).toMatchObject({ events: [], summary: { events: 0, own: 3 } });
    expect((await portcullis(['backtest', ...found, ...own])).stdout).not.toContain('\nEvents\n');
    expect(compared.stdout).toContain('0 rules more, 0 less');
    expect(compared.status).toBe(0);
  });

  it('shows as a page what other policies would have done instead', async () => {
    const words = ['backtest', '--from', groups, '--events', trail, '--format', 'html'];
    const [none, ssh] = [onlyPolicy('no-world-open-kubernetes-api'), onlyPolicy('no-world-open-admin')];
    const more = (await portcullis([...words, '--policies', ssh, '--against', none])).stdout;
    const less = (await portcullis([...words, '--policies', none, '--against', ssh])).stdout;

    expect(more).toContain('<b>2</b>rules about which these policies would have done more');
    expect(more).toContain('revoked, by no-world-open-admin (was left alone). It allows tcp/22');
    expect(less).toContain('<b class="fine">0</b>rules about which these policies would have done more');
    expect(less).toContain('<b class="">2</b>about which they would have done less');
    expect(less).toContain('left alone (was revoked, by no-world-open-admin). It allows tcp/22');
    for (const page of [more, less]) expect(page).not.toContain('PostgreSQL');
  });

  it('lists first the policies that would have revoked most', async () => {
    const { stdout } = await onAccount(history.account, ['backtest', '--events', trail]);
    const [, list = ''] = /\nBy policy\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
    const counts = [...list.matchAll(/: (\d+) revoked/g)].map(([, count]) => Number(count));

    expect(counts.length).toBeGreaterThan(1);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  it.each([
    ['JSON lines', history.records.map((record) => JSON.stringify(record)).join('\n')],
    ['rows of a data lake', history.records.map((record) => inLowerCase(record))],
  ])('replays %s like a log file', async (_, content) => {
    const words = ['--from', groups, '--format', 'json', ...SSH];
    const events = async (path: string) =>
      JSON.parse((await portcullis(['backtest', '--events', path, ...words])).stdout).events;

    expect(await events(file('other.json', content))).toEqual(await events(trail));
  });

  it.each([
    ['an export of groups', { SecurityGroups: [] }],
    ['an empty object', {}],
    ['nothing', null],
  ])('refuses %s: it is no trail', async (_, content) => {
    const path = file('wrong.json', content);

    expect(await portcullis(['backtest', '--from', groups, '--events', path])).toMatchObject({
      status: 2,
      stderr: `${path}: holds no CloudTrail event\n`,
    });
  });

  it.each([
    [['--fail-on', 'new'], '--fail-on compares with other policies: name them with --against'],
    [['--days', '3'], '--days is for --lookup'],
  ])('refuses %s where it would change nothing', async (words, message) => {
    expect(await portcullis(['backtest', '--events', trail, '--from', groups, ...words])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
  });

  it('says that no region is known, before it looks anything up', async () => {
    const env = { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, PORTCULLIS_SETTINGS: undefined };

    expect(await portcullis(['backtest', '--lookup', 'nowhere'], env)).toMatchObject({
      status: 2,
      stderr:
        'the events cannot be looked up: no AWS region is known: name it with --region or in AWS_REGION\n',
    });
  });
});

/** A directory with this shipped policy alone. */
function onlyPolicy(id: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'policies-'));
  copyFileSync(`policies/${id}.yaml`, join(directory, `${id}.yaml`));
  return directory;
}

/** As a data lake writes the columns of a record. */
function inLowerCase(record: object): object {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value]));
}
