// `portcullis audit` as its users run it: on exports, and on a live account, which is the sandbox over HTTP.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addGroup, createAccount, fail } from '../../lib/sandbox/index.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const audit = (words: readonly string[]) => portcullis(['audit', ...words]);

function tcp(port: number, source: object = { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }): object {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, ...source };
}

const place = { OwnerId: '111122223333', VpcId: 'vpc-0abc' };
const web = { GroupId: 'sg-0web', GroupName: 'web', ...place, IpPermissions: [tcp(443), tcp(22)] };
const clean = { GroupId: 'sg-0clean', GroupName: 'clean', ...place, IpPermissions: [tcp(443)] };
const both = file('both.json', { SecurityGroups: [web, clean] });

describe('portcullis audit of an export', () => {
  it('fails where a rule violates, with a table of what and why', async () => {
    const { status, stdout } = await audit(['--from', both]);

    expect(status).toBe(1);
    expect(stdout).toContain('no-world-open-admin');
    expect(stdout).toContain('2 groups, 3 rules: 3 violations by 1 rule, 0 exempt, 0 undecided');
  });

  it('leads with the policy about all traffic where all of it is open', async () => {
    const all = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    const open = file('all-traffic.json', [{ GroupId: 'sg-0all', IpPermissions: [all] }]);

    expect((await audit(['--from', open, '--limit', 'all'])).stdout).toMatch(
      /critical (violation: |│ )no-world-open-all-traffic/,
    );
  });

  it('refuses groups of an unknown region where a policy is for certain regions: they would look clean', async () => {
    const policies = mkdtempSync(join(tmpdir(), 'regional-'));
    const policy = readFileSync('test/fixtures/shipped/no-world-open-admin.yaml', 'utf8');
    writeFileSync(join(policies, 'no-world-open-admin.yaml'), `${policy}scope: { regions: [eu-*] }\n`);

    expect(await audit(['--from', both, '--policies', policies])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('add --region'),
    });
    expect((await audit(['--from', both, '--policies', policies, '--region', 'eu-west-1'])).status).toBe(1);
    expect((await audit(['--from', both, '--policies', policies, '--region', 'us-east-1'])).status).toBe(0);
  });

  it('answers JSON for machines, compliant rules left out', async () => {
    const { stdout } = await audit(['--from', both, '--format', 'json', '--region', 'eu-west-1']);
    const { findings, summary } = JSON.parse(stdout);

    expect(summary).toEqual({ groups: 2, rules: 3, violation: 3, exempt: 0, undecided: 0 });
    expect(findings[0]).toEqual({
      policy: 'no-world-open-admin',
      severity: 'critical',
      verdict: 'violation',
      action: 'revoke',
      mode: 'enforce',
      groupId: 'sg-0web',
      groupName: 'web',
      accountId: '111122223333',
      region: 'eu-west-1',
      rule: expect.objectContaining({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' }),
      witness: 'tcp/22 from 8.8.8.8',
      share: 1,
      reason: 'It allows tcp/22 from the whole internet.',
    });
  });

  it("takes a group's owner for its account, and names it to people and machines", async () => {
    const OwnerId = '999999999999';
    const shared = file('shared.json', { SecurityGroups: [{ ...web, OwnerId }] });
    const policies = mkdtempSync(join(tmpdir(), 'owner-'));
    const policy = readFileSync('test/fixtures/shipped/no-world-open-admin.yaml', 'utf8');
    const path = join(policies, 'no-world-open-admin.yaml');
    writeFileSync(path, `${policy}scope: { accounts: ["111122223333"] }\n`);
    const { stdout: json } = await audit(['--from', shared, '--format', 'json']);

    expect(JSON.parse(json).findings[0].accountId).toBe(OwnerId);
    expect((await audit(['--from', shared])).stdout).toContain(OwnerId);
    expect((await audit(['--from', shared, '--policies', policies])).status).toBe(0);
  });

  it('passes where nothing violates', async () => {
    const { status } = await audit(['--from', file('clean.json', { SecurityGroups: [clean] })]);

    expect(status).toBe(0);
  });

  it('says that it saw no group, and with --fail-on fails', async () => {
    const none = file('none.json', { SecurityGroups: [] });
    const said = 'there is no security group: nothing was evaluated\n';

    expect(await audit(['--from', none])).toMatchObject({ status: 0, stderr: said });
    expect(await audit(['--from', none, '--fail-on', 'critical'])).toMatchObject({ status: 1, stderr: said });
    expect(await audit(['--from', file('clean.json', clean), '--fail-on', 'low'])).toMatchObject({
      ...{ status: 0, stderr: '' },
    });
  });

  it('lets findings pass that are less severe than --fail-on', async () => {
    const unusual = file('unusual.json', { SecurityGroups: [{ ...clean, IpPermissions: [tcp(8443)] }] });

    expect((await audit(['--from', unusual, '--fail-on', 'critical'])).status).toBe(0);
    expect((await audit(['--from', unusual, '--fail-on', 'high'])).status).toBe(1);
  });

  it('knows rule ids from the export of the rules', async () => {
    const SecurityGroupRules = [
      {
        SecurityGroupRuleId: 'sgr-0ssh',
        GroupId: 'sg-0web',
        IsEgress: false,
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        CidrIpv4: '0.0.0.0/0',
      },
    ];
    const { stdout } = await audit([
      '--from',
      both,
      '--rules',
      file('rules.json', { SecurityGroupRules }),
      '--format',
      'json',
    ]);

    expect(JSON.parse(stdout).findings[0].ruleId).toBe('sgr-0ssh');
  });

  it('judges prefix lists by the entries of a file, and is undecided without', async () => {
    const listed = file('listed.json', {
      SecurityGroups: [
        { ...clean, IpPermissions: [tcp(22, { PrefixListIds: [{ PrefixListId: 'pl-0abc' }] })] },
      ],
    });
    const entries = file('entries.json', { 'pl-0abc': ['0.0.0.0/1', '128.0.0.0/1'] });

    expect((await audit(['--from', listed, '--prefix-lists', entries])).status).toBe(1);
    expect((await audit(['--from', listed])).stdout).toContain('3 undecided');
  });

  it.each([
    [
      'a file that is not there',
      ['--from', 'no-such.json'],
      'no-such.json: cannot be read: there is no such file',
    ],
    [
      'broken JSON',
      ['--from', file('broken.json', '{"SecurityGroups":[{')],
      'broken.json:1:21: cannot be read: the file ends too early: SecurityGroups.0 has no end',
    ],
    [
      'a list that is none',
      ['--from', file('object.json', { SecurityGroups: {} })],
      'SecurityGroups is not a list',
    ],
    [
      'another export',
      ['--from', file('other.json', { Vpcs: [] })],
      'there is no list of SecurityGroups in it',
    ],
    [
      'a group without an id',
      ['--from', file('noid.json', { SecurityGroups: [web, {}] })],
      'SecurityGroups.1: not what is expected: GroupId',
    ],
    [
      'policies that are none',
      ['--from', both, '--policies', 'no-such-dir'],
      'no-such-dir:1:1: cannot be read',
    ],
    ['a severity that is none', ['--from', both, '--fail-on', 'urgent'], "argument 'urgent' is invalid"],
    [
      'prefix lists that are none',
      ['--from', both, '--prefix-lists', file('pl.json', { 'pl-0abc': ['x'] })],
      '`x` is not a CIDR block',
    ],
  ])('says in one line what is wrong, and nothing on standard output: %s', async (_, words, message) => {
    const { status, stdout, stderr } = await audit(words);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('portcullis audit of a live account', () => {
  const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
  addGroup(account, {
    GroupId: 'sg-0live',
    GroupName: 'live',
    VpcId: 'vpc-0other',
    IpPermissions: [tcp(22), tcp(5432)],
  });

  it('reads all groups and rules, and only reads', async () => {
    const { status, stdout } = await onAccount(account, [
      'audit',
      '--region',
      'eu-west-1',
      '--format',
      'json',
    ]);

    expect(status).toBe(1);
    expect(JSON.parse(stdout).summary).toMatchObject({ groups: 1, rules: 2 });
    expect(JSON.parse(stdout).findings[0]).toMatchObject({
      groupId: 'sg-0live',
      accountId: '111122223333',
      ruleId: expect.stringMatching(/^sgr-/),
    });
  });

  it('says in one line when it may not', async () => {
    fail(account, 'DescribeSecurityGroupRules', 'UnauthorizedOperation');
    const { status, stderr } = await onAccount(account, ['audit', '--region', 'eu-west-1']);

    expect(status).toBe(2);
    expect(stderr).toContain('the account (eu-west-1) cannot be read: UnauthorizedOperation');
  });
});
