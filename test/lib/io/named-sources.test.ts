// A call may give a source group by its name. Live rules have ids alone, and older rules are not part of the change.
import { describe, expect, it } from 'vitest';
import { addGroup, addRule } from '../../../lib/sandbox/index.ts';
import {
  ACCOUNT,
  GROUP,
  left,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  ssh,
  type TestWorld,
  tcp,
} from './world.ts';

const fromGroup = (GroupId: string) => ({ ReferencedGroupInfo: { GroupId, UserId: ACCOUNT } });
const old = tcp('sgr-0old', 22, fromGroup('sg-0old'));
const added = tcp('sgr-0new', 22, fromGroup('sg-0db'));

/** SSH from two groups of which one is called `db`, and from the world, under a policy that allows SSH from nowhere. */
function makeGroups(): TestWorld {
  const made = makeWorld([]);
  for (const [GroupId, GroupName] of [
    ['sg-0old', 'old'],
    ['sg-0db', 'db'],
  ]) {
    addGroup(made.account, { GroupId, GroupName, VpcId: 'vpc-0other' });
  }
  for (const rule of [ssh, old, added]) addRule(made.account, { GroupId: GROUP, ...rule });
  const policies = [
    policyOf('no-ssh', [22], 'revoke', { match: { protocol: ['tcp'], ports: [22], source: 'any' } }),
  ];
  return { ...made, world: { ...made.world, policies } };
}

/** The call as it was before answers named rules. */
function naming(source: object): object {
  const item = { ipProtocol: 'tcp', fromPort: 22, toPort: 22, groups: { items: [source] } };
  const requestParameters = { groupId: GROUP, ipPermissions: { items: [item] } };
  return makeEvent([], { requestParameters, responseElements: { _return: true } });
}

describe('a source group that a call gives by its name', () => {
  it.each([
    ['alone', { groupName: 'db' }],
    ['with the account', { groupName: 'db', userId: ACCOUNT }],
  ])('%s is the group of that name: the rule from it is closed, and older ones stay', async (_, source) => {
    const test = makeGroups();

    await reconcile(test.world, naming(source));

    expect(left(test)).toEqual(['sgr-0ssh', 'sgr-0old']);
  });

  it('does not close the rule of the same source at other ports', async () => {
    const test = makeGroups();
    addRule(test.account, { GroupId: GROUP, ...tcp('sgr-0wide', 20, fromGroup('sg-0db')), ToPort: 25 });

    await reconcile(test.world, naming({ groupName: 'db' }));

    expect(left(test)).toContain('sgr-0wide');
  });

  it.each([
    ['two groups have that name', { groupName: 'db' }, true],
    ['no group has it', { groupName: 'gone' }, false],
    ['the group is of another account', { groupName: 'db', userId: '999999999999' }, false],
  ])('closes nothing where it does not say which group it is: %s', async (_, source, isTwice) => {
    const test = makeGroups();
    if (isTwice) addGroup(test.account, { GroupId: 'sg-0twin', GroupName: 'db', VpcId: 'vpc-0second' });

    const { messages } = await reconcile(test.world, naming(source));

    expect(left(test)).toEqual(['sgr-0ssh', 'sgr-0old', 'sgr-0new']);
    expect(messages).toHaveLength(1);
  });
});
