// `portcullis simulate --rule` under policies that are for certain places: what is not evaluated must not pass for allowed.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportedGroup } from './exported-group.ts';
import { file, portcullis } from './portcullis.ts';

/** A directory with one policy that forbids SSH in this scope, and settings that have only it. */
function policyFor(scope: object): { readonly policies: string; readonly settings: string } {
  const directory = mkdtempSync(join(tmpdir(), 'what-if-'));
  const policy = {
    ...{ id: 'scoped', title: 'No SSH', severity: 'high', description: 'Use the VPN.', scope },
    ...{ match: { ports: 22, source: 'public' }, action: 'revoke' },
  };
  writeFileSync(join(directory, 'scoped.yaml'), JSON.stringify(policy));
  const stages = { prod: { account: '111122223333', regions: ['eu-west-1'], mode: 'enforce' } };
  const settings = join(mkdtempSync(join(tmpdir(), 'settings-')), 'settings.yml');
  writeFileSync(settings, JSON.stringify({ policies: directory, stages }));
  return { policies: directory, settings };
}

const ask = (...words: readonly string[]) =>
  portcullis(['simulate', '--rule', 'tcp 22 8.8.8.0/24', ...words], { PORTCULLIS_SETTINGS: undefined });

describe('portcullis simulate --rule under a policy for certain regions', () => {
  const { policies, settings } = policyFor({ regions: ['eu-*'] });

  it('evaluates it in the region that is named, or else in the only one of the settings', async () => {
    const inEurope = await ask('--policies', policies, '--region', 'eu-west-1');
    const inAmerica = await ask('--policies', policies, '--region', 'us-east-1');

    expect(inEurope.stdout).toContain('Portcullis would revoke SSH');
    expect(inAmerica.stdout).toContain('Portcullis would leave alone SSH');
    expect((await ask('--settings', settings)).stdout).toContain('Portcullis would revoke SSH');
  });

  it.each([
    ['a new group', []],
    [
      'a group of a file that does not say where it is',
      ['--group', file('nowhere.json', { SecurityGroups: [exportedGroup('sg-0abc', 'web', '10.0.0.0/8')] })],
    ],
  ])('asks for the region of %s', async (_, words) => {
    expect(await ask('--policies', policies, ...words)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('policy `scoped` is for certain regions'),
    });
  });
});

describe('portcullis simulate --rule under a policy for', () => {
  it.each([
    ['certain groups', { groups: { names: ['web-*'] } }],
    ['certain VPCs', { vpcs: ['vpc-0abc'] }],
    ['certain accounts', { accounts: ['444455556666'] }],
  ])('%s says that a new group is not evaluated under it', async (_, scope) => {
    const { policies } = policyFor(scope);

    expect((await ask('--policies', policies)).stdout).toContain(
      'Not evaluated: scoped, which applies only to certain groups, VPCs or accounts (--group names one).',
    );
    expect(JSON.parse((await ask('--policies', policies, '--format', 'json')).stdout)).toMatchObject({
      does: 'nothing',
      notEvaluated: ['scoped'],
    });
  });

  it('the account of the settings evaluates a new group as one of that account', async () => {
    const { settings } = policyFor({ accounts: ['111122223333'] });

    expect((await ask('--settings', settings)).stdout).toContain('Portcullis would revoke SSH');
  });

  it('another region, or with nothing against the rule, is not named', async () => {
    const elsewhere = policyFor({ regions: ['us-*'], groups: { names: ['web-*'] } }).policies;
    const web = policyFor({ groups: { names: ['web-*'] } }).policies;
    const https = await portcullis(['simulate', '--rule', 'tcp 443 0.0.0.0/0', '--policies', web]);

    expect((await ask('--policies', elsewhere, '--region', 'eu-west-1')).stdout).not.toContain('scoped');
    expect(https.stdout).not.toContain('scoped');
  });
});
