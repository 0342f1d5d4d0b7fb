// Policies that look at VPCs, in an audit and a simulation: an export has the VPCs beside its groups, or nobody knows them.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../lib/policy/policy.ts';
import { addAssociation, addGroup, addVpc, createAccount, fail } from '../../lib/sandbox/index.ts';
import { policyOf } from '../lib/io/world.ts';
import { type Ended, file, onAccount, portcullis } from './portcullis.ts';

const GROUP = 'sg-0b71c4e9d2a8f3605';
const HOME = 'vpc-01ab';
/** The VPC of the event in the fixture. */
const OTHER = 'vpc-0c4e8a2f6d1b97350';
const EVENT = 'test/fixtures/events/associate-security-group-vpc.json';

const inOther = policyOf('in-other', [22], 'revoke', { scope: { vpcs: [OTHER] } });
const fromVpc = policyOf('from-vpc', [22], 'revoke', {
  match: { protocol: ['tcp'], ports: [22], source: { outside: ['vpc'] } },
});

const groups = [
  {
    ...{ GroupId: GROUP, GroupName: 'cache', OwnerId: '111122223333', VpcId: HOME },
    IpPermissions: ['10.1.0.0/24', '10.2.0.0/24'].map((CidrIp) => ({
      ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp }] },
    })),
  },
];
const open = [
  { ...groups[0], IpPermissions: [{ ...groups[0]?.IpPermissions[0], IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] },
];
const Vpcs = [
  { VpcId: HOME, CidrBlock: '10.1.0.0/16' },
  { VpcId: OTHER, CidrBlock: '10.2.0.0/16', CidrBlockAssociationSet: [] },
];
const associations = (State = 'associated') => [{ GroupId: GROUP, VpcId: OTHER, State }];

function directoryOf({ id, document }: Policy): string {
  const directory = mkdtempSync(join(tmpdir(), 'vpcs-'));
  writeFileSync(join(directory, `${id}.yaml`), JSON.stringify(document));
  return directory;
}

const auditing = (policy: Policy) =>
  ['audit', '--format', 'json', '--region', 'eu-west-1', '--policies', directoryOf(policy)] as const;

function verdictsOf({ stdout }: Ended): readonly string[] {
  const findings: readonly { verdict: string; rule: { CidrIpv4: string } }[] = JSON.parse(stdout).findings;
  return findings.map(({ verdict, rule }) => `${verdict} ${rule.CidrIpv4}`);
}

describe('an audit of an export', () => {
  it.each<[string, object, readonly string[]]>([
    ['with all', { Vpcs, SecurityGroupVpcAssociations: associations() }, []],
    [
      'without associations of the group',
      { Vpcs, SecurityGroupVpcAssociations: [] },
      ['violation 10.2.0.0/24'],
    ],
    [
      'with an association that failed',
      { Vpcs, SecurityGroupVpcAssociations: associations('association-failed') },
      ['violation 10.2.0.0/24'],
    ],
  ])('allows the VPCs of the group: %s', async (_, beside, wanted) => {
    const from = file('beside.json', { ...beside, SecurityGroups: groups });

    expect(verdictsOf(await portcullis([...auditing(fromVpc), '--from', from]))).toEqual(wanted);
  });

  it.each<[string, object]>([
    ['VPCs', { SecurityGroupVpcAssociations: associations() }],
    ['associations', { Vpcs }],
    ['either', {}],
  ])('decides nothing that turns on what is not in it: without %s', async (_, beside) => {
    const from = file('without.json', { SecurityGroups: groups, ...beside });

    expect(verdictsOf(await portcullis([...auditing(fromVpc), '--from', from]))).toContain(
      'undecided 10.2.0.0/24',
    );
  });

  it.each<[string, object, readonly string[]]>([
    ['associated', { SecurityGroupVpcAssociations: associations() }, ['violation 0.0.0.0/0']],
    ['not associated', { SecurityGroupVpcAssociations: [] }, []],
    ['perhaps associated', {}, ['undecided 0.0.0.0/0']],
  ])('asks a policy for a VPC about groups that are %s with it', async (_, beside, wanted) => {
    const from = file('scope.json', { SecurityGroups: open, ...beside });

    expect(verdictsOf(await portcullis([...auditing(inOther), '--from', from]))).toEqual(wanted);
  });

  it('may come by standard input, VPCs after groups', async () => {
    const text = JSON.stringify({ SecurityGroups: groups, Vpcs, SecurityGroupVpcAssociations: [] });

    expect(verdictsOf(await portcullis([...auditing(fromVpc), '--from', '-'], {}, text))).toEqual([
      'violation 10.2.0.0/24',
    ]);
  });

  it.each([
    ['Vpcs.0: VpcId', { Vpcs: [{ CidrBlock: '10.1.0.0/16' }] }],
    ['SecurityGroupVpcAssociations.0: State', { SecurityGroupVpcAssociations: associations('gone') }],
  ])('with something else in it is refused, with the place: %s', async (place, beside) => {
    const from = file('wrong.json', {
      SecurityGroups: groups,
      SecurityGroupVpcAssociations: [],
      Vpcs,
      ...beside,
    });

    expect(await portcullis([...auditing(fromVpc), '--from', from])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(place.replace(':', ': not what is expected:')),
    });
  });
});

describe('an audit of a live account', () => {
  function makeAccount() {
    const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
    for (const group of groups) addGroup(account, group);
    addVpc(account, HOME, ['10.1.0.0/16']);
    addVpc(account, OTHER, ['10.2.0.0/16']);
    addAssociation(account, GROUP, OTHER);
    return account;
  }

  it('reads VPCs and associations once', async () => {
    expect(verdictsOf(await onAccount(makeAccount(), auditing(fromVpc)))).toEqual([]);
  });

  it('reads no VPCs where no policy looks at them', async () => {
    const account = makeAccount();
    fail(account, 'DescribeVpcs', 'InternalError');
    fail(account, 'DescribeSecurityGroupVpcAssociations', 'InternalError');

    const policy = policyOf('no-ssh', [22], 'revoke');
    expect((await onAccount(account, auditing(policy))).status).toBe(0);
  });

  it.each(['DescribeVpcs', 'DescribeSecurityGroupVpcAssociations'])(
    'goes on where it may not %s: what turns on it is undecided',
    async (api) => {
      const account = makeAccount();
      fail(account, api, 'UnauthorizedOperation');

      expect(verdictsOf(await onAccount(account, auditing(fromVpc)))).toContain('undecided 10.2.0.0/24');
    },
  );
});

describe('a simulation of an association', () => {
  const simulated = async (policy: Policy, words: readonly string[]) => {
    const all = ['simulate', EVENT, '--format', 'json', '--policies', directoryOf(policy), ...words];
    const { verdicts } = JSON.parse((await portcullis(all)).stdout);
    return verdicts.map(({ verdict }: { verdict: string }) => verdict);
  };

  it.each<[string, object]>([
    ['that says so', { SecurityGroupVpcAssociations: associations() }],
    ['that says nothing of associations, by what the event says', {}],
  ])('judges the rules in the other VPC: with an export %s', async (_, beside) => {
    const path = file('group.json', { SecurityGroups: open, ...beside });

    expect(await simulated(inOther, ['--group', path])).toEqual(['violation']);
  });

  it('judges them as they are now, where the export has no such association any longer', async () => {
    const path = file('group.json', { SecurityGroups: open, SecurityGroupVpcAssociations: [] });

    expect(await simulated(inOther, ['--group', path])).toEqual([]);
  });
});

describe('a simulation of another event', () => {
  const opened = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';
  const simulated = async (policy: Policy, beside: object) => {
    const [group] = open;
    const path = file('live.json', {
      SecurityGroups: [{ ...group, GroupId: 'sg-0e79c7acdf4a0225e' }],
      ...beside,
    });
    const words = ['--format', 'json', '--policies', directoryOf(policy), '--group', path];
    const { verdicts } = JSON.parse((await portcullis(['simulate', opened, ...words])).stdout);
    return verdicts.map(({ verdict }: { verdict: string }) => verdict);
  };

  it('decides nothing that turns on associations that the export does not have', async () => {
    expect(await simulated(inOther, {})).toEqual(['undecided']);
    expect(await simulated(inOther, { SecurityGroupVpcAssociations: [] })).toEqual([]);
  });

  it('takes the blocks of VPCs from the export', async () => {
    const beside = { SecurityGroupVpcAssociations: [], Vpcs: [{ VpcId: HOME, CidrBlock: '0.0.0.0/0' }] };

    expect(await simulated(fromVpc, beside)).toEqual(['compliant']);
  });
});
