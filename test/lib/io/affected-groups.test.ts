import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { startRevoking, stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import { tick } from '../../../lib/io/tick.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { addGroup, addRule, ec2Of, fail, inForce } from '../../../lib/sandbox/index.ts';
import {
  ACCOUNT,
  calls,
  GROUP,
  left,
  makeEvent,
  makeWorld,
  REGION,
  reconcile,
  type TestWorld,
  tcp,
} from './world.ts';

const PLACE = { accountId: ACCOUNT, region: REGION };
const LIST = 'pl-0offices';
const fromList = tcp('sgr-0list', 22, { PrefixListId: LIST });
const fromAnywhere = tcp('sgr-0any', 22);

function eventOf(eventName: string, requestParameters: object, age = 90_000): object {
  const eventTime = new Date(Date.parse('2026-06-01T12:01:30Z') - age).toISOString();
  const where = { awsRegion: REGION, recipientAccountId: ACCOUNT };
  return {
    eventName,
    eventSource: 'ec2.amazonaws.com',
    eventTime,
    eventID: 'e-1',
    ...where,
    requestParameters,
  };
}

const listModified = eventOf('ModifyManagedPrefixList', {
  ModifyManagedPrefixListRequest: { PrefixListId: LIST, AddEntry: { Cidr: '0.0.0.0/1', tag: 1 } },
});

/** Three groups, of which the second does not refer to the list, and the third does so for egress too. */
function makeGroups(entries: readonly string[]): TestWorld {
  const test = makeWorld([fromList, fromAnywhere]);
  for (const id of ['sg-0other', 'sg-0third']) addGroup(test.account, { GroupId: id, GroupName: id });
  addRule(test.account, { ...fromAnywhere, GroupId: 'sg-0other', SecurityGroupRuleId: 'sgr-0elsewhere' });
  addRule(test.account, { ...fromList, GroupId: 'sg-0third', SecurityGroupRuleId: 'sgr-0third' });
  addRule(test.account, {
    ...fromList,
    GroupId: 'sg-0third',
    SecurityGroupRuleId: 'sgr-0out',
    IsEgress: true,
  });
  test.account.prefixLists.set(LIST, entries);
  return test;
}

function rulesOf({ account }: TestWorld, groupId: string): readonly (string | undefined)[] {
  return inForce(account, groupId).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);
}

describe('a prefix list that is edited after its rules were accepted (M6)', () => {
  it.each([
    ['ModifyManagedPrefixList', listModified],
    [
      'RestoreManagedPrefixListVersion',
      eventOf('RestoreManagedPrefixListVersion', {
        RestoreManagedPrefixListVersionRequest: { PrefixListId: LIST, PreviousVersion: 1, CurrentVersion: 3 },
      }),
    ],
  ])(
    '%s has every group judged that refers to the list, and there the rules for it alone',
    async (_, event) => {
      const test = makeGroups(['0.0.0.0/1', '128.0.0.0/1']);
      const { messages } = await reconcile(test.world, event);

      expect(rulesOf(test, GROUP)).toEqual(['sgr-0any']);
      expect(rulesOf(test, 'sg-0other')).toEqual(['sgr-0elsewhere']);
      expect(rulesOf(test, 'sg-0third')).toEqual(['sgr-0out']);
      expect(messages.map(({ record }) => record.id)).toEqual(['e-1/sg-0third', 'e-1/sg-0web']);
      expect(messages[0]?.email).toContain('The entries of a prefix list changed');
    },
  );

  it('that is still harmless leads to no call but reads, and to no message', async () => {
    const test = makeGroups(['10.0.0.0/8']);
    const { messages } = await reconcile(test.world, listModified);

    expect(messages).toEqual([]);
    expect(calls(test).filter((api) => !/^(Describe|Get)/.test(api))).toEqual([]);
  });

  it('is judged once its change is complete, not by its entries of before', async () => {
    const test = makeGroups(['10.0.0.0/8']);
    test.account.changingLists.add(LIST);
    const wait = async (milliseconds: number) => {
      await test.world.wait(milliseconds);
      if (milliseconds < 4000) return;
      test.account.changingLists.delete(LIST);
      test.account.prefixLists.set(LIST, ['0.0.0.0/0']);
    };
    await reconcile({ ...test.world, wait }, listModified);

    expect(rulesOf(test, GROUP)).toEqual(['sgr-0any']);
  });

  it('that does not come to an end is tried again later', async () => {
    const test = makeGroups(['0.0.0.0/0']);
    test.account.changingLists.add(LIST);

    await expect(reconcile(test.world, listModified)).rejects.toThrow('is still being changed');
    expect(left(test)).toHaveLength(2);
  });

  it('has all other groups judged where one cannot be, and is tried again for that one', async () => {
    const test = makeGroups(['0.0.0.0/0']);
    fail(test.account, 'RevokeSecurityGroupIngress', 'InternalError', 3);

    await expect(reconcile(test.world, listModified)).rejects.toThrow('not revoked: sgr-0third');
    expect(rulesOf(test, GROUP)).toEqual(['sgr-0any']);
    await reconcile(test.world, listModified);
    expect(rulesOf(test, 'sg-0third')).toEqual(['sgr-0out']);
  });

  it.each([
    ['renamed', { PrefixListName: 'offices' }],
    ['resized', { MaxEntries: 20 }],
    ['shortened', { RemoveEntry: { Cidr: '10.0.0.0/8', tag: 1 } }],
  ])('that is only %s opens nothing, and has no old rule judged', async (_, request) => {
    const test = makeGroups(['0.0.0.0/0']);
    const ModifyManagedPrefixListRequest = { PrefixListId: LIST, ...request };
    await reconcile(test.world, eventOf('ModifyManagedPrefixList', { ModifyManagedPrefixListRequest }));

    expect(calls(test)).toEqual([]);
  });

  it('is read once for all groups', async () => {
    const test = makeGroups(['10.0.0.0/8']);
    await reconcile(test.world, listModified);

    expect(calls(test).filter((api) => api === 'GetManagedPrefixListEntries')).toHaveLength(1);
  });

  it('that no group refers to is nothing to tell', async () => {
    const test = makeWorld([fromAnywhere]);

    expect(await reconcile(test.world, listModified)).toMatchObject({ verdicts: [], messages: [] });
  });
});

function policy(id: string, exception: object, expires = '2030-01-01') {
  return compilePolicy(
    policySchema.parse({
      id,
      title: 'No SSH',
      severity: 'high',
      description: 'Use Session Manager.',
      match: { ports: ['ssh'], source: 'world' },
      action: 'revoke',
      exceptions: [{ ...exception, reason: 'agreed', owner: 'security-team', expires }],
    }),
  );
}
const TAGS = { tags: { exception: '*' } };
const policies = [
  policy('no-ssh', { groups: TAGS }),
  policy('no-ssh-by-name', { groups: { names: ['nobody-*'] } }),
];
const [byTag, byName] = policies;

function tagEvent(eventName: string, tag: object, groupIds = [GROUP], age?: number): object {
  const items = ['i-0abc', ...groupIds].map((resourceId) => ({ resourceId }));
  return eventOf(eventName, { resourcesSet: { items }, tagSet: { items: [tag] } }, age);
}

function makeTagged(judging: typeof policies, tags: Record<string, string> = {}): TestWorld {
  const test = makeWorld([fromAnywhere]);
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  addGroup(test.account, { GroupId: GROUP, GroupName: 'web-prod', Tags });
  return { ...test, world: { ...test.world, policies: judging } };
}

const only = (policy: (typeof policies)[number] | undefined) => (policy === undefined ? [] : [policy]);

describe('tags of a group that change', () => {
  it('have its rules judged when the tag that excused them goes', async () => {
    const test = makeTagged(only(byTag));
    const { messages } = await reconcile(test.world, tagEvent('DeleteTags', { key: 'exception' }));

    expect(left(test)).toEqual([]);
    expect(messages[0]?.email).toContain('Tags of the group changed');
  });

  it('leave its rules alone while the tag still excuses them', async () => {
    const test = makeTagged(only(byTag), { exception: 'until-friday' });
    await reconcile(test.world, tagEvent('CreateTags', { key: 'exception', value: 'until-friday' }));

    expect(left(test)).toEqual(['sgr-0any']);
  });

  it.each([
    ['no policy looks at tags', only(byName), 'exception'],
    ['no policy looks at that tag', only(byTag), 'Name'],
    ['the exception that does has expired', [policy('old', { groups: TAGS }, '2026-05-31')], 'exception'],
    ['it is for another group', [policy('other', { groups: { ...TAGS, ids: ['sg-0other'] } })], 'exception'],
    ['it is for another VPC', [policy('vpc', { groups: TAGS, vpcs: ['vpc-0elsewhere'] })], 'exception'],
  ])('take no rule away when %s', async (_, judging, key) => {
    const test = makeTagged(judging);
    await reconcile(test.world, tagEvent('DeleteTags', { key }));

    expect(left(test)).toEqual(['sgr-0any']);
    expect(test.account.messages).toEqual([]);
  });

  it('that excuse the group and are not visible yet are waited for before anything is done', async () => {
    const test = makeTagged(only(byTag));
    const event = tagEvent('CreateTags', { key: 'exception', value: 'x' }, [GROUP], 1000);

    await expect(reconcile(test.world, event)).rejects.toThrow('not all visible yet');
    expect(left(test)).toEqual(['sgr-0any']);
  });

  it('let only the policies that look at them take rules away', async () => {
    const test = makeTagged(policies);
    const { verdicts } = await reconcile(test.world, tagEvent('DeleteTags', { key: 'exception' }));

    expect(verdicts.map(({ policy }) => policy.id)).toEqual(['no-ssh']);
  });

  it('are waited for: EC2 may still show the tags of before', async () => {
    const test = makeTagged(only(byTag), { exception: 'yes' });
    const ec2 = ec2Of(test.account);
    const wait = async (milliseconds: number) => {
      await test.world.wait(milliseconds);
      await ec2.send(new DeleteTagsCommand({ Resources: [GROUP], Tags: [{ Key: 'exception' }] }));
    };
    await reconcile({ ...test.world, wait }, tagEvent('DeleteTags', { key: 'exception' }, [GROUP], 1000));

    expect(left(test)).toEqual([]);
  });

  it('that were changed again since are judged as they are', async () => {
    const test = makeTagged(only(byTag));
    const Tags = [{ Key: 'exception', Value: 'renewed' }];
    await ec2Of(test.account).send(new CreateTagsCommand({ Resources: [GROUP], Tags }));
    await reconcile(test.world, tagEvent('DeleteTags', { key: 'exception' }));

    expect(left(test)).toEqual(['sgr-0any']);
  });

  it('of other resources are no change', async () => {
    const test = makeTagged(only(byTag));
    const { change } = await reconcile(
      test.world,
      tagEvent('CreateTags', { key: 'exception', value: 'x' }, []),
    );

    expect(change).toMatchObject({ kind: 'none', reason: 'it is about no security group' });
  });

  it('do not make an ordinary change of rules look at fewer policies', async () => {
    const test = makeTagged(policies);
    const { verdicts } = await reconcile(test.world, makeEvent([fromAnywhere]));

    expect(verdicts.map(({ policy }) => policy.id)).toEqual(['no-ssh', 'no-ssh-by-name']);
  });

  it('let no other policy remove what waits because of them, once the tag is as it was', async () => {
    const test = makeTagged(policies);
    await stopRevoking(test.world.ledger, PLACE, test.world.now());
    await reconcile(test.world, tagEvent('DeleteTags', { key: 'exception' }));
    const Tags = [{ Key: 'exception', Value: 'back' }];
    await ec2Of(test.account).send(new CreateTagsCommand({ Resources: [GROUP], Tags }));
    await startRevoking(test.world.ledger, PLACE);

    expect(await tick(test.world)).toMatchObject({ waiting: 1, takenUp: 1 });
    expect(left(test)).toEqual(['sgr-0any']);
    expect((await tick(test.world)).waiting).toBe(0);
  });

  it('have what waits because of them closed by the policies that look at them', async () => {
    const test = makeTagged(policies);
    await stopRevoking(test.world.ledger, PLACE, test.world.now());
    await reconcile(test.world, tagEvent('DeleteTags', { key: 'exception' }));
    await startRevoking(test.world.ledger, PLACE);
    await tick(test.world);

    expect(left(test)).toEqual([]);
  });
});
