// VPCs with their CIDR blocks, and the groups that are associated with them.
import type {
  DescribeSecurityGroupVpcAssociationsResult,
  DescribeVpcsResult,
  Vpc,
} from '@aws-sdk/client-ec2';
import type { Account } from '../account.ts';
import type { StoredAssociation } from '../account-state.ts';
import { ServiceError } from '../faults.ts';
import { type Parameters, textOf } from '../protocol/query.ts';
import { filtered, type ValuesOf } from './filters.ts';
import { openPage } from './paging.ts';
import { groupById } from './request.ts';

/**
 * Has a group work in another VPC of the region, too
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSecurityGroupVpc.html).
 */
export function associate(account: Account, parameters: Parameters): object {
  const { GroupId, OwnerId } = groupById(account, textOf(parameters, 'GroupId') ?? '');
  const VpcId = textOf(parameters, 'VpcId') ?? '';
  if (!account.vpcs.has(VpcId)) {
    throw new ServiceError('InvalidVpcID.NotFound', `The vpc ID '${VpcId}' does not exist`);
  }
  remove(account, GroupId, VpcId);
  const owners = { GroupOwnerId: OwnerId, VpcOwnerId: account.vpcs.get(VpcId)?.OwnerId ?? account.accountId };
  account.associations.push({ GroupId, VpcId, ...owners, State: 'associated' });
  return { State: 'associating' };
}

/** Ends that (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSecurityGroupVpc.html). */
export function disassociate(account: Account, parameters: Parameters): object {
  const { GroupId } = groupById(account, textOf(parameters, 'GroupId') ?? '');
  remove(account, GroupId, textOf(parameters, 'VpcId') ?? '');
  return { State: 'disassociating' };
}

/**
 * Lists the associations of groups
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupVpcAssociations.html).
 */
export function describeAssociations(
  account: Account,
  parameters: Parameters,
): DescribeSecurityGroupVpcAssociationsResult {
  const page = openPage(account, 'DescribeSecurityGroupVpcAssociations', parameters);
  const { items, NextToken } = page.cut(filtered(parameters, account.associations, associationValues));
  return { SecurityGroupVpcAssociations: [...items], NextToken };
}

/** Lists the VPCs whose blocks are known here (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html). */
export function describeVpcs(account: Account, parameters: Parameters): DescribeVpcsResult {
  const page = openPage(account, 'DescribeVpcs', parameters);
  const known = [...account.vpcs.values()].filter((vpc) => vpc !== undefined);
  const { items, NextToken } = page.cut(filtered(parameters, known, vpcValues));
  return { Vpcs: [...items], NextToken };
}

/** A VPC with these blocks, the first of them its primary one, as EC2 describes it. */
export function vpcOf(account: Pick<Account, 'accountId'>, VpcId: string, blocks: readonly string[]): Vpc {
  const isIpv6 = (block: string) => block.includes(':');
  const ipv4 = blocks.filter((block) => !isIpv6(block));
  return {
    VpcId,
    OwnerId: account.accountId,
    State: 'available',
    CidrBlock: ipv4[0],
    CidrBlockAssociationSet: ipv4.map((CidrBlock) => ({
      CidrBlock,
      CidrBlockState: { State: 'associated' },
    })),
    Ipv6CidrBlockAssociationSet: blocks
      .filter(isIpv6)
      .map((Ipv6CidrBlock) => ({ Ipv6CidrBlock, Ipv6CidrBlockState: { State: 'associated' } })),
  };
}

function remove(account: Account, groupId: string, vpcId: string): void {
  const index = account.associations.findIndex(
    ({ GroupId, VpcId }) => GroupId === groupId && VpcId === vpcId,
  );
  if (index !== -1) account.associations.splice(index, 1);
}

const associationValues: ValuesOf<StoredAssociation> = {
  'group-id': ({ GroupId }) => GroupId,
  'vpc-id': ({ VpcId }) => VpcId,
  state: ({ State }) => State,
};

const vpcValues: ValuesOf<Vpc> = {
  'vpc-id': ({ VpcId }) => VpcId,
  'owner-id': ({ OwnerId }) => OwnerId,
};
