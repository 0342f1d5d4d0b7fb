// An account as there are many, the same in every run: what the page of findings is looked at with.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { createAccount } from '../../../lib/sandbox/index.ts';
import { mulberry32 } from '../../bench/groups.ts';
import { addInstance, addPublicSubnet } from '../../lib/sandbox/network.ts';

const ACCOUNTS = ['111122223333', '444455556666', '777788889999'];
const REGIONS = ['eu-west-1', 'eu-west-1', 'us-east-1'];
const TEAMS = ['payments', 'search', 'web', 'data', 'ci', 'legacy', 'ops'];
const APPS = ['api', 'worker', 'postgres', 'cache', 'bastion', 'jenkins', 'grafana', 'importer', 'vpn'];
const NOTES = [
  'temporary, remove after the migration',
  'home office',
  'for the vendor',
  undefined,
  undefined,
];

type Source = Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds'>;
const from = (CidrIp: string): Source => ({ IpRanges: [{ CidrIp }] });
const WORLD = from('0.0.0.0/0');
const tcp = (FromPort: number, source: Source = WORLD, ToPort = FromPort): IpPermission => ({
  ...{ IpProtocol: 'tcp', FromPort, ToPort },
  ...source,
});

/** The first ones are common, the last ones rare. */
const PERMISSIONS: readonly IpPermission[] = [
  ...Array.from({ length: 5 }, () => tcp(443)),
  ...Array.from({ length: 4 }, () => tcp(22, from('10.0.0.0/8'))),
  ...Array.from({ length: 3 }, () => tcp(22)),
  ...[tcp(3389), tcp(3389), tcp(5432), tcp(5432), tcp(8080), tcp(8080), tcp(8443), tcp(3306), tcp(6379)],
  ...[tcp(80), tcp(9200), tcp(27_017), tcp(22, { Ipv6Ranges: [{ CidrIpv6: '::/0' }] }), tcp(2375)],
  ...[tcp(22, from('32.0.0.0/3')), tcp(5432, from('52.0.0.0/6')), tcp(8000, WORLD, 8100)],
  ...[tcp(0, WORLD, 65_535), { IpProtocol: '-1', ...WORLD }, tcp(445)],
  { IpProtocol: 'udp', FromPort: 161, ToPort: 161, ...WORLD },
  tcp(22, { PrefixListIds: [{ PrefixListId: 'pl-0123456789abcdef0' }] }),
];

/** What the AWS CLI would have written of so many groups, with the network around them. */
export function exampleExport(groups: number): object {
  const random = mulberry32(20_261_130);
  const below = (limit: number) => Math.floor(random() * limit);
  const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
  addPublicSubnet(account);
  const SecurityGroups = Array.from({ length: groups }, (_, index) => makeGroup(index, below));
  for (const [index, { GroupId = '' }] of SecurityGroups.entries()) {
    const kind = below(5);
    if (kind < 2) addInstance(account, index, [GroupId], `203.0.113.${index % 250}`);
    else if (kind < 4) addInstance(account, index, [GroupId]);
  }
  const { network } = account;
  return {
    SecurityGroups,
    NetworkInterfaces: network.interfaces,
    Subnets: network.subnets,
    RouteTables: network.routeTables,
    NetworkAcls: network.acls,
    InternetGateways: network.gateways,
    VpcBlockPublicAccessOptions: network.publicAccess,
    VpcBlockPublicAccessExclusions: [],
  };
}

function makeGroup(index: number, below: (limit: number) => number): SecurityGroup {
  const GroupId = `sg-${(0x0a1b2c3d4e5f + index * 7919).toString(16).padStart(17, '0')}`;
  const place = below(ACCOUNTS.length);
  const [OwnerId = '', region = ''] = [ACCOUNTS[place], REGIONS[place]];
  const team = TEAMS[below(TEAMS.length)] ?? '';
  const Description = NOTES[below(NOTES.length)];
  const permissions = Array.from(
    { length: 1 + below(3) },
    () => PERMISSIONS[below(PERMISSIONS.length)] ?? {},
  );
  return {
    ...{ GroupId, OwnerId, VpcId: 'vpc-0abc' },
    GroupName: `${team}-${APPS[below(APPS.length)]}${index < 60 ? '' : `-${below(40)}`}`,
    SecurityGroupArn: `arn:aws:ec2:${region}:${OwnerId}:security-group/${GroupId}`,
    Tags: [{ Key: 'team', Value: team }],
    IpPermissions: [...new Set(permissions)].map((permission) => {
      const noted = Description === undefined ? {} : { Description };
      return {
        ...permission,
        ...(permission.IpRanges && { IpRanges: permission.IpRanges.map((one) => ({ ...one, ...noted })) }),
      };
    }),
  };
}

/** Settings with an exception for bastions. */
export function exampleSettings(): string {
  const directory = mkdtempSync(join(tmpdir(), 'settings-'));
  const path = join(directory, 'settings.yml');
  writeFileSync(
    path,
    `shipped:
  no-world-open-admin:
    exceptions:
      - groups: { names: ['ops-bastion*'] }
        ports: [22]
        reason: Break-glass access, reviewed each quarter
        owner: ops
        expires: 2099-12-31
stages: {}
`,
  );
  return path;
}
