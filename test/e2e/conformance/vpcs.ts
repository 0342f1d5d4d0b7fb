// What the bot relies on where groups work in several VPCs.
import {
  AssociateSecurityGroupVpcCommand,
  DescribeSecurityGroupVpcAssociationsCommand,
  DescribeVpcsCommand,
  DisassociateSecurityGroupVpcCommand,
} from '@aws-sdk/client-ec2';
import { API, ERRORS, UNKNOWN_GROUP } from './groups.ts';
import { type Case, codeOf, type Place, VPC_BLOCK } from './place.ts';

const UNKNOWN_VPC = 'vpc-0123456789abcdef0';

const associate = ({ ec2 }: Place, GroupId: string, VpcId: string) =>
  ec2.send(new AssociateSecurityGroupVpcCommand({ GroupId, VpcId }));

/** The VPCs that a group is associated with, by the words that the bot has for that. */
async function vpcsOf({ ec2 }: Place, groupId: string) {
  const Filters = [{ Name: 'group-id', Values: [groupId] }];
  const answer = await ec2.send(
    new DescribeSecurityGroupVpcAssociationsCommand({ Filters, MaxResults: 1000 }),
  );
  const listed = answer.SecurityGroupVpcAssociations ?? [];
  const live = listed.filter(({ State }) => State === 'associating' || State === 'associated');
  return live.map(({ GroupId, VpcId }) => [GroupId, VpcId]);
}

/** The VPC as it is described. */
async function vpcOf({ ec2 }: Place, id: string) {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ MaxResults: 1000 }));
  return Vpcs.find(({ VpcId }) => VpcId === id);
}

export const VPC_CASES: readonly Case[] = [
  {
    claim: 'VPCs are listed with their blocks and the state of each',
    url: `${API}/API_DescribeVpcs.html`,
    observe: async (place) => {
      const vpc = await vpcOf(place, place.vpcId);
      const blocks = vpc?.CidrBlockAssociationSet ?? [];
      return [
        vpc?.CidrBlock,
        blocks.map(({ CidrBlock, CidrBlockState }) => [CidrBlock, CidrBlockState?.State]),
      ];
    },
    documented: [VPC_BLOCK, [[VPC_BLOCK, 'associated']]],
  },
  {
    claim: 'A group that is associated with another VPC is listed with it, and by its id alone',
    url: `${API}/API_DescribeSecurityGroupVpcAssociations.html`,
    observe: async (place) => {
      const [groupId, other] = [await place.newGroup(), await place.newGroup()];
      await associate(place, groupId, place.otherVpcId);
      await associate(place, other, place.otherVpcId);
      const found = await vpcsOf(place, groupId);
      return found.map(([group, vpc]) => [group === groupId, vpc === place.otherVpcId]);
    },
    documented: [[true, true]],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'An association is under way when it is asked for',
    url: `${API}/API_AssociateSecurityGroupVpc.html`,
    observe: async (place) => (await associate(place, await place.newGroup(), place.otherVpcId)).State,
    documented: 'associating',
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'A group that is taken out of a VPC is associated with it no longer',
    url: `${API}/API_DisassociateSecurityGroupVpc.html`,
    observe: async (place) => {
      const GroupId = await place.newGroup();
      await associate(place, GroupId, place.otherVpcId);
      await place.ec2.send(new DisassociateSecurityGroupVpcCommand({ GroupId, VpcId: place.otherVpcId }));
      return vpcsOf(place, GroupId);
    },
    documented: [],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'A group that does not exist is associated with nothing, and that is no error',
    url: `${API}/API_DescribeSecurityGroupVpcAssociations.html`,
    observe: (place) => vpcsOf(place, UNKNOWN_GROUP),
    documented: [],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'A group cannot be associated with a VPC that does not exist',
    url: ERRORS,
    observe: async (place) => codeOf(associate(place, await place.newGroup(), UNKNOWN_VPC)),
    documented: 'InvalidVpcID.NotFound',
    deviates: ['moto', 'ministack'],
  },
];
