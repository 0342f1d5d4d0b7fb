// Somebody who may do what a role may, to call in its place.
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws, Keys } from './aws.ts';

/** The keys of a new user with the inline policies of the role; this bot's role has no others. */
export async function userLike({ iam }: Aws, RoleName: string, UserName: string): Promise<Keys> {
  await iam.send(new CreateUserCommand({ UserName }));
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const document = decodeURIComponent(PolicyDocument);
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: document }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}
