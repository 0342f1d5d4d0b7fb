// `portcullis validate --live`: are the prefix lists there that policies refer to?
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Account, createAccount, fail } from '../../lib/sandbox/index.ts';
import { onAccount, portcullis } from './portcullis.ts';

const LIST = 'pl-0123456789abcdef0';
const OTHER = 'pl-0fedcba9876543210';

function accountWith(names: Readonly<Record<string, { name: string; ownerId?: string }>>): Account {
  const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
  for (const [id, named] of Object.entries(names)) {
    account.prefixLists.set(id, ['198.51.100.0/24']);
    account.prefixListNames.set(id, named);
  }
  return account;
}

/** A directory with one policy; line 8 has what is allowed, line 11 what an exception excuses. */
function policies({
  allowed = 'private',
  sources = '198.51.100.0/24',
  scope = '{ regions: [eu-*] }',
}): string {
  const directory = mkdtempSync(join(tmpdir(), 'live-'));
  writeFileSync(
    join(directory, 'lists.yaml'),
    `id: lists
title: SSH comes from the office
severity: high
description: Use the VPN.
scope: ${scope}
match:
  ports: [ssh]
  source: { outside: ["2001:db8::/32", ${allowed}] }
action: revoke
exceptions:
  - sources: [${sources}]
    groups: { names: [web-*] }
    reason: a reason
    owner: an owner
    expires: 2999-01-01
`,
  );
  return directory;
}

async function warnings(account: Account, directory: string, words: readonly string[] = ['--live']) {
  const { status, stdout } = await onAccount(account, ['validate', directory, ...words]);
  expect(status).toBe(0);
  return stdout.split('\n').filter((line) => line.includes('lists.yaml:') && !line.includes('test file'));
}

describe('portcullis validate --live', () => {
  it.each<[string, object, string, string]>([
    ['no list has the name', {}, 'office', 'no prefix list of this account or of AWS is named office'],
    [
      'another account shares the only one',
      { [LIST]: { name: 'office', ownerId: '999988887777' } },
      'office',
      'no prefix list of this account or of AWS is named office',
    ],
    [
      'two lists have the name',
      { [LIST]: { name: 'office' }, [OTHER]: { name: 'office' } },
      'office',
      'several prefix lists are named office',
    ],
    ['no list has the id', {}, LIST, `there is no prefix list ${LIST}`],
  ])('warns, at its place, where %s', async (_, names, reference, why) => {
    const account = accountWith({ ...names });

    expect(await warnings(account, policies({ allowed: reference }))).toEqual([
      expect.stringMatching(
        new RegExp(`lists.yaml:8:40: warning: ${why}: in eu-west-1 of account 111122223333,`),
      ),
    ]);
    expect(await warnings(account, policies({ sources: reference }))).toEqual([
      expect.stringMatching(/lists\.yaml:11:15: warning: /),
    ]);
  });

  it.each([
    ['the account has the list', { [LIST]: { name: 'office' } }],
    ['AWS has it', { [LIST]: { name: 'office', ownerId: 'AWS' } }],
    [
      'another account shares one of that name, too',
      { [LIST]: { name: 'office' }, [OTHER]: { name: 'office', ownerId: '999988887777' } },
    ],
  ])('warns of nothing where %s', async (_, names) => {
    expect(await warnings(accountWith(names), policies({ allowed: `office, ${LIST}` }))).toEqual([]);
  });

  it.each(['{ regions: [us-*] }', '{ accounts: ["999988887777"] }'])(
    'passes over a policy that does not hold there: %s',
    async (scope) => {
      expect(await warnings(accountWith({}), policies({ allowed: 'office', scope }))).toEqual([]);
    },
  );

  it('is meant by a region as well', async () => {
    const directory = policies({ allowed: 'office' });

    expect(await warnings(accountWith({}), directory, ['--region', 'eu-west-1'])).toHaveLength(1);
    expect(await warnings(accountWith({}), directory, [])).toEqual([]);
  });

  it('asks AWS nothing where no policy refers to a list', async () => {
    const account = accountWith({});
    fail(account, 'GetCallerIdentity', 'RequestExpired');

    expect(await warnings(account, policies({}))).toEqual([]);
    expect((await onAccount(account, ['validate', policies({}), '--live'])).stdout).toContain(
      '--live: no policy names a prefix list, so AWS was not asked\n',
    );
  });

  it.each(['GetCallerIdentity', 'DescribeManagedPrefixLists'])(
    'says in one line where it may not ask: %s',
    async (api) => {
      const account = accountWith({});
      fail(account, api, 'RequestExpired');
      const words = ['validate', policies({ allowed: 'office' }), '--live'];

      expect(await onAccount(account, words)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('cannot be read: RequestExpired'),
      });
    },
  );

  it('needs a region', async () => {
    const words = ['validate', policies({ allowed: 'office' }), '--live'];
    const nowhere = {
      AWS_REGION: undefined,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };

    expect(await portcullis(words, nowhere)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no AWS region is known'),
    });
  });
});
