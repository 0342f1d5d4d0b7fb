// How the commands find what was deployed.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_STAGE } from '../../cli/input/stage.ts';
import { createAccount, fail } from '../../lib/sandbox/index.ts';
import { onAccount } from './portcullis.ts';

const makeAccount = () => createAccount({ accountId: '111122223333', region: 'eu-west-1' });

it('takes the stage that the framework deploys where none is named, and the name that it gives the stack', () => {
  const { service, provider } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent' });

  expect(service).toBe('portcullis');
  // The framework's own default.
  expect(provider.stage ?? 'dev').toBe(DEFAULT_STAGE);
});

it.each([['history'], ['redrive'], ['breaker', 'status'], ['restore', 'event-1']])(
  'says which account was asked where the stack does not exist: %s',
  async (...words) => {
    const { status, stderr } = await onAccount(makeAccount(), [...words, '--stage', 'staging']);

    expect(status).toBe(2);
    expect(stderr).toContain('account 111122223333 has no stack `portcullis-staging` in eu-west-1');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
);

it('says what the stack lacks that was deployed from something else', async () => {
  const account = makeAccount();
  account.stacks.set('portcullis-old', {});

  const { status, stderr } = await onAccount(account, ['history', '--stage', 'old']);
  expect(status).toBe(2);
  expect(stderr).toContain('has no output LedgerTable: deploy it from this clone');
});

it('says in one line that it may not look for the stack', async () => {
  const account = makeAccount();
  fail(account, 'DescribeStacks', 'AccessDenied');

  const { status, stderr } = await onAccount(account, ['history']);
  expect(status).toBe(2);
  expect(stderr).toContain('the stack `portcullis-dev` cannot be read: AccessDenied');
});
