// The packaged function on the other emulator, which tells rules of one permission apart and knows prefix lists.
import { CreateTableCommand, type CreateTableInput } from '@aws-sdk/client-dynamodb';
import { CreateManagedPrefixListCommand, DeleteSecurityGroupCommand } from '@aws-sdk/client-ec2';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from './aws.ts';
import { type Call, recordOf } from './cloudtrail.ts';
import { authorizeIngress, cidrsOf, createGroups, rulesOf, SSH, SSH_WORLD } from './groups.ts';
import { invoke, type Packaged, unpack } from './package.ts';
import { copyProject, serverless } from './project.ts';
import { type Inbox, subscribe } from './stack.ts';
import { readTemplate } from './template.ts';

const aws = connect(inject('moto'), 'us-east-1');
const physical: Record<string, string> = { IamRoleLambdaExecution: 'arn:aws:iam::111122223333:role/bot' };
let packaged: Packaged;
let inbox: Inbox;
let groups: string[];

const freshGroup = () => groups.pop() ?? '';
const handle = (call: Call, overrides: Readonly<Record<string, string>> = {}) =>
  invoke(packaged, aws, physical, recordOf(call, aws.region), overrides);
const said = async (groupId: string) =>
  (await inbox.read())
    .filter(({ group }) => group.id === groupId)
    .map(({ findings }) => findings.map(({ outcome, action }) => outcome ?? action));

/** The id of a new prefix list with these blocks. */
async function prefixList(...blocks: readonly string[]): Promise<string> {
  const { PrefixList } = await aws.ec2.send(
    new CreateManagedPrefixListCommand({
      ...{ PrefixListName: 'a list', AddressFamily: 'IPv4', MaxEntries: 10 },
      Entries: blocks.map((Cidr) => ({ Cidr })),
    }),
  );
  return PrefixList?.PrefixListId ?? '';
}

beforeAll(async () => {
  const folder = copyProject();
  await serverless(folder, aws, 'package', '--param=mode=enforce');
  const template = readTemplate(folder);
  packaged = unpack(folder, template);
  const { TopicArn = '' } = await aws.sns.send(new CreateTopicCommand({ Name: 'portcullis' }));
  const Ledger = await createLedger(template.Resources.Ledger?.Properties ?? {});
  Object.assign(physical, { Topic: TopicArn, Ledger });
  inbox = await subscribe(aws, TopicArn);
  groups = [...(await createGroups(aws, 10))];
});

/** The table as the template has it; moto's CloudFormation refuses the template's conditions. */
async function createLedger(properties: Readonly<Record<string, unknown>>): Promise<string> {
  const TableName = 'ledger';
  const { AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, KeySchema } =
    properties as unknown as CreateTableInput;
  const input = { AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, KeySchema, TableName };
  await aws.dynamoDb.send(new CreateTableCommand(input));
  return TableName;
}

describe('the packaged function', () => {
  it('revokes of one permission the source that is the world, and leaves the office', async () => {
    const group = freshGroup();
    const IpRanges = [{ CidrIp: '0.0.0.0/0' }, { CidrIp: '10.1.0.0/16' }];

    await handle(await authorizeIngress(aws, group, { ...SSH, IpRanges }));

    expect(await cidrsOf(aws, group)).toEqual(['10.1.0.0/16:22']);
    expect(await said(group)).toEqual([['revoked']]);
  });

  it('revokes a prefix list that has the world in two halves, and leaves one of an office', async () => {
    const group = freshGroup();
    const world = await prefixList('0.0.0.0/1', '128.0.0.0/1');
    const office = await prefixList('10.1.0.0/16');

    await handle(await authorizeIngress(aws, group, { ...SSH, PrefixListIds: [{ PrefixListId: world }] }));
    await handle(await authorizeIngress(aws, group, { ...SSH, PrefixListIds: [{ PrefixListId: office }] }));

    expect((await rulesOf(aws, group)).map(({ PrefixListId }) => PrefixListId)).toEqual([office]);
    expect(await said(group)).toEqual([['revoked']]);
  });

  it('has nothing to do for a group that is gone', async () => {
    const group = freshGroup();
    const record = {
      ...recordOf(await authorizeIngress(aws, group, SSH_WORLD), aws.region),
      eventTime: new Date(Date.now() - 120_000).toISOString(), // a fresh event may only be ahead of EC2
    };
    await aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }));

    await expect(invoke(packaged, aws, physical, record)).resolves.toBeUndefined();
    expect(await said(group)).toEqual([]);
  }, 60_000);

  it('leaves everything in mode dry-run', async () => {
    const group = freshGroup();

    await handle(await authorizeIngress(aws, group, SSH_WORLD), { MODE: 'dry-run' });

    expect(await cidrsOf(aws, group)).toEqual(['0.0.0.0/0:22']);
    expect(await said(group)).toEqual([['dry-run']]);
  });
});

describe('a deployment to this emulator', () => {
  // Its ValidateTemplate answers the warnings of cfn-lint as errors: a proxy that answers for it lets the deployment through.
  it.todo('ends as on the other one');
  // Enforcement begins by POST /moto-api/reset-auth; it asks for `*` instead of the resource, which the launcher must mend.
  it.todo('lets the function do only the actions that its role lets it');
});
