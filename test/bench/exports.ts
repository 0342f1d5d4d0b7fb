// Large exports as `aws ec2 describe-security-groups` prints them, written group by group: 60 rules in each, hardly any open to the world.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { mulberry32 } from './groups.ts';

const PORTS = [22, 80, 443, 1433, 3306, 5432, 6379, 8443, 9092, 27_017];
const ACCOUNT = '111122223333';

type Below = (limit: number) => number;

/** Writes so many groups to a file, the same in every run. */
export function writeExport(path: string, groups: number): void {
  const random = mulberry32(20_261_129);
  const below: Below = (limit) => Math.floor(random() * limit);
  const file = openSync(path, 'w');
  writeSync(file, '{"SecurityGroups":[');
  for (let index = 0; index < groups; index += 1) {
    writeSync(file, `${index === 0 ? '' : ','}${JSON.stringify(makeGroup(index, below))}`);
  }
  writeSync(file, ']}');
  closeSync(file);
}

function makeGroup(index: number, below: Below): SecurityGroup {
  const GroupId = `sg-${index.toString(16).padStart(17, '0')}`;
  return {
    ...{ GroupId, GroupName: `service-${index}`, Description: 'made for measuring', OwnerId: ACCOUNT },
    SecurityGroupArn: `arn:aws:ec2:eu-west-1:${ACCOUNT}:security-group/${GroupId}`,
    VpcId: 'vpc-0123456789abcdef0',
    Tags: [{ Key: 'Name', Value: `service-${index}` }],
    IpPermissions: Array.from({ length: 20 }, () => makePermission(below)),
    IpPermissionsEgress: [],
  };
}

/** Three rules: two blocks of the company and one of IPv6; of fifty permissions, one is open to the world. */
function makePermission(below: Below): IpPermission {
  const from = PORTS[below(PORTS.length)] ?? 22;
  const inside = () => `10.${below(256)}.${below(256)}.0/24`;
  return {
    ...{
      IpProtocol: below(3) === 0 ? 'udp' : 'tcp',
      FromPort: from,
      ToPort: from + (below(3) === 0 ? 10 : 0),
    },
    IpRanges: [below(50) === 0 ? '0.0.0.0/0' : inside(), inside()].map((CidrIp) => ({
      CidrIp,
      Description: 'app',
    })),
    Ipv6Ranges: [{ CidrIpv6: `fd00:${below(65_536).toString(16)}::/64` }],
    ...{ PrefixListIds: [], UserIdGroupPairs: [] },
  };
}
