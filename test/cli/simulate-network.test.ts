// `portcullis simulate --network`: the mail as it would be in a network that somebody exported.
import { describe, expect, it } from 'vitest';
import { createAccount } from '../../lib/sandbox/index.ts';
import { addInstance, addPublicSubnet } from '../lib/sandbox/network.ts';
import { file, portcullis } from './portcullis.ts';

const EVENT = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';
const account = createAccount({ accountId: '000000000000', region: 'ap-northeast-2' });
addPublicSubnet(account);
addInstance(account, 1, ['sg-0e79c7acdf4a0225e'], '203.0.113.7');
const { network } = account;
const whole = {
  NetworkInterfaces: network.interfaces,
  Subnets: network.subnets,
  RouteTables: network.routeTables,
  NetworkAcls: network.acls,
  InternetGateways: network.gateways,
  VpcBlockPublicAccessOptions: network.publicAccess,
  VpcBlockPublicAccessExclusions: network.exclusions,
};

const simulate = (name: string, content: unknown) =>
  portcullis(['simulate', EVENT, '--network', file(name, content)]);

describe('portcullis simulate --network', () => {
  it('says in the mail what could be reached', async () => {
    const { status, stdout } = await simulate('whole.json', whole);

    expect(status).toBe(0);
    expect(stdout).toContain('packets from the internet could reach i-01 (web-1) at 203.0.113.7, tcp/22');
  });

  it('says what stood in the way', async () => {
    const [acl] = network.acls;
    const denial = {
      RuleNumber: 50,
      RuleAction: 'deny',
      Egress: false,
      Protocol: '6',
      CidrBlock: '0.0.0.0/0',
    };
    const Entries = [...(acl?.Entries ?? []), { ...denial, PortRange: { From: 22, To: 22 } }];
    const { stdout } = await simulate('acl.json', { ...whole, NetworkAcls: [{ ...acl, Entries }] });

    expect(stdout).toContain(
      'No direct path from the internet: network ACL acl-0abc rule 50 denies it. Nothing else is in the way.',
    );
  });

  it('does not know what the file leaves out', async () => {
    const { RouteTables: _, ...less } = whole;

    expect((await simulate('less.json', less)).stdout).toContain(
      'is not known: the route tables could not be read.',
    );
  });

  it('says nothing of it without a file', async () => {
    const { stdout } = await portcullis(['simulate', EVENT]);

    expect(stdout).not.toMatch(/could reach|direct path/);
  });

  it.each([
    ['groups.json', { SecurityGroups: [] }, '--network: there is no list of NetworkInterfaces in it'],
    ['text.json', { NetworkInterfaces: 'none' }, '--network: NetworkInterfaces is not a list'],
    ['odd.json', { NetworkInterfaces: [{ VpcId: 7 }] }, '--network: NetworkInterfaces.0'],
  ])('refuses %s', async (name, content, message) => {
    const { status, stderr } = await simulate(name, content);

    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
