// Reading the network, with the sandbox at the other end of the wire.
import { describe, expect, it } from 'vitest';
import { readInterfaces, readNetwork } from '../../../../lib/io/aws/network.ts';
import { type Account, createAccount, ec2Of, fail } from '../../../../lib/sandbox/index.ts';
import { addInstance, addPublicSubnet } from '../../sandbox/network.ts';

const VPC = 'vpc-0abc';

function makePlace(): Account {
  const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
  addPublicSubnet(account);
  return account;
}

describe('interfaces', () => {
  it('are found by any of the groups, each once', async () => {
    const account = makePlace();
    addInstance(account, 1, ['sg-1', 'sg-2'], '203.0.113.7');
    addInstance(account, 2, ['sg-3']);
    addInstance(account, 3, ['sg-4']);
    const found = await readInterfaces(ec2Of(account), ['sg-1', 'sg-2', 'sg-3']);

    expect(found.map(({ id }) => id)).toEqual(['eni-01', 'eni-02']);
    expect(found[0]).toMatchObject({
      vpcId: VPC,
      subnetId: 'subnet-0abc',
      instanceId: 'i-01',
      name: 'web-1',
      isIdle: false,
      groupIds: ['sg-1', 'sg-2'],
      addresses: [{ family: 'ipv4', text: '203.0.113.7', inside: (10n << 24n) + 1n }],
    });
  });

  it('are found though the service that manages them hides them', async () => {
    const account = makePlace();
    Object.assign(addInstance(account, 1, ['sg-1']), { Operator: { Managed: true, HiddenByDefault: true } });

    expect(await readInterfaces(ec2Of(account), ['sg-1'])).toHaveLength(1);
  });

  it('are found for more groups than a filter takes, and on every page', async () => {
    const account = makePlace();
    account.pageSize = 5;
    const ids = Array.from({ length: 300 }, (_, i) => `sg-${i}`);
    ids.forEach((id, i) => {
      addInstance(account, i, [id]);
    });

    expect(await readInterfaces(ec2Of(account), ids)).toHaveLength(300);
    const calls = account.calls.map(({ input }) => input as { Filters: { Values: string[] }[] });
    expect(Math.max(...calls.map(({ Filters }) => Filters[0]?.Values.length ?? 0))).toBe(200);
  });
});

describe('the network', () => {
  it('is read of the VPCs that are asked for alone', async () => {
    const account = makePlace();
    const network = await readNetwork(ec2Of(account), [VPC]);

    expect(network.subnets).toEqual([{ id: 'subnet-0abc', ownerId: '111122223333', privateIpv6: [] }]);
    expect(network.routeTables?.[0]?.routes?.map(({ hop }) => hop)).toEqual(['local', 'internet']);
    expect(network.acls?.[0]).toMatchObject({ id: 'acl-0abc', subnetIds: ['subnet-0abc'] });
    expect(network.acls?.[0]?.entries).toHaveLength(4);
    expect(network.gateways).toEqual([{ id: 'igw-0abc', vpcId: VPC, isSettled: true }]);
    expect(network.publicAccess).toEqual({ accountId: '111122223333', mode: 'off', isSettled: true });
    expect(network.exclusions).toEqual([]);
    expect(await readNetwork(ec2Of(account), ['vpc-0other'])).toMatchObject({
      subnets: [],
      routeTables: [],
      acls: [],
      gateways: [],
    });
  });

  it('has the entries of the prefix lists that routes name, block by block', async () => {
    const account = makePlace();
    const route = { DestinationPrefixListId: 'pl-0abc', NatGatewayId: 'nat-0abc', State: 'active' as const };
    account.network.routeTables[0]?.Routes?.push(route, { ...route, DestinationPrefixListId: 'pl-0gone' });
    account.prefixLists.set('pl-0abc', ['8.8.0.0/17', '8.8.128.0/17']);
    const { prefixLists } = await readNetwork(ec2Of(account), [VPC]);

    expect([...prefixLists.keys()]).toEqual(['pl-0abc']);
    expect(prefixLists.get('pl-0abc')?.map(({ prefixLength }) => prefixLength)).toEqual([17, 17]);
  });

  it.each([
    ['DescribeSubnets', 'subnets'],
    ['DescribeRouteTables', 'routeTables'],
    ['DescribeNetworkAcls', 'acls'],
    ['DescribeInternetGateways', 'gateways'],
    ['DescribeVpcBlockPublicAccessOptions', 'publicAccess'],
    ['DescribeVpcBlockPublicAccessExclusions', 'exclusions'],
  ] as const)('lacks what %s does not answer, and has the rest', async (api, part) => {
    const account = makePlace();
    fail(account, api, 'UnauthorizedOperation');
    const { [part]: lacking, ...rest } = await readNetwork(ec2Of(account), [VPC]);

    expect(lacking).toBeUndefined();
    expect(Object.values(rest)).not.toContain(undefined);
  });

  it('has the exclusions of every page', async () => {
    const account = makePlace();
    account.pageSize = 2;
    const State = 'create-complete' as const;
    const InternetGatewayExclusionMode = 'allow-bidirectional' as const;
    for (const id of ['vpc-1', 'vpc-2', 'vpc-3', 'vpc-4', 'vpc-5']) {
      const ResourceArn = `arn:aws:ec2:eu-west-1:111122223333:vpc/${id}`;
      account.network.exclusions.push({ ResourceArn, InternetGatewayExclusionMode, State });
    }

    expect((await readNetwork(ec2Of(account), [VPC])).exclusions).toHaveLength(5);
  });
});
