// `portcullis exempt`: the exception that lets a rule stay, before anything is revoked.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { addGroup, addRule, createAccount } from '../../lib/sandbox/index.ts';
import { onAccount } from './portcullis.ts';

const ACCOUNT = '111122223333';
const POLICY = `# ours
id: no-ssh
title: closed
severity: high
description: Use the VPN.
match:
  protocol: [tcp]
  ports: [22, 3389] # both
  source: world
action: revoke
`;
const TERMS = ['--until', '2099-01-01', '--reason', 'incident 4711', '--owner', 'net'];

const account = createAccount({ accountId: ACCOUNT, region: 'eu-west-1' });
addGroup(account, { GroupId: 'sg-0web', GroupName: 'web' });
const rules = { 'sgr-0all': [0, 65_535], 'sgr-0web': [443, 443] };
for (const [SecurityGroupRuleId, [FromPort = 0, ToPort = 0]] of Object.entries(rules))
  addRule(account, {
    ...{ GroupId: 'sg-0web', GroupOwnerId: ACCOUNT, SecurityGroupRuleId, IsEgress: false },
    ...{ IpProtocol: 'tcp', FromPort, ToPort, CidrIpv4: '0.0.0.0/0' },
  });

let policies = '';
beforeEach(() => {
  policies = mkdtempSync(join(tmpdir(), 'exempt-'));
  writeFileSync(join(policies, 'no-ssh.yaml'), POLICY);
});

const exempt = (...words: readonly string[]) =>
  onAccount(account, ['exempt', ...words, ...TERMS, '--policies', policies]);
const written = () => readFileSync(join(policies, 'no-ssh.yaml'), 'utf8');

describe('portcullis exempt', () => {
  it('prints the exception for each policy that has the rule revoked, and changes nothing', async () => {
    const { status, stdout } = await exempt('sgr-0all');

    expect(status).toBe(0);
    expect(stdout).toContain(`${join(policies, 'no-ssh.yaml')}\nexceptions:\n  - groups:\n`);
    expect(stdout).toContain('reason: "incident 4711"');
    expect(written()).toBe(POLICY);
  });

  it('adds it with --write, and keeps comments and order', async () => {
    expect((await exempt('sgr-0all', '--write')).status).toBe(0);

    expect(written().startsWith(POLICY)).toBe(true);
    expect(written()).toContain('- "0.0.0.0/0"');
    // Now it needs none.
    expect((await exempt('sgr-0all')).stdout).toContain('it needs no exception');
  });

  it('is for the ports that --ports names, as far as the rule allows them', async () => {
    const { stdout } = await exempt('sgr-0all', '--ports', '22');

    expect(stdout).toMatch(/ports:\n +- 22\n/);
    expect(stdout).not.toContain('3389');
  });

  it('says that a rule needs none', async () => {
    const { status, stdout } = await exempt('sgr-0web');

    expect([status, stdout]).toEqual([
      0,
      'No policy has HTTPS (tcp/443) from the whole internet (0.0.0.0/0) revoked: it needs no exception.\n',
    ]);
  });

  it.each([
    [['sgr-0none'], 'no security group rule `sgr-0none` in this account and region'],
    [['sgr-0web', '--ports', '22'], '--ports: the rule allows none of these ports'],
    [['sgr-0all', '--ports', '0-99999'], 'Use ports such as 22 or 8000-8100'],
  ])('refuses %j', async (words, message) => {
    const { status, stderr } = await exempt(...words);

    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
