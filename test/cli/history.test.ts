// `portcullis history` as its users run it, on the sandbox over HTTP.
import { beforeAll, describe, expect, it } from 'vitest';
import { HISTORY_OUTCOMES } from '../../lib/io/ledger/history.ts';
import { createAccount, fail } from '../../lib/sandbox/index.ts';
import { dieAt } from '../faults/die.ts';
import { makeEvent, makeWorld, policyOf, reconcile, tcp } from '../lib/io/world.ts';
import { onAccount, portcullis } from './portcullis.ts';

const ssh = { ...tcp('sgr-0ssh', 22), Description: 'temporary' };
const mysql = tcp('sgr-0mysql', 3306);
const test = makeWorld([ssh, mysql]);
const history = (...words: readonly string[]) => onAccount(test.account, ['history', ...words]);

async function ids(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await history('--format', 'json', ...words);
  return JSON.parse(stdout).entries.map(({ id }: { id: string }) => id.replace(/T.*/, ''));
}

const today = new Date().toISOString().slice(0, 10);
const all = [`restore/event-1/${today}`, 'event-2', 'event-1'];

beforeAll(async () => {
  await reconcile(test.world, makeEvent([ssh]));
  await test.world.wait(60_000);
  await reconcile(test.world, makeEvent([mysql], { eventID: 'event-2' }));
  await onAccount(test.account, ['restore', 'event-1']);
});

describe('portcullis history', () => {
  it('shows when, what, where, why and who, the newest first', async () => {
    const { status, stdout } = await history();
    const rows = stdout.split('\n').filter((line) => /\d{4}-\d{2}-\d{2}T/.test(line));

    expect(status).toBe(0);
    expect(rows).toHaveLength(3);
    for (const [index, texts] of [
      ['restore of', 'SSH from the whole internet', 'restored', 'web-prod'],
      ['event-2', 'notified', 'MySQL from the whole internet', 'revoked', 'no-world-open-databases'],
      ['event-1', 'notified', 'SSH from the whole internet', 'revoked', 'no-world-open-admin'],
    ].entries())
      for (const text of texts) expect(rows[index]).toContain(text);
  });

  it('answers JSON for machines, with whole records', async () => {
    const { stdout } = await history('--format', 'json', '--limit', '3');
    const [restore, , remediation] = JSON.parse(stdout).entries;

    expect(restore).toMatchObject({ kind: 'restore', of: 'event-1', rules: [{ outcome: 'restored' }] });
    expect(remediation.record.findings[0].rule).toMatchObject({ FromPort: 22, Description: 'temporary' });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['all', [], all],
    ['of a group, by its id', ['--group', 'sg-0web'], all],
    ['of a group, by its name', ['--group', 'web-prod'], all],
    ['of another group', ['--group', 'sg-0other'], []],
    ['because of a policy', ['--policy', 'no-world-open-databases'], ['event-2']],
    ['of an outcome', ['--outcome', 'revoked'], ['event-2', 'event-1']],
    ['of a restore', ['--outcome', 'restored'], all.slice(0, 1)],
    ['since a day', ['--since', today], all.slice(0, 1)],
    ['since a day that is to come', ['--since', '2999-01-01'], []],
    ['a few', ['--limit', '2'], all.slice(0, 2)],
  ])('lists %s', async (_, words, expected) => {
    expect(await ids(...words)).toEqual(expected);
  });

  it('says that there is more than it shows', async () => {
    expect((await history('--limit', '2')).stderr).toBe(
      'there are more, which are older: --limit shows more than 2\n',
    );
    expect((await history('--limit', '3')).stderr).toBe('');
  });

  it('shows what a try that was cut short has added, and the next may not withdraw', async () => {
    const wide = { ...tcp('sgr-0wide', 3300), ToPort: 3310 };
    const trimming = makeWorld([wide]);
    const world = { ...trimming.world, policies: [policyOf('mysql', [3306], 'trim')] };
    await dieAt(world, makeEvent([wide]), 'Revoke', 'crash before');
    await world.wait(720_000);
    fail(trimming.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');
    await reconcile({ ...world, policies: [] }, makeEvent([wide]));
    const added = await onAccount(trimming.account, ['history', '--outcome', 'added']);

    expect(added.stdout).toMatch(/tcp ports 3300-3305 from the whole\s.*added/);
  });

  it('knows every outcome that it may be asked for, and tells them in its help', async () => {
    const { stdout } = await portcullis(['history', '--help']);

    for (const outcome of HISTORY_OUTCOMES) expect(stdout).toContain(`"${outcome}"`);
  });

  it('only reads', async () => {
    test.account.calls.length = 0;
    const items = [...test.account.items];
    await history();

    expect([...test.account.items]).toEqual(items);
  });

  it('says that there is nothing', async () => {
    const empty = createAccount({ accountId: '111122223333', region: 'eu-west-1' });

    expect(await onAccount(empty, ['history'])).toMatchObject({
      status: 0,
      stdout: 'nothing in the ledger that fits\n',
    });
  });

  it('says in one line when it may not read', async () => {
    const denied = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
    fail(denied, 'Query', 'AccessDeniedException');

    const { status, stderr } = await onAccount(denied, ['history']);
    expect(status).toBe(2);
    expect(stderr).toContain('the ledger cannot be read: AccessDeniedException');
  });

  it.each([
    ['a stage that is none', ['history', '--stage', 'a/b'], 'A stage has letters, digits and hyphens'],
    ['a day that is none', ['history', '--since', 'yesterday'], 'Use a day such as 2027-01-31'],
    [
      'an outcome that is none',
      ['history', '--outcome', 'rvoked'],
      'Allowed choices are revoked, gone, absent, changed, denied',
    ],
    ['a limit that is none', ['history', '--limit', '0'], 'Use a number from 1 to 9999'],
  ])('says in one line what is wrong: %s', async (_, words, message) => {
    const { status, stdout, stderr } = await portcullis(words);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

it('lists a ledger whose deployment was removed, by its table', async () => {
  const { account } = makeWorld([]);
  const without = await onAccount(account, ['history', '--stage', 'gone']);
  const { status, stdout } = await history('--stage', 'gone', '--table', 'ledger', '--format', 'json');

  expect(without.status).toBe(2);
  expect(status).toBe(0);
  expect(JSON.parse(stdout).entries).toHaveLength(3);
});
