// Generated security groups as `aws ec2 describe-security-groups` prints them, the same in every run: 20 permissions each, with IPv4 and
// IPv6, references to groups and all traffic among them; one source in seven is the world.
import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';

const PORTS = [0, 22, 80, 443, 1024, 3306, 3389, 5432, 6379, 8080, 9200];
const PROTOCOLS = ['tcp', 'tcp', 'tcp', 'udp', '-1', 'icmp'];

/** So many groups. */
export function makeGroups(count: number): readonly SecurityGroup[] {
  const random = mulberry32(20_260_601);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, (_, index) => ({
    ...{ GroupId: `sg-${index.toString(16).padStart(17, '0')}`, GroupName: `group-${index}` },
    ...{ Description: 'made for measuring', VpcId: 'vpc-0123456789abcdef0', OwnerId: '111122223333' },
    Tags: [{ Key: 'Name', Value: `group-${index}` }],
    IpPermissions: Array.from({ length: 20 }, () => makePermission(below)),
    IpPermissionsEgress: [],
  }));
}

function makePermission(below: (limit: number) => number): IpPermission {
  const IpProtocol = PROTOCOLS[below(PROTOCOLS.length)] ?? 'tcp';
  const permission = {
    ...{ IpProtocol, ...portsOf(IpProtocol, below) },
    ...({ IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] } as Required<
      Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs'>
    >),
  };
  for (let sources = 1 + below(4); sources > 0; sources -= 1) addSource(permission, below);
  return permission;
}

function portsOf(protocol: string, below: (limit: number) => number): IpPermission {
  if (protocol === 'icmp') return { FromPort: -1, ToPort: -1 };
  if (protocol === '-1') return {};
  const from = PORTS[below(PORTS.length)] ?? 22;
  return { FromPort: from, ToPort: [from, from, from, from + 10, 65_535][below(5)] ?? from };
}

function addSource(permission: IpPermission, below: (limit: number) => number): void {
  const kind = below(100);
  if (kind < 10) permission.IpRanges?.push({ CidrIp: '0.0.0.0/0' });
  else if (kind < 15) permission.Ipv6Ranges?.push({ CidrIpv6: '::/0' });
  else if (kind < 20) permission.Ipv6Ranges?.push({ CidrIpv6: `2a01:${below(65_536).toString(16)}::/32` });
  else if (kind < 80)
    permission.IpRanges?.push({ CidrIp: `10.${below(256)}.${below(256)}.0/24`, Description: 'x' });
  else
    permission.UserIdGroupPairs?.push({
      GroupId: `sg-${below(2 ** 32).toString(16)}`,
      UserId: '111122223333',
    });
}

/** A small seeded generator (Tommy Ettinger's mulberry32): speed tests need the same numbers, not good ones. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((again ^ (again >>> 14)) >>> 0) / 4_294_967_296;
  };
}
