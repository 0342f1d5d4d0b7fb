// A public subnet in an account of the sandbox: what a test of exposure begins with.
import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { Account } from '../../../lib/sandbox/index.ts';

const VPC = { VpcId: 'vpc-0abc' };
const SUBNET = { SubnetId: 'subnet-0abc' };
const everything = (Egress: boolean) => [
  { RuleNumber: 100, RuleAction: 'allow' as const, Protocol: '-1', CidrBlock: '0.0.0.0/0', Egress },
  { RuleNumber: 32_767, RuleAction: 'deny' as const, Protocol: '-1', CidrBlock: '0.0.0.0/0', Egress },
];

/** Adds a VPC with an internet gateway and a subnet that is routed to it. */
export function addPublicSubnet({ network, accountId }: Account): void {
  network.subnets.push({ ...SUBNET, ...VPC, OwnerId: accountId });
  network.gateways.push({
    InternetGatewayId: 'igw-0abc',
    Attachments: [{ ...VPC, State: 'attached' }],
  });
  network.routeTables.push({
    RouteTableId: 'rtb-0abc',
    ...VPC,
    Associations: [
      { Main: true, RouteTableAssociationId: 'rtbassoc-0abc', AssociationState: { State: 'associated' } },
    ],
    Routes: [
      {
        DestinationCidrBlock: '10.0.0.0/16',
        GatewayId: 'local',
        State: 'active',
        Origin: 'CreateRouteTable',
      },
      { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0abc', State: 'active', Origin: 'CreateRoute' },
    ],
  });
  network.acls.push({
    NetworkAclId: 'acl-0abc',
    ...VPC,
    IsDefault: true,
    Associations: [{ ...SUBNET, NetworkAclId: 'acl-0abc' }],
    Entries: [...everything(false), ...everything(true)],
  });
}

/** Adds an instance's interface with these groups to the subnet; without an address it is a private one. */
export function addInstance(
  { network }: Account,
  number: number,
  groupIds: readonly string[],
  publicIp?: string,
): NetworkInterface {
  const PrivateIpAddress = `10.0.0.${number}`;
  const address = publicIp === undefined ? {} : { Association: { PublicIp: publicIp, IpOwnerId: 'amazon' } };
  const added: NetworkInterface = {
    NetworkInterfaceId: `eni-0${number}`,
    ...VPC,
    ...SUBNET,
    Status: 'in-use',
    InterfaceType: 'interface',
    Attachment: { InstanceId: `i-0${number}`, Status: 'attached' },
    PrivateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress, ...address }],
    ...address,
    Groups: groupIds.map((GroupId) => ({ GroupId, GroupName: GroupId })),
    TagSet: [{ Key: 'Name', Value: `web-${number}` }],
  };
  network.interfaces.push(added);
  return added;
}
