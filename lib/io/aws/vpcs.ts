// Reading in which VPCs groups work, and the CIDR blocks of VPCs.
import {
  type EC2Client,
  paginateDescribeSecurityGroupVpcAssociations,
  paginateDescribeVpcs,
  type SecurityGroupVpcAssociation,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { type Associations, associationsOf, blocksOfVpcs, type VpcBlocks } from '../../network/vpcs.ts';

/** The most that one page may hold (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html). */
const PAGE = 1000;

/** The VPCs that a group is associated with; without a group, all associations of the region. */
export async function readAssociations(ec2: EC2Client, groupId?: string): Promise<Associations> {
  const found: SecurityGroupVpcAssociation[] = [];
  const input = groupId === undefined ? {} : { Filters: [{ Name: 'group-id', Values: [groupId] }] };
  const pages = paginateDescribeSecurityGroupVpcAssociations({ client: ec2, pageSize: PAGE }, input);
  for await (const page of pages) found.push(...(page.SecurityGroupVpcAssociations ?? []));
  return associationsOf(found);
}

/** The blocks of all VPCs of the region, also of those that other accounts share. */
export async function readVpcBlocks(ec2: EC2Client): Promise<VpcBlocks> {
  const found: Vpc[] = [];
  for await (const page of paginateDescribeVpcs({ client: ec2, pageSize: PAGE }, {})) {
    found.push(...(page.Vpcs ?? []));
  }
  return blocksOfVpcs(found);
}
