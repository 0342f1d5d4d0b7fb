// How the commands find what was deployed.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_STAGE } from '../../cli/input/stage.ts';
import { placeInSettings } from '../../cli/input/stage-settings.ts';
import { createAccount, fail } from '../../lib/sandbox/index.ts';
import { file, onAccount } from './portcullis.ts';

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

describe('a command with settings', () => {
  const settings = file(
    'settings.yml',
    'stages:\n  dev: { account: "111122223333", regions: [eu-west-1, eu-central-1] }\n  prod: { account: "444455556666", regions: eu-west-1 }\n  far: { regions: us-east-2 }\n',
  );
  const history = (...words: readonly string[]) =>
    onAccount(makeAccount(), ['history', '--settings', settings, ...words]);

  it('takes the region of the environment where the stage has it', async () => {
    expect(await history()).toMatchObject({ status: 0, stdout: 'nothing in the ledger that fits\n' });
  });

  it.each([
    [
      'a region that is not of the stage',
      ['--region', 'us-east-1'],
      'stage `dev` is for eu-west-1, eu-central-1',
    ],
    [
      'another account',
      ['--stage', 'prod'],
      'account 111122223333 answers, and stage `prod` is in account 444455556666',
    ],
    ['a stage that they do not have', ['--stage', 'test'], 'has no stage `test`: it has dev, prod, far'],
    [
      'no stack in the only region of the stage',
      ['--stage', 'far'],
      'has no stack `portcullis-far` in us-east-2',
    ],
  ])('refuses %s', async (_, words, message) => {
    const { status, stderr } = await history(...words);

    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it('asks for a region where the stage has several, and none of them is meant', () => {
    expect(() => placeInSettings(settings, 'dev', undefined, 'us-east-1')).toThrow('name one with --region');
    expect(placeInSettings(settings, 'far', undefined, 'us-east-1')).toEqual({
      region: 'us-east-2',
      account: undefined,
    });
  });
});
