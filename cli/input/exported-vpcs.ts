// What the AWS CLI prints of VPCs, checked before anything is made of it.
import type { SecurityGroupVpcAssociation, Vpc } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { check } from './exported.ts';

const blockState = z
  .looseObject({
    State: z.enum(['associating', 'associated', 'disassociating', 'disassociated', 'failing', 'failed']),
  })
  .optional();

const vpc = z.object({
  VpcId: z.string(),
  OwnerId: z.string().optional(),
  CidrBlock: z.string().optional(),
  CidrBlockAssociationSet: z
    .array(z.object({ CidrBlock: z.string(), CidrBlockState: blockState }))
    .optional(),
  Ipv6CidrBlockAssociationSet: z
    .array(z.object({ Ipv6CidrBlock: z.string(), Ipv6CidrBlockState: blockState }))
    .optional(),
});

const association = z.object({
  GroupId: z.string(),
  VpcId: z.string(),
  State: z
    .enum([
      'associating',
      'associated',
      'association-failed',
      'disassociating',
      'disassociated',
      'disassociation-failed',
    ])
    .optional(),
});

const beside = z.looseObject({
  Vpcs: z.array(z.unknown()).optional(),
  SecurityGroupVpcAssociations: z.array(z.unknown()).optional(),
});

/** One VPC of `aws ec2 describe-vpcs`; throws InputError with its place. */
export function parseExportedVpc(what: string, value: unknown): Vpc {
  return check<Vpc>(what, vpc, value);
}

/** One association of `aws ec2 describe-security-group-vpc-associations`; throws InputError with its place. */
export function parseExportedAssociation(what: string, value: unknown): SecurityGroupVpcAssociation {
  return check<SecurityGroupVpcAssociation>(what, association, value);
}

/** What an export has of VPCs beside its groups; undefined for a list that it has not. */
export function parseVpcsBeside(
  what: string,
  value: unknown,
): {
  readonly vpcs: readonly Vpc[] | undefined;
  readonly associations: readonly SecurityGroupVpcAssociation[] | undefined;
} {
  const { Vpcs, SecurityGroupVpcAssociations: associations } = check<z.infer<typeof beside>>(
    what,
    beside,
    value,
  );
  return {
    vpcs: Vpcs?.map((one, index) => parseExportedVpc(`${what}: Vpcs.${index}`, one)),
    associations: associations?.map((one, index) =>
      parseExportedAssociation(`${what}: SecurityGroupVpcAssociations.${index}`, one),
    ),
  };
}
