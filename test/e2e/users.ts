// Somebody who may do what a role may, to call in its place.
import { readFileSync } from 'node:fs';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws, Keys } from './aws.ts';

/** The keys of a new user with a policy of iam/. */
export async function userWith({ iam }: Aws, file: string, UserName: string): Promise<Keys> {
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = readFileSync(`iam/${file}`, 'utf8');
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'policy', PolicyDocument }));
  return keysOf(iam, UserName);
}

/** The keys of a new user with the inline policies of the role; this bot's role has no others. */
export async function userLike({ iam }: Aws, RoleName: string, UserName: string): Promise<Keys> {
  await iam.send(new CreateUserCommand({ UserName }));
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const document = decodeURIComponent(PolicyDocument);
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: document }));
  }
  return keysOf(iam, UserName);
}

async function keysOf(iam: Aws['iam'], UserName: string): Promise<Keys> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}
