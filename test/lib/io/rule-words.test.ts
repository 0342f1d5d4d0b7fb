// New descriptions and tags of rules, which exceptions may look at: the rules count as changed for those policies alone.
import { ModifySecurityGroupRulesCommand, type SecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { type Changed, parseChange } from '../../../lib/change/change.ts';
import { forEachGroup } from '../../../lib/io/event-checkpoint.ts';
import { startRevoking, stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import { tick } from '../../../lib/io/tick.ts';
import { addGroup, addRule, changeRule, ec2Of, inForce } from '../../../lib/sandbox/index.ts';
import { sweepOnce } from './sweeping.ts';
import {
  ACCOUNT,
  calls,
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  outcomes,
  policyOf,
  REGION,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

const PLACE = { accountId: ACCOUNT, region: REGION };
const APPROVED = 'approved by jane';
const tagged = [{ Key: 'approved', Value: 'yes' }];
const telnet = tcp('sgr-0telnet', 23);

/** A policy that excuses rules with certain words. */
function excusing(id: string, port: number, rule: object, more: object = {}) {
  const said = { reason: 'r', owner: 'o', expires: '2027-01-01' };
  return policyOf(id, [port], 'revoke', { exceptions: [{ rule, ...said, ...more }] });
}
const byDescription = (port = 22) => excusing(`no-${port}`, port, { description: 'approved *' });
const byTag = (port = 22) => excusing(`no-${port}-by-tag`, port, { tags: { approved: 'yes' } });
const forAll = (port: number) => policyOf(`never-${port}`, [port], 'revoke');

/** A world whose rules a sweep has seen, an hour ago. */
async function swept(rules: readonly SecurityGroupRule[], policies: readonly ReturnType<typeof forAll>[]) {
  const made = makeWorld(rules);
  const test = { ...made, world: { ...made.world, policies } };
  await sweepOnce(test);
  await test.world.wait(3_600_000);
  return test;
}

/** The event of a call that was made so many milliseconds ago. */
function event({ world }: TestWorld, eventName: string, more: object, age = 90_000): object {
  return {
    ...{ eventName, eventSource: 'ec2.amazonaws.com', eventID: 'event-1', awsRegion: REGION },
    eventTime: new Date(world.now().getTime() - age).toISOString(),
    recipientAccountId: ACCOUNT,
    responseElements: { _return: true },
    ...more,
  };
}

const INGRESS = 'UpdateSecurityGroupRuleDescriptionsIngress';

/** The event of SSH described otherwise, by the permission that it is. */
function described(test: TestWorld, description?: string, age?: number): object {
  const ipRanges = { items: [{ cidrIp: '0.0.0.0/0', ...(description && { description }) }] };
  const items = [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges }];
  return event(test, INGRESS, { requestParameters: { groupId: GROUP, ipPermissions: { items } } }, age);
}

/** The same by its id, in the newer encoding. */
function describedById(test: TestWorld, Description: string, age?: number): object {
  const SecurityGroupRuleDescription = { SecurityGroupRuleId: 'sgr-0ssh', Description, tag: 1 };
  const request = { GroupId: GROUP, SecurityGroupRuleDescription };
  return event(test, INGRESS, { requestParameters: { [`${INGRESS}Request`]: request } }, age);
}

/** Modifies rules in EC2, and answers the event. */
async function modified(test: TestWorld, rules: readonly SecurityGroupRule[]): Promise<object> {
  const SecurityGroupRules = rules.map(
    ({ SecurityGroupRuleId, IpProtocol, FromPort, ToPort, CidrIpv4, Description }) => {
      const SecurityGroupRule = { IpProtocol, FromPort, ToPort, CidrIpv4, Description };
      return { SecurityGroupRuleId: SecurityGroupRuleId ?? '', SecurityGroupRule };
    },
  );
  await ec2Of(test.account).send(new ModifySecurityGroupRulesCommand({ GroupId: GROUP, SecurityGroupRules }));
  const request = { GroupId: GROUP, SecurityGroupRule: SecurityGroupRules };
  return event(test, 'ModifySecurityGroupRules', {
    requestParameters: { ModifySecurityGroupRulesRequest: request },
    responseElements: { ModifySecurityGroupRulesResponse: { return: true } },
  });
}

/** The event of a tag that is added to or removed from these resources. */
function retagged(
  test: TestWorld,
  eventName: string,
  ids: readonly string[],
  tag: object,
  age?: number,
): object {
  const resourcesSet = { items: ids.map((resourceId) => ({ resourceId })) };
  return event(test, eventName, { requestParameters: { resourcesSet, tagSet: { items: [tag] } } }, age);
}

describe('a new description', () => {
  it.each([
    ['by permission', described],
    ['by id', describedById],
  ])('that excuses the rule no longer has it closed: %s', async (_, make) => {
    const test = await swept([{ ...ssh, Description: APPROVED }], [byDescription()]);
    changeRule(test.account, 'sgr-0ssh', { Description: 'something else' });

    expect(await outcomes(test, make(test, 'something else'))).toEqual(['sgr-0ssh: revoked']);
    expect(mails(test).at(-1)).toContain('A description changed');
  });

  it('that is removed has the rule closed', async () => {
    const test = await swept([ssh], [byDescription()]);

    expect(await outcomes(test, described(test))).toEqual(['sgr-0ssh: revoked']);
  });

  it('that excuses the rule leaves it alone', async () => {
    const test = await swept([{ ...ssh, Description: APPROVED }], [byDescription()]);

    expect(await outcomes(test, described(test, APPROVED))).toEqual([]);
  });

  it('makes that rule changed, and no other', async () => {
    const test = await swept([ssh, tcp('sgr-0other', 22, { CidrIpv6: '::/0' })], [byDescription()]);

    expect(await outcomes(test, described(test, 'something else, not shown'))).toEqual(['sgr-0ssh: revoked']);
    expect(left(test)).toEqual(['sgr-0other']);
  });

  it('asks only the policies that look at descriptions', async () => {
    const test = await swept([{ ...ssh, Description: APPROVED }], [byDescription(), forAll(22), byTag()]);

    expect(await outcomes(test, described(test, APPROVED))).toEqual([]);
    expect(left(test)).toEqual(['sgr-0ssh']);
  });

  it('is no change, and nothing is read, where no policy looks at descriptions', async () => {
    const test = await swept([ssh], [forAll(22), byTag()]);
    const before = calls(test).length;

    const { change } = await reconcile(test.world, described(test, 'new'));

    expect(change).toMatchObject({
      kind: 'none',
      reason: 'no policy looks at what it changes, or no such rule is left',
    });
    expect(calls(test).slice(before)).toEqual([]);
  });

  it.each([
    ['by permission', described],
    ['by id', describedById],
  ])('is waited for: EC2 may still show the one of before: %s', async (_, make) => {
    const test = await swept([{ ...ssh, Description: APPROVED }], [byDescription()]);
    const wait = async (milliseconds: number) => {
      await test.world.wait(milliseconds);
      changeRule(test.account, 'sgr-0ssh', { Description: 'something else' });
    };

    await reconcile({ ...test.world, wait }, make(test, 'something else', 1000));

    expect(left(test)).toEqual([]);
  });

  it('that excuses the rule and is not visible yet is waited for before anything is done', async () => {
    const test = await swept([ssh], [byDescription()]);

    await expect(reconcile(test.world, described(test, APPROVED, 1000))).rejects.toThrow(
      'not all visible yet',
    );
    expect(left(test)).toEqual(['sgr-0ssh']);
  });

  it('need not come from who made the rule: what an exception for its maker may cover is only reported', async () => {
    const said = { reason: 'r', owner: 'o', expires: '2027-01-01' };
    const byMaker = { principals: ['arn:aws:iam::*:role/deploy'], ...said };
    const exceptions = [{ rule: { description: 'approved *' }, ...said }, byMaker];
    const test = await swept([ssh], [policyOf('no-ssh', [22], 'revoke', { exceptions })]);

    expect(await outcomes(test, described(test))).toEqual([]);
    expect(subjects(test).at(-1)).toMatch(/^Notice/);
  });
});

describe('a modification', () => {
  it('that only changes a description has the rule closed by the policies that look at descriptions', async () => {
    const rules = [
      { ...ssh, Description: APPROVED },
      { ...telnet, Description: APPROVED },
    ];
    const test = await swept(rules, [byDescription(22), forAll(23)]);

    await reconcile(
      test.world,
      await modified(
        test,
        rules.map((rule) => ({ ...rule, Description: 'other' })),
      ),
    );

    expect(left(test)).toEqual(['sgr-0telnet']);
  });

  it('has each rule judged for what changed of it', async () => {
    const rules = [
      { ...ssh, Description: APPROVED },
      { ...tcp('sgr-0web', 443), Description: APPROVED },
    ];
    const test = await swept([...rules, telnet], [byDescription(22), forAll(23), forAll(3389)]);
    const [, web] = rules;
    const now = [{ ...ssh, Description: 'other' }, { ...web, FromPort: 3389, ToPort: 3389 }, telnet];

    await reconcile(test.world, await modified(test, now));

    expect(left(test)).toEqual(['sgr-0telnet']);
    expect(subjects(test)).toHaveLength(3);
  });

  it('is judged once where no sweep has seen the rule', async () => {
    const made = makeWorld([{ ...ssh, Description: APPROVED }]);
    const policies = [{ ...byDescription(), action: 'notify' as const }];
    const test = { ...made, world: { ...made.world, policies } };

    await reconcile(test.world, await modified(test, [{ ...ssh, Description: 'other' }]));

    expect(subjects(test)).toHaveLength(1);
  });

  it('that only changes a description need not come from who made the rule', async () => {
    const said = { reason: 'r', owner: 'o', expires: '2027-01-01' };
    const byMaker = { principals: ['arn:aws:iam::*:role/deploy'], ...said };
    const exceptions = [{ rule: { description: 'approved *' }, ...said }, byMaker];
    const policies = [policyOf('no-ssh', [22], 'revoke', { exceptions })];
    const test = await swept([{ ...ssh, Description: APPROVED }], policies);
    const event = await modified(test, [{ ...ssh, Description: 'other' }]);
    const arn = 'arn:aws:iam::111122223333:role/deploy';

    await reconcile(test.world, { ...event, userIdentity: { sessionContext: { sessionIssuer: { arn } } } });

    expect(subjects(test).at(-1)).toMatch(/^Notice/);
  });

  it('that only changes a description is judged once where no policy looks at descriptions', async () => {
    const test = await swept([ssh], [forAll(22)]);
    const change = await modified(test, [{ ...ssh, Description: 'other' }]);
    const before = calls(test).length;

    await reconcile(test.world, change);

    expect(
      calls(test)
        .slice(before)
        .filter((api) => api === 'DescribeSecurityGroupRules'),
    ).toHaveLength(1);
    expect(left(test)).toEqual(['sgr-0ssh']);
  });
});

describe('a changed tag of a rule', () => {
  it('that excuses the rule no longer has it closed, and no other rule', async () => {
    const other = tcp('sgr-0other', 22, { CidrIpv6: '::/0' });
    const test = await swept([ssh, other], [byTag()]);

    const event = retagged(test, 'DeleteTags', ['sgr-0ssh'], { key: 'approved' });

    expect(await outcomes(test, event)).toEqual(['sgr-0ssh: revoked']);
    expect(mails(test).at(-1)).toContain('Tags of rules changed');
    expect(left(test)).toEqual(['sgr-0other']);
  });

  it('that excuses the rule leaves it alone', async () => {
    const test = await swept([{ ...ssh, Tags: tagged }], [byTag(), forAll(22)]);

    expect(
      await outcomes(test, retagged(test, 'CreateTags', ['sgr-0ssh'], { key: 'approved', value: 'yes' })),
    ).toEqual([]);
  });

  it.each([
    ['a tag that no policy looks at', 'Name', [byTag()]],
    ['a tag, where policies look at descriptions', 'approved', [byDescription()]],
    ['a tag, where a policy looks at that tag of groups', 'approved', [excusingGroups()]],
  ])('is no change, and nothing is read: %s', async (_, key, policies) => {
    const test = await swept([ssh], policies);
    const before = calls(test).length;

    const { change } = await reconcile(test.world, retagged(test, 'DeleteTags', ['sgr-0ssh'], { key }));

    expect(change).toMatchObject({
      kind: 'none',
      reason: 'no policy looks at what it changes, or no such rule is left',
    });
    expect(calls(test).slice(before)).toEqual([]);
  });

  it('of rules of several groups is looked at in each', async () => {
    const test = await swept([ssh], [byTag()]);
    addGroup(test.account, { GroupId: 'sg-0second', GroupName: 'second' });
    addRule(test.account, { ...ssh, GroupId: 'sg-0second', SecurityGroupRuleId: 'sgr-0second' });

    const ids = ['sgr-0ssh', 'i-0abc', 'sgr-0second', 'sgr-0gone'];
    await reconcile(test.world, retagged(test, 'DeleteTags', ids, { key: 'approved' }));

    expect([left(test), inForce(test.account, 'sg-0second')]).toEqual([[], []]);
  });

  it('counts beside the tags of the group that the same call changes', async () => {
    const test = await swept([ssh, telnet], [byTag(22), excusingGroups(23)]);

    await reconcile(test.world, retagged(test, 'DeleteTags', ['sgr-0ssh', GROUP], { key: 'approved' }));

    expect(left(test)).toEqual([]);
  });

  it('is waited for: EC2 may still show the tags of before', async () => {
    const test = await swept([{ ...ssh, Tags: tagged }], [byTag()]);
    const wait = async (milliseconds: number) => {
      await test.world.wait(milliseconds);
      changeRule(test.account, 'sgr-0ssh', { Tags: [] });
    };

    await reconcile(
      { ...test.world, wait },
      retagged(test, 'DeleteTags', ['sgr-0ssh'], { key: 'approved' }, 1000),
    );

    expect(left(test)).toEqual([]);
  });

  it('of a rule that EC2 does not show yet is tried again later', async () => {
    const test = await swept([], [byTag()]);

    const event = retagged(test, 'DeleteTags', ['sgr-0ssh'], { key: 'approved' }, 1000);

    await expect(reconcile(test.world, event)).rejects.toThrow(
      'not all rules whose tags changed are visible yet',
    );
  });
});

/** A policy that excuses groups with a tag. */
function excusingGroups(port = 22) {
  const exception = { groups: { tags: { approved: 'yes' } }, reason: 'r', owner: 'o', expires: '2027-01-01' };
  return policyOf(`no-${port}-by-group`, [port], 'revoke', { exceptions: [exception] });
}

describe('what waits for the breaker because of new words', () => {
  /** SSH waits because its description changed, while all revoking is stopped. */
  async function waiting() {
    const test = await swept([{ ...ssh, Description: APPROVED }], [byDescription(), forAll(22)]);
    await stopRevoking(test.world.ledger, PLACE, test.world.now());
    await reconcile(test.world, await modified(test, [{ ...ssh, Description: 'other' }]));
    expect(left(test)).toEqual(['sgr-0ssh']);
    return test;
  }

  it('is not fresh: the rule was there before', async () => {
    const { world } = await waiting();

    expect(await load(world.ledger, 'event-1/words')).toMatchObject({ waits: { isFresh: false } });
  });

  it('is closed once it may be', async () => {
    const test = await waiting();
    await startRevoking(test.world.ledger, PLACE);

    expect(await tick(test.world)).toMatchObject({ waiting: 1, takenUp: 1 });
    expect(left(test)).toEqual([]);
  });

  it('is closed once it may be, though sweeps have seen it since', async () => {
    const test = await waiting();
    for (let sweeps = 0; sweeps < 3; sweeps += 1) {
      await test.world.wait(3_600_000);
      await sweepOnce(test);
    }
    await startRevoking(test.world.ledger, PLACE);
    await tick(test.world);

    expect(left(test)).toEqual([]);
  });

  it('is left alone by the other policies once the words are as they were', async () => {
    const test = await waiting();
    changeRule(test.account, 'sgr-0ssh', { Description: APPROVED });
    await startRevoking(test.world.ledger, PLACE);

    expect(await tick(test.world)).toMatchObject({ takenUp: 1 });
    expect(left(test)).toEqual(['sgr-0ssh']);
  });
});

it('a new description does not hide that the event of a rule never came', async () => {
  const policies = [excusing('no-ssh', 22, { description: 'approved *' }), policyOf('never', [22], 'notify')];
  const test = await swept(
    [],
    policies.map((one) => ({ ...one, action: 'notify' as const })),
  );
  addRule(test.account, { GroupId: GROUP, ...ssh });
  await reconcile(test.world, described(test));
  expect(subjects(test)).toHaveLength(1);

  const { digest } = await sweepOnce(test);

  expect(digest?.record.missed).toEqual(['sgr-0ssh']);
});

it('a group whose tags changed does not stand for its rules with changed tags, where an invocation resumes', async () => {
  const { world } = makeWorld([]);
  const change = parseChange(makeEvent([ssh])) as Changed;
  const words = { of: 'tags', tags: [], isRemoval: true } as const;
  const idOf = (index: number) => `sg-${String(index).padStart(2, '0')}`;
  const changes = Array.from(
    { length: 20 },
    (_, index): Changed => ({ ...change, group: { by: 'id', id: idOf(index) } }),
  );
  const ofWords: Changed = {
    ...change,
    group: { by: 'id', id: idOf(19) },
    rules: { by: 'id', ids: ['sgr-1'], rules: [], words },
  };
  const dealtWith: Changed[] = [];
  await forEachGroup(world, 'event', [...changes, ofWords], async (one) => void dealtWith.push(one));
  expect(dealtWith).toHaveLength(21);
  dealtWith.splice(0);

  await forEachGroup(world, 'event', [...changes, ofWords], async (one) => void dealtWith.push(one));

  expect(dealtWith).toEqual([ofWords]);
});
