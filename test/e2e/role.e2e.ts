// What the deployed role lets the bot do, asked of an emulator that evaluates actions and resources: every call that the
// bot makes, and none of those that an attacker would make with its keys.
import {
  CreateAccessKeyCommand,
  type CreateAccessKeyCommandOutput,
  CreateUserCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Aws, connect } from './aws.ts';
import { NEEDED, neverNeeded, outcomeOf, TRIMMING } from './calls.ts';
import { copyProject, serverless } from './project.ts';
import { type Resources, resourcesOf } from './stack.ts';

const { url } = inject('ministack');
const root = connect(url, 'eu-central-1');
const folder = copyProject();
let resources: Resources;
let bot: Aws;

/** A user with the policies of the role. */
async function userLike(RoleName: string, UserName: string): Promise<Aws> {
  await root.iam.send(new CreateUserCommand({ UserName }));
  const { PolicyNames = [] } = await root.iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument = '' } = await root.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const document = decodeURIComponent(PolicyDocument);
    await root.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: document }));
  }
  const { AccessKey }: CreateAccessKeyCommandOutput = await root.iam.send(
    new CreateAccessKeyCommand({ UserName }),
  );
  const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {};
  return connect(url, root.region, { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey });
}

async function deploy(userName: string, ...args: readonly string[]): Promise<void> {
  await serverless(folder, root, 'deploy', ...args);
  resources = await resourcesOf(root);
  bot = await userLike(resources.IamRoleLambdaExecution ?? '', userName);
}

describe('the role, where nothing is trimmed', () => {
  beforeAll(() => deploy('reports'));

  it.each(Object.keys(NEEDED))('allows %s', async (name) => {
    expect(await outcomeOf(NEEDED[name]?.(bot, resources))).toBe('allowed');
  });

  it.each(Object.keys(TRIMMING))('denies %s', async (name) => {
    expect(await outcomeOf(TRIMMING[name]?.(bot, resources))).toBe('denied');
  });

  it('denies everything else', async () => {
    const { TopicArn = '' } = await root.sns.send(new CreateTopicCommand({ Name: 'another' }));
    const outcomes = Object.entries(neverNeeded(TopicArn)).map(async ([name, call]) => [
      name,
      await outcomeOf(call(bot, resources)),
    ]);

    expect((await Promise.all(outcomes)).filter(([, outcome]) => outcome !== 'denied')).toEqual([]);
  });
});

describe('the role, where policies may trim', () => {
  beforeAll(() => deploy('trims', '--param=trimLimit=3'));

  it.each(Object.keys({ ...NEEDED, ...TRIMMING }))('allows %s', async (name) => {
    expect(await outcomeOf({ ...NEEDED, ...TRIMMING }[name]?.(bot, resources))).toBe('allowed');
  });
});
