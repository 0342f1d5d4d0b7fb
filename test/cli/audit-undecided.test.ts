// What an audit cannot evaluate must not look like an account where all is well.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../lib/policy/policy.ts';
import { type Account, addGroup, createAccount, fail } from '../../lib/sandbox/index.ts';
import { policyOf } from '../lib/io/world.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const LIST = 'pl-0123456789abcdef0';
const OTHER = 'pl-0fedcba9876543210';

function openTo(...CidrIp: readonly string[]): object {
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: CidrIp.map((one) => ({ CidrIp: one })) },
  ];
  return { GroupId: 'sg-0a', GroupName: 'a', OwnerId: '111122223333', VpcId: 'vpc-0a', IpPermissions };
}
const groups = file('undecided.json', { SecurityGroups: [openTo('198.51.100.0/24')] });

/** A policy of severity high. */
function outside(...allowed: readonly string[]): Policy {
  return policyOf('outside', [22], 'revoke', {
    severity: 'high',
    match: { protocol: ['tcp'], ports: [22], source: { outside: allowed } },
  });
}

function auditing(...policies: readonly Policy[]): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'undecided-'));
  for (const { id, document } of policies) {
    writeFileSync(join(directory, `${id}.yaml`), JSON.stringify(document));
  }
  return ['audit', '--region', 'eu-west-1', '--policies', directory];
}

describe('an audit that could not evaluate a rule', () => {
  const words = [...auditing(outside('office')), '--from', groups];

  it.each<[string, readonly string[], number]>([
    ['fails', [], 1],
    ['fails at the severity that fails it', ['--fail-on', 'high'], 1],
    ['passes at a higher one', ['--fail-on', 'critical'], 0],
    ['passes where that is allowed', ['--allow-undecided'], 0],
    [
      'passes once it has the entries',
      ['--prefix-lists', file('office.json', { office: ['198.51.100.0/24'] })],
      0,
    ],
  ])('%s', async (_, more, status) => {
    expect((await portcullis([...words, ...more])).status).toBe(status);
  });

  it('still fails on violations where undecided rules may pass', async () => {
    const both = file('both-kinds.json', { SecurityGroups: [openTo('198.51.100.0/24', '0.0.0.0/0')] });
    const wide = policyOf('wide', [22], 'revoke');

    const allowing = ['--from', both, '--allow-undecided'];
    expect((await portcullis([...auditing(outside('office'), wide), ...allowing])).status).toBe(1);
  });

  it('names each list that it lacks, and the shape of the file that gives its entries', async () => {
    const policy = outside('office', LIST);
    const { stdout } = await portcullis([...auditing(policy), '--from', groups]);

    expect(stdout).toContain('- the entries of prefix list office (1 finding)');
    expect(stdout).toContain(`- the entries of prefix list ${LIST} (1 finding)`);
    const [, example = ''] = /such as (.*)\.\n/.exec(stdout) ?? [];
    const given = file('example.json', example.replaceAll('203.0.113.0', '198.51.100.0'));
    const more = ['--from', groups, '--prefix-lists', given];
    expect((await portcullis([...auditing(policy), ...more])).status).toBe(0);
  });

  it('tells machines the same', async () => {
    const { stdout } = await portcullis([...words, '--format', 'json']);

    expect(JSON.parse(stdout).findings).toMatchObject([{ verdict: 'undecided', unread: ['office'] }]);
  });

  const Vpcs = [{ VpcId: 'vpc-0a', CidrBlock: '198.51.100.0/24' }];
  const elsewhere = [{ GroupId: 'sg-0a', VpcId: 'vpc-0b' }];
  it.each<[string, object, readonly string[]]>([
    ['nothing of VPCs', {}, ['Vpcs', 'SecurityGroupVpcAssociations']],
    ['associations alone', { SecurityGroupVpcAssociations: [] }, ['Vpcs']],
    ['other VPCs alone', { Vpcs: [] }, ['Vpcs', 'SecurityGroupVpcAssociations']],
    ['not every VPC of the group', { Vpcs, SecurityGroupVpcAssociations: elsewhere }, ['Vpcs']],
  ])('names the keys of the export that it lacks: it has %s', async (_, beside, keys) => {
    const from = file('vpcs.json', { SecurityGroups: [openTo('203.0.113.0/24')], ...beside });
    const { stdout } = await portcullis([...auditing(outside('vpc')), '--from', from]);

    const lacking = /without:\n((?:- .*\n)+)/.exec(stdout)?.[1] ?? '';
    expect(lacking.match(/\w+(?= \()/g)?.toSorted()).toEqual(keys.toSorted());
    for (const key of keys) expect(stdout).toContain(`For ${key}, add what \`aws ec2 describe-`);
  });

  it('says nothing of what it read', async () => {
    const { stdout } = await portcullis([...auditing(outside('198.51.100.0/24')), '--from', groups]);

    expect(stdout).toBe('1 group, 1 rule: 0 violations, 0 exempt, 0 undecided\n');
  });
});

describe('an audit of a live account', () => {
  function withLists(...ids: readonly string[]): Account {
    const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
    addGroup(account, openTo('198.51.100.0/24'));
    for (const id of ids) {
      account.prefixLists.set(id, ['198.51.100.0/24']);
      account.prefixListNames.set(id, { name: 'office' });
    }
    return account;
  }

  it.each<[string, Account, string]>([
    ['no list has the name', withLists(), 'is named office'],
    ['two lists have the name', withLists(LIST, OTHER), 'several prefix lists are named office'],
  ])('fails with the reason where %s', async (_, account, reason) => {
    const { status, stdout } = await onAccount(account, [...auditing(outside('office')), '--format', 'json']);

    expect([status, JSON.parse(stdout).findings[0].reason]).toEqual([1, expect.stringContaining(reason)]);
  });

  it('takes the lists of its own account by their names, also for groups of another', async () => {
    const account = withLists(LIST);
    addGroup(account, { ...openTo('198.51.100.0/24'), GroupId: 'sg-0b', OwnerId: '999988887777' });

    expect((await onAccount(account, auditing(outside('office')))).stdout).toContain(
      '2 groups, 2 rules: 0 v',
    );
    expect((await onAccount(account, auditing(outside('office')))).status).toBe(0);
  });

  it('needs to know its account only for names', async () => {
    const account = withLists(LIST);
    fail(account, 'GetCallerIdentity', 'RequestExpired');

    expect((await onAccount(account, auditing(outside(LIST)))).status).toBe(0);
    expect((await onAccount(account, auditing(outside('office')))).status).toBe(2);
  });

  it('fails where it may not read the list, and goes on', async () => {
    const account = withLists(LIST);
    fail(account, 'GetManagedPrefixListEntries', 'UnauthorizedOperation');
    const { status, stdout } = await onAccount(account, [...auditing(outside('office'))]);

    expect(status).toBe(1);
    expect(stdout.replace(/\s*│\s*\n?/g, ' ')).toContain('may not be read');
    expect(stdout).toContain('correct the name in the policy, or grant the permission');
  });

  it('passes where the list allows the rule', async () => {
    expect((await onAccount(withLists(LIST), auditing(outside('office')))).status).toBe(0);
  });

  it('says in one line what it could not read and may try again', async () => {
    const account = withLists(LIST);
    fail(account, 'DescribeManagedPrefixLists', 'InvalidParameterValue');

    expect(await onAccount(account, auditing(outside('office')))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('the prefix lists cannot be read: InvalidParameterValue'),
    });
  });
});
