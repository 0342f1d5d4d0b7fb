import {
  AssociateSecurityGroupVpcCommand,
  DescribeSecurityGroupVpcAssociationsCommand,
  DescribeVpcsCommand,
  DisassociateSecurityGroupVpcCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addVpc } from '../../../lib/sandbox/index.ts';
import { ACCOUNT, expectRefusal, GROUP, HOME, makeSandbox, type Sandbox } from './sandbox.ts';

const VPC = 'vpc-0fedcba9876543210';
const both = { GroupId: GROUP, VpcId: VPC };

function makePlace(): Sandbox {
  const sandbox = makeSandbox();
  addVpc(sandbox.account, VPC, ['10.1.0.0/16', '10.2.0.0/16', '2600:1f14::/56']);
  return sandbox;
}

async function associationsOf({ ec2 }: Sandbox, ...groupIds: string[]) {
  const Filters = groupIds.length === 0 ? [] : [{ Name: 'group-id', Values: groupIds }];
  const answer = await ec2.send(new DescribeSecurityGroupVpcAssociationsCommand({ Filters }));
  return answer.SecurityGroupVpcAssociations;
}

describe('AssociateSecurityGroupVpc', () => {
  it('has a group work in another VPC, too', async () => {
    const place = makePlace();

    expect(await place.ec2.send(new AssociateSecurityGroupVpcCommand(both))).toMatchObject({
      State: 'associating',
    });
    expect(await associationsOf(place)).toEqual([
      { ...both, GroupOwnerId: ACCOUNT, VpcOwnerId: ACCOUNT, State: 'associated' },
    ]);
  });

  it('is listed once, however often it is made, and by the group', async () => {
    const place = makePlace();
    for (const GroupId of [GROUP, HOME, GROUP])
      await place.ec2.send(new AssociateSecurityGroupVpcCommand({ GroupId, VpcId: VPC }));

    expect(await associationsOf(place)).toHaveLength(2);
    expect((await associationsOf(place, HOME))?.map(({ GroupId }) => GroupId)).toEqual([HOME]);
  });

  it('refuses groups and VPCs that do not exist', async () => {
    const { ec2 } = makePlace();
    const of = (part: object) => ec2.send(new AssociateSecurityGroupVpcCommand({ ...both, ...part }));

    await expectRefusal(of({ GroupId: 'sg-00000000000000000' }), 'InvalidGroup.NotFound');
    await expectRefusal(of({ VpcId: 'vpc-00000000000000000' }), 'InvalidVpcID.NotFound');
  });
});

it('DisassociateSecurityGroupVpc ends that', async () => {
  const place = makePlace();
  await place.ec2.send(new AssociateSecurityGroupVpcCommand(both));

  const answer = await place.ec2.send(new DisassociateSecurityGroupVpcCommand(both));
  expect(answer.State).toBe('disassociating');
  expect(await associationsOf(place)).toEqual([]);
});

describe('DescribeVpcs', () => {
  it('lists the VPCs with their blocks; those of unknown blocks are hidden', async () => {
    const { Vpcs = [] } = await makePlace().ec2.send(new DescribeVpcsCommand({}));

    expect(Vpcs).toEqual([
      expect.objectContaining({
        VpcId: VPC,
        OwnerId: ACCOUNT,
        CidrBlock: '10.1.0.0/16',
        CidrBlockAssociationSet: [
          { CidrBlock: '10.1.0.0/16', CidrBlockState: { State: 'associated' } },
          { CidrBlock: '10.2.0.0/16', CidrBlockState: { State: 'associated' } },
        ],
        Ipv6CidrBlockAssociationSet: [
          { Ipv6CidrBlock: '2600:1f14::/56', Ipv6CidrBlockState: { State: 'associated' } },
        ],
      }),
    ]);
  });

  it('finds them by id', async () => {
    const { ec2 } = makePlace();
    const of = async (id: string) => {
      const Filters = [{ Name: 'vpc-id', Values: [id] }];
      return (await ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.length;
    };

    expect([await of(VPC), await of('vpc-0elsewhere')]).toEqual([1, 0]);
  });
});
