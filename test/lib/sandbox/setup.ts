// One group in one account, and the calls that most tests make of it, through the real SDK clients.
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type EC2Client,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { type Account, addGroup, createAccount, ec2Of, inForce } from '../../../lib/sandbox/index.ts';

export const GROUP = 'sg-0web';
export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:portcullis`;

export interface Setup {
  readonly account: Account;
  readonly ec2: EC2Client;
}

/** An account with one empty group, `sg-0web`, in a VPC that is not the default one. */
export function setUp(VpcId = 'vpc-0other'): Setup {
  const account = createAccount({ accountId: ACCOUNT, region: REGION });
  addGroup(account, { GroupId: GROUP, GroupName: 'web', VpcId });
  return { account, ec2: ec2Of(account) };
}

/** The same account with its group in the default VPC. */
export function setUpInDefaultVpc(): Setup {
  return setUp('vpc-0000000000000000d');
}

/** One IpPermission for TCP ports, from IPv4 blocks. */
export function tcp(port: number, ...cidrs: readonly string[]): IpPermission {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: cidrs.map((CidrIp) => ({ CidrIp })) };
}

/** Authorises ingress; answers the rules that EC2 says it has made. */
export async function authorize(
  { ec2 }: Setup,
  ...IpPermissions: IpPermission[]
): Promise<readonly SecurityGroupRule[]> {
  const command = new AuthorizeSecurityGroupIngressCommand({ GroupId: GROUP, IpPermissions });
  return (await ec2.send(command)).SecurityGroupRules ?? [];
}

/** Authorises egress; answers the rules that EC2 says it has made. */
export async function authorizeEgress(
  { ec2 }: Setup,
  ...IpPermissions: IpPermission[]
): Promise<readonly SecurityGroupRule[]> {
  const command = new AuthorizeSecurityGroupEgressCommand({ GroupId: GROUP, IpPermissions });
  return (await ec2.send(command)).SecurityGroupRules ?? [];
}

/** Revokes ingress rules by id. */
export function revokeIds({ ec2 }: Setup, ...SecurityGroupRuleIds: string[]) {
  return ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: GROUP, SecurityGroupRuleIds }));
}

/** Revokes ingress rules by what they say. */
export function revokePermissions({ ec2 }: Setup, ...IpPermissions: IpPermission[]) {
  return ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: GROUP, IpPermissions }));
}

/** The rules that one Describe call shows. */
export async function seen({ ec2 }: Setup): Promise<readonly SecurityGroupRule[]> {
  return (await ec2.send(new DescribeSecurityGroupRulesCommand({}))).SecurityGroupRules ?? [];
}

/** The rules in force, each as its source. */
export function sources({ account }: Setup): readonly (string | undefined)[] {
  return inForce(account, GROUP).map(
    (rule) =>
      rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId,
  );
}

/** The ids of rules. */
export function idsOf(rules: readonly SecurityGroupRule[]): string[] {
  return rules.map(({ SecurityGroupRuleId = '' }) => SecurityGroupRuleId);
}

/** What a refused call throws, by its code. */
export function refusal(code: string): object {
  return expect.objectContaining({ name: code });
}
