// `portcullis audit --exposure`: whether packets from the internet reach what was found, in a live account and in an export.
import { describe, expect, it } from 'vitest';
import { type Account, addGroup, createAccount, fail } from '../../lib/sandbox/index.ts';
import { addInstance, addPublicSubnet } from '../lib/sandbox/network.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const open = (port: number) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  IpRanges: [{ CidrIp: '0.0.0.0/0' }],
});
const REACHED =
  'Packets from the internet reach i-01 (web-1) at 203.0.113.7, tcp/22; whether anything answers there is not known.';

function makeAccount(): Account {
  const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
  addPublicSubnet(account);
  addGroup(account, { GroupId: 'sg-0inside', VpcId: 'vpc-0abc', IpPermissions: [open(22)] });
  addGroup(account, { GroupId: 'sg-0public', VpcId: 'vpc-0abc', IpPermissions: [open(22)] });
  addGroup(account, { GroupId: 'sg-0unused', VpcId: 'vpc-0abc', IpPermissions: [open(22)] });
  addInstance(account, 1, ['sg-0public'], '203.0.113.7');
  addInstance(account, 2, ['sg-0inside']);
  return account;
}

const audit = (account: Account, ...words: string[]) =>
  onAccount(account, ['audit', '--region', 'eu-west-1', '--policy', 'no-world-open-admin', ...words]);

async function exposuresIn(account: Account, ...words: string[]) {
  const { stdout } = await audit(account, '--exposure', '--format', 'json', ...words);
  const { findings } = JSON.parse(stdout) as { findings: { groupId: string; exposure?: object }[] };
  return Object.fromEntries(findings.map(({ groupId, exposure }) => [groupId, exposure]));
}

describe('portcullis audit --exposure of a live account', () => {
  it('says of each violation whether its packets arrive', async () => {
    expect(await exposuresIn(makeAccount())).toEqual({
      'sg-0public': {
        text: REACHED,
        exposure: {
          kind: 'reachable',
          arrival: { source: '8.8.8.8', clientPort: 32_768, address: '203.0.113.7', traffic: 'tcp/22' },
        },
        of: { id: 'eni-01', instanceId: 'i-01', name: 'web-1' },
        counts: { reachable: 1 },
      },
      'sg-0inside': {
        text: 'No direct path from the internet: eni-02 has no address that takes packets from the internet.',
        exposure: {
          kind: 'blocked',
          blocked: { code: 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', id: 'eni-02' },
        },
        of: { id: 'eni-02', instanceId: 'i-02', name: 'web-2' },
        counts: { blocked: 1 },
      },
      'sg-0unused': {
        text: 'Not attached to any interface that this account can see.',
        exposure: { kind: 'unattached' },
        counts: {},
      },
    });
  });

  it('shows what is reached first, and fails for all of them alike', async () => {
    const { stdout, status } = await audit(makeAccount(), '--exposure');
    const places = ['sg-0public', 'sg-0inside', 'sg-0unused'].map((id) => stdout.indexOf(id));

    expect(status).toBe(1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(stdout).toContain('3 violations');
  });

  it('reads the network only where it is asked for, and says nothing of it otherwise', async () => {
    const account = makeAccount();
    fail(account, 'DescribeNetworkInterfaces', 'UnauthorizedOperation');

    expect((await audit(account)).stdout).not.toContain('internet reach');
  });

  it('says in one line that it may not read interfaces', async () => {
    const account = makeAccount();
    fail(account, 'DescribeNetworkInterfaces', 'UnauthorizedOperation');
    const { status, stderr } = await audit(account, '--exposure');

    expect(status).toBe(2);
    expect(stderr).toContain('the network interfaces cannot be read: UnauthorizedOperation');
  });

  it('does not know what it may not read, and never calls it blocked', async () => {
    const account = makeAccount();
    fail(account, 'DescribeNetworkAcls', 'UnauthorizedOperation');

    expect((await exposuresIn(account))['sg-0public']).toMatchObject({
      text: 'Whether packets from the internet reach i-01 (web-1) is not known: the network ACLs could not be read.',
      exposure: { kind: 'unknown' },
    });
  });

  it('says nothing of outbound rules', async () => {
    const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
    addGroup(account, { GroupId: 'sg-0mail', IpPermissionsEgress: [open(25)] });
    const words = ['audit', '--region', 'eu-west-1', '--exposure', '--format', 'json', '--policies'];
    const { stdout } = await onAccount(account, [...words, 'test/fixtures/policies']);

    const { findings } = JSON.parse(stdout) as { findings: readonly object[] };
    expect(new Set(findings.map((finding) => 'exposure' in finding))).toEqual(new Set([false]));
  });
});

describe('portcullis audit --exposure of an export', () => {
  const { network } = makeAccount();
  const group = {
    GroupId: 'sg-0public',
    OwnerId: '111122223333',
    VpcId: 'vpc-0abc',
    IpPermissions: [open(22)],
  };
  const whole = {
    SecurityGroups: [group],
    NetworkInterfaces: network.interfaces,
    Subnets: network.subnets,
    RouteTables: network.routeTables,
    NetworkAcls: network.acls,
    InternetGateways: network.gateways,
    VpcBlockPublicAccessOptions: network.publicAccess,
    VpcBlockPublicAccessExclusions: network.exclusions,
  };
  const auditOf = (name: string, content: object, ...words: string[]) =>
    portcullis(['audit', '--from', file(name, content), '--exposure', '--format', 'json', ...words]);
  const textIn = (stdout: string) => JSON.parse(stdout).findings[0].exposure.text;

  it('knows as much as the account did', async () => {
    expect(textIn((await auditOf('whole.json', whole)).stdout)).toBe(REACHED);
  });

  it.each([
    ['Subnets', 'is not known: the owner of subnet-0abc'],
    ['RouteTables', 'is not known: the route tables could not be read'],
    ['NetworkAcls', 'is not known: the network ACLs could not be read'],
    ['InternetGateways', 'is not known: the internet gateways could not be read'],
    ['VpcBlockPublicAccessOptions', 'is not known: VPC Block Public Access could not be read'],
    ['VpcBlockPublicAccessExclusions', REACHED],
  ])('without %s does not know what depends on it', async (list, said) => {
    const less = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== list));

    expect(textIn((await auditOf('less.json', less)).stdout)).toContain(said);
  });

  it('needs the exclusions only where VPC Block Public Access is on', async () => {
    const { VpcBlockPublicAccessExclusions: _, ...less } = whole;
    const VpcBlockPublicAccessOptions = {
      ...whole.VpcBlockPublicAccessOptions,
      InternetGatewayBlockMode: 'block-bidirectional',
    };
    const { stdout } = await auditOf('blocked.json', { ...less, VpcBlockPublicAccessOptions });

    expect(textIn(stdout)).toContain('is not known');
  });

  it('has no answer without interfaces', async () => {
    const { status, stderr } = await auditOf('groups.json', { SecurityGroups: [group] });

    expect(status).toBe(2);
    expect(stderr).toContain(
      'there is no list of NetworkInterfaces in it, without which --exposure has no answer',
    );
  });

  it('says where an export is not what is expected', async () => {
    const broken = { ...whole, NetworkAcls: [{ NetworkAclId: 'acl-0abc', Associations: [], Entries: [{}] }] };

    expect(await auditOf('broken-acl.json', broken)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('NetworkAcls.0: not what is expected: Entries.0.RuleNumber'),
    });
  });

  it('takes the prefix lists of routes from their file', async () => {
    const [table] = network.routeTables;
    const away = { DestinationPrefixListId: 'pl-0all', NatGatewayId: 'nat-0abc', State: 'active' };
    const RouteTables = [{ ...table, Routes: [...(table?.Routes ?? []), away] }];
    const lists = file('halves.json', { 'pl-0all': ['0.0.0.0/1', '128.0.0.0/1'] });
    const { stdout } = await auditOf('lists.json', { ...whole, RouteTables }, '--prefix-lists', lists);

    expect(textIn(stdout)).toBe(
      'No direct path from the internet: route table rtb-0abc sends the answers to no internet gateway. It is one route away from the internet.',
    );
  });
});
