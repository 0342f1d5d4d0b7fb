// With one region in the settings no command needs --region.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addGroup, addRule, createAccount } from '../../lib/sandbox/index.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const ACCOUNT = '111122223333';
const account = createAccount({ accountId: ACCOUNT, region: 'eu-west-1' });
addGroup(account, { GroupId: 'sg-0web', GroupName: 'web' });
addRule(account, {
  ...{ GroupId: 'sg-0web', GroupOwnerId: ACCOUNT, SecurityGroupRuleId: 'sgr-0ssh', IsEgress: false },
  ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' },
});

const directory = mkdtempSync(join(tmpdir(), 'placed-'));
const policies = mkdtempSync(join(tmpdir(), 'policies-'));
const settings = join(directory, 'settings.yml');
const policy = {
  ...{ id: 'no-ssh', title: 'Closed', severity: 'high', description: 'Use the VPN.' },
  ...{ scope: { regions: ['eu-*'] }, action: 'revoke' },
  match: { ports: 22, source: { outside: ['private', 'office'] } },
};
writeFileSync(join(policies, 'no-ssh.yaml'), JSON.stringify(policy));
writeFileSync(
  settings,
  JSON.stringify({ policies, stages: { prod: { account: ACCOUNT, regions: ['eu-west-1'] } } }),
);
const template = file('template.json', {
  Resources: { Web: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'web' } } },
});
const TERMS = ['--until', '2099-01-01', '--reason', 'incident 4711', '--owner', 'net'];

/** Without a region in the environment. */
const run = (...words: readonly string[]) =>
  onAccount(account, words, (all, env) =>
    portcullis(all, {
      ...env,
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
      PORTCULLIS_SETTINGS: settings,
    }),
  );

describe('the only region of the settings', () => {
  it.each([
    ['audit', ['audit']],
    ['check --live', ['check', template, '--live']],
    ['diff', ['diff', policies, settings]],
    ['exempt', ['exempt', 'sgr-0ssh', ...TERMS]],
    ['validate --live', ['validate', '--live']],
    [
      'simulate --rule with a group of the account',
      ['simulate', '--rule', 'tcp 22 0.0.0.0/0', '--group', 'sg-0web'],
    ],
    ['history --table', ['history', '--table', 'ledger']],
  ])('is where %s asks AWS', async (_, words) => {
    const { stderr } = await run(...words);

    expect(stderr).not.toContain('region');
  });

  it('is that of the policies that say which exception a rule needs', async () => {
    const { stdout } = await run('exempt', 'sgr-0ssh', ...TERMS);

    expect(stdout).not.toContain('it needs no exception');
    expect(stdout).toContain('no-ssh');
  });
});

it('the region of the environment is that of the policies, too', async () => {
  const { stdout } = await onAccount(account, ['exempt', 'sgr-0ssh', ...TERMS, '--policies', policies]);

  expect(stdout).not.toContain('it needs no exception');
});
