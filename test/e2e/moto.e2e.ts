// The deployed function on the other emulator, which tells rules of one permission apart and knows prefix lists. It has
// the permissions of the deployed role and no others; the commands have those of the administrator.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  DeleteSecurityGroupCommand,
} from '@aws-sdk/client-ec2';
import { PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { portcullis } from '../cli/portcullis.ts';
import { connect, ROOT } from './aws.ts';
import { authorized, type Call, recordOf } from './cloudtrail.ts';
import { authorizeIngress, cidrsOf, createGroups, rulesOf, SSH, SSH_OFFICE, SSH_WORLD } from './groups.ts';
import { type Deployed, fetchDeployed, invoke } from './lambda.ts';
import { copyProject, deployConfirmed } from './project.ts';
import { type Inbox, isOfGroup, type Resources, releasePolicies, resourcesOf, subscribe } from './stack.ts';
import { userLike } from './users.ts';

const aws = connect(inject('moto'), 'us-east-1');
let resources: Resources;
let deployed: Deployed;
let inbox: Inbox;
let groups: string[];

const freshGroup = () => groups.pop() ?? '';
const handle = (call: Call, overrides: Readonly<Record<string, string>> = {}) =>
  invoke(deployed, recordOf(call, aws.region), overrides);
const said = async (groupId: string) =>
  (await inbox.read())
    .filter(isOfGroup)
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
  await deployConfirmed(folder, aws, '--param=mode=enforce');
  resources = await resourcesOf(aws);
  await releasePolicies(aws, resources, folder);
  const role = await userLike(aws, resources.IamRoleLambdaExecution ?? '', 'remediate');
  deployed = await fetchDeployed(aws, resources, role);
  inbox = await subscribe(aws, resources.Topic ?? '');
  groups = [...(await createGroups(aws, 10))];
});

describe('the deployed function', () => {
  it('revokes the rule that is for the world, and leaves the one for the office', async () => {
    const group = freshGroup();

    await handle(await authorizeIngress(aws, group, SSH_OFFICE));
    await handle(await authorizeIngress(aws, group, SSH_WORLD));

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

  it('leaves a rule that its author makes narrower between the event and the revoke, and says that it was changed', async () => {
    const group = freshGroup();
    const call = await authorizeIngress(aws, group, SSH_WORLD);
    const [rule] = await rulesOf(aws, group);
    const mark = join(mkdtempSync(join(tmpdir(), 'modify-')), 'modified');
    const UserName = 'modifies';
    const keys = await userLike(aws, resources.IamRoleLambdaExecution ?? '', UserName);
    const Statement = { Effect: 'Allow', Action: 'ec2:ModifySecurityGroupRules', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'modify', PolicyDocument }));

    await invoke({ ...deployed, keys }, recordOf(call, aws.region), {
      NODE_OPTIONS: `--import=${new URL('modifying.ts', import.meta.url)}`,
      ...{ MODIFIES_RULE: rule?.SecurityGroupRuleId ?? '', MODIFIES_GROUP: group, MODIFIES_MARK: mark },
    });

    expect(existsSync(mark)).toBe(true);
    expect(await cidrsOf(aws, group)).toEqual(['10.1.2.3/32:22']);
    expect(await said(group)).toEqual([['changed']]);
  });

  it('has nothing to do for a group that is gone', async () => {
    const group = freshGroup();
    const record = {
      ...recordOf(await authorizeIngress(aws, group, SSH_WORLD), aws.region),
      eventTime: new Date(Date.now() - 120_000).toISOString(), // a fresh event may only be ahead of EC2
    };
    await aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }));

    await expect(invoke(deployed, record)).resolves.toBeUndefined();
    expect(await said(group)).toEqual([]);
  }, 60_000);

  it('tells people that it may not revoke, where an administrator has forbidden it', async () => {
    const group = freshGroup();
    const UserName = 'forbidden';
    const keys = await userLike(aws, resources.IamRoleLambdaExecution ?? '', UserName);
    const Statement = { Effect: 'Deny', Action: 'ec2:RevokeSecurityGroup*', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'forbid', PolicyDocument }));

    const call = await authorizeIngress(aws, group, SSH_WORLD);
    await invoke({ ...deployed, keys }, recordOf(call, aws.region));

    expect(await cidrsOf(aws, group)).toEqual(['0.0.0.0/0:22']);
    expect(await said(group)).toEqual([['denied']]);
  });

  it('leaves everything in mode dry-run', async () => {
    const group = freshGroup();

    await handle(await authorizeIngress(aws, group, SSH_WORLD), { MODE: 'dry-run' });

    expect(await cidrsOf(aws, group)).toEqual(['0.0.0.0/0:22']);
    expect(await said(group)).toEqual([['dry-run']]);
  });
});

describe('the commands', () => {
  const command = (...words: readonly string[]) =>
    portcullis([...words, '--region', aws.region], {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
    });
  const chosen = async (groupId: string) =>
    (await rulesOf(aws, groupId)).map(({ CidrIpv4, Description, Tags }) => ({ CidrIpv4, Description, Tags }));

  it('put back what was revoked, with its description and tags, and list both', async () => {
    const group = freshGroup();
    const input = {
      GroupId: group,
      IpPermissions: [{ ...SSH, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'for the fair' }] }],
      TagSpecifications: [
        { ResourceType: 'security-group-rule' as const, Tags: [{ Key: 'team', Value: 'web' }] },
      ],
    };
    const output = await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
    const before = await chosen(group);
    const detail = recordOf(authorized('Ingress', input, output), aws.region);
    await invoke(deployed, detail);
    expect(await chosen(group)).toEqual([]);

    expect(await command('restore', detail.eventID)).toMatchObject({ status: 0 });

    expect(before).toHaveLength(1);
    expect(await chosen(group)).toEqual(before);
    const { stdout } = await command('history', '--group', group, '--format', 'json');
    const { entries }: { entries: readonly { state: string }[] } = JSON.parse(stdout);
    expect(entries.map(({ state }) => state)).toEqual(['restored', 'notified']);
  });

  it('look whether the deployment works', async () => {
    const { status, stdout } = await command('doctor', '--json');
    const { lines }: { lines: readonly { status: string; about: string }[] } = JSON.parse(stdout);
    const statusOf = (subject: string) => lines.find(({ about }) => about === subject)?.status;

    expect(status).toBe(1);
    expect(statusOf('trail')).toBe('broken'); // the emulator begins without one
    for (const subject of [
      'event rules',
      'permission',
      'portcullis-dev-remediate',
      'retries',
      'dead letters',
      'subscriptions',
    ])
      expect([subject, statusOf(subject)]).toEqual([subject, 'ok']);
  });

  it('show the breaker, and stop and start it', async () => {
    expect(await command('breaker', 'status')).toMatchObject({
      stderr: '',
      stdout: expect.stringContaining('Nothing waits.'),
    });

    await command('breaker', 'stop');
    expect((await command('breaker', 'status')).stdout).toContain('STOPPED since');
    await command('breaker', 'start');
    expect((await command('breaker', 'status')).stdout).not.toContain('STOPPED');
  });
});
