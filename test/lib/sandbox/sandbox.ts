// An account with one group in its default VPC and one in another, as the tests of the sandbox use it.
import {
  AuthorizeSecurityGroupIngressCommand,
  type EC2Client,
  type IpPermission,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { SNSClient } from '@aws-sdk/client-sns';
import { expect } from 'vitest';
import { type Account, addGroup, createAccount, ec2Of, inForce, snsOf } from '../../../lib/sandbox/index.ts';

/** A group in a VPC that is not the default one. */
export const GROUP = 'sg-0123456789abcdef0';
/** A group in the default VPC. */
export const HOME = 'sg-0fedcba9876543210';
export const OTHER_VPC = 'vpc-0123456789abcdef0';
export const ACCOUNT = '111122223333';
export const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:portcullis`;
export const WORLD = '0.0.0.0/0';

export interface Sandbox {
  readonly account: Account;
  readonly ec2: EC2Client;
  readonly sns: SNSClient;
}

export function makeSandbox(): Sandbox {
  const account = createAccount({ accountId: ACCOUNT, region: 'eu-west-1', vpcs: [OTHER_VPC] });
  addGroup(account, { GroupId: GROUP, GroupName: 'web', VpcId: OTHER_VPC });
  addGroup(account, { GroupId: HOME, GroupName: 'home' });
  return { account, ec2: ec2Of(account), sns: snsOf(account) };
}

/** SSH from the given IPv4 blocks. */
export function ssh(...cidrs: readonly string[]): IpPermission {
  return tcp(22, ...cidrs);
}

/** One TCP port from the given IPv4 blocks. */
export function tcp(port: number, ...cidrs: readonly string[]): IpPermission {
  const IpRanges = cidrs.map((CidrIp) => ({ CidrIp }));
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges };
}

/** Opens ingress, and answers the rules as EC2 does. */
export async function open(
  { ec2 }: Sandbox,
  GroupId: string,
  ...IpPermissions: readonly IpPermission[]
): Promise<readonly SecurityGroupRule[]> {
  const input = { GroupId, IpPermissions: [...IpPermissions] };
  const answer = await ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
  return answer.SecurityGroupRules ?? [];
}

/** The ids of the rules in force. */
export function idsOf({ account }: Sandbox, groupId = GROUP): readonly (string | undefined)[] {
  return inForce(account, groupId).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);
}

/** Holds when the SDK rejects with that error code and HTTP status. */
export async function expectRefusal(
  call: Promise<unknown>,
  code: string,
  httpStatusCode = 400,
): Promise<void> {
  await expect(call).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode } });
}
