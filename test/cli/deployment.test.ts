// How the commands find what was deployed.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_STAGE } from '../../cli/input/stage.ts';
import { placeInSettings } from '../../cli/input/stage-settings.ts';
import { addGroup, createAccount, fail } from '../../lib/sandbox/index.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

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

  it('takes the only stage of the settings where none is named', async () => {
    const only = file('only.yml', 'stages: { prod: { account: "111122223333", regions: [eu-west-1] } }\n');
    const account = makeAccount();
    account.queues.set('dead', { messages: [{ body: 'x' }] });
    const { stdout } = await onAccount(account, ['doctor', '--settings', only]);

    expect(stdout).toContain('portcullis redrive --stage prod --region eu-west-1');
    expect(
      await onAccount(makeAccount(), ['doctor', '--settings', settings, '--stage', 'test']),
    ).toMatchObject({
      ...{ status: 2, stderr: expect.stringContaining('has no stage `test`: it has dev, prod, far') },
    });
  });

  it('takes the only region of the settings for an audit where nothing else names one', async () => {
    const one = 'stages: { dev: { regions: [eu-west-1] }, prod: { regions: eu-west-1 } }\n';
    const account = makeAccount();
    addGroup(account, { GroupId: 'sg-0abc', IpPermissions: [] });
    const inRegion = (AWS_REGION: string | undefined, text: string, ...words: readonly string[]) =>
      onAccount(account, [...words, '--settings', file('audit.yml', text)], (said, env) =>
        portcullis(said, { ...env, AWS_REGION, AWS_CONFIG_FILE: '/nowhere' }),
      );
    const audit = (region: string | undefined, text: string) =>
      inRegion(region, text, 'audit', '--format', 'json');
    const missing = { status: 2, stderr: expect.stringContaining('no AWS region is known') };

    expect(await audit(undefined, one)).toMatchObject({ status: 0 });
    expect(await audit('us-east-1', one)).toMatchObject({ status: 0 });
    expect(await audit(undefined, 'stages: { dev: { regions: [eu-west-1, eu-west-2] } }\n')).toMatchObject(
      missing,
    );
    expect(await audit(undefined, 'stages: { dev: { regions: [eu-west-1] }, prod: {} }\n')).toMatchObject(
      missing,
    );
    expect(
      await inRegion(undefined, one, 'simulate', '--rule', 'tcp 22 0.0.0.0/0', '--group', 'sg-0abc'),
    ).toMatchObject({ status: 0 });
  });

  it('asks for a region where the stage has several, and none of them is meant', () => {
    expect(() => placeInSettings(settings, 'dev', undefined, 'us-east-1')).toThrow('name one with --region');
    expect(placeInSettings(settings, 'far', undefined, 'us-east-1')).toEqual({
      region: 'us-east-2',
      account: undefined,
    });
  });
});
