// In which VPCs a group works, and which addresses these hold.
import type { SecurityGroupVpcAssociation, Vpc } from '@aws-sdk/client-ec2';
import { type AddressSet, addressSet, NO_ADDRESSES, parseCidr, unionOf } from './cidr.ts';

/** The VPCs that groups are associated with beside their own, by the id of the group. */
export type Associations = ReadonlyMap<string, readonly string[]>;

/** The addresses of VPCs, by their ids; VPCs that were not read are missing. */
export type VpcBlocks = ReadonlyMap<string, AddressSet>;

/** What was read of VPCs; undefined for what could not be read, or is not needed. */
export interface Vpcs {
  readonly associations: Associations | undefined;
  readonly blocks: VpcBlocks | undefined;
}

/** The VPCs in which one group works. */
export interface GroupVpcs {
  /** The ids of the VPCs that it is associated with beside its own; undefined if they are not known. */
  readonly associated: readonly string[] | undefined;
  /** The addresses of its own VPC; undefined if they are not known. */
  readonly home: AddressSet | undefined;
  /** The addresses of all VPCs that it is associated with; undefined if some of them are not known. */
  readonly others: AddressSet | undefined;
}

/**
 * What `vpc` in a policy stands for, as if they were two prefix lists: the blocks of the group's own VPC, and those of the VPCs that it
 * is associated with. No list has such a name, and each says in a message what is meant.
 */
export const HOME_VPC = 'its VPC';
export const OTHER_VPCS = 'the VPCs that it is associated with';

/**
 * The states of an association in which the group works in the VPC, or may again
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupVpcAssociation.html).
 */
const ASSOCIATED = new Set(['associating', 'associated', 'disassociating', 'disassociation-failed']);

/**
 * The states of a block that is in use, or is about to be: one is removed only when no subnet uses it any longer
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcCidrBlockState.html).
 */
const IN_USE = new Set(['associating', 'associated']);

/** The associations in which groups work. */
export function associationsOf(listed: readonly SecurityGroupVpcAssociation[]): Associations {
  const live = listed.filter(({ State = 'associated' }) => ASSOCIATED.has(State));
  const byGroup = Map.groupBy(live, ({ GroupId = '' }) => GroupId);
  return new Map([...byGroup].map(([id, of]) => [id, of.flatMap(({ VpcId }) => VpcId ?? [])]));
}

/** The blocks in use of each VPC: the primary one, the secondary ones, and IPv6. A VPC with a block that cannot be read is left out. */
export function blocksOfVpcs(vpcs: readonly Vpc[]): VpcBlocks {
  return new Map(
    vpcs.flatMap((vpc) => {
      const cidrs = blocksInUse(vpc).map(parseCidr);
      const readable = cidrs.filter((cidr) => cidr !== undefined);
      return readable.length < cidrs.length ? [] : [[vpc.VpcId ?? '', addressSet(readable)] as const];
    }),
  );
}

/** What is known of the VPCs of a group. */
export function vpcsOf(
  { id, vpcId }: { readonly id: string; readonly vpcId: string | undefined },
  { associations, blocks }: Vpcs,
): GroupVpcs {
  const associated = associations === undefined ? undefined : (associations.get(id) ?? []);
  return {
    associated,
    home: vpcId === undefined ? NO_ADDRESSES : blocks?.get(vpcId),
    others: blocks && associated && joined(associated.map((vpc) => blocks.get(vpc))),
  };
}

function blocksInUse({ CidrBlock, CidrBlockAssociationSet, Ipv6CidrBlockAssociationSet }: Vpc): string[] {
  const ipv4 = (CidrBlockAssociationSet ?? []).map((one) => [one.CidrBlock, one.CidrBlockState] as const);
  const ipv6 = (Ipv6CidrBlockAssociationSet ?? []).map(
    (one) => [one.Ipv6CidrBlock, one.Ipv6CidrBlockState] as const,
  );
  const inUse = [...ipv4, ...ipv6].filter(([, state]) => IN_USE.has(state?.State ?? 'associated'));
  return [CidrBlock, ...inUse.map(([block]) => block)].flatMap((block) => block ?? []);
}

function joined(sets: readonly (AddressSet | undefined)[]): AddressSet | undefined {
  return sets.reduce((all, set) => all && set && unionOf(all, set), NO_ADDRESSES);
}
