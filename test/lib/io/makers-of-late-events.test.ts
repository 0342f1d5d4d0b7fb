// An event that comes late, or again, after somebody else has changed what it is about: they made the rules that are there now.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/policy/policy.ts';
import { addGroup, addRule, fail, inForce } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import { modified } from './modify.ts';
import { MINUTE, withPolicies } from './ticking.ts';
import {
  ACCOUNT,
  left,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

const breakGlass = {
  ...{ principals: ['arn:aws:iam::*:role/break-glass'], reason: 'incidents', owner: 'o' },
  expires: '2099-01-01',
};
const exceptions = [breakGlass];
const noSsh = policyOf('no-ssh', [22], 'revoke', { exceptions });

function by(role: string): object {
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/x`;
  const sessionIssuer = { arn: `arn:aws:iam::${ACCOUNT}:role/${role}` };
  return { userIdentity: { type: 'AssumedRole', arn, sessionContext: { sessionIssuer } } };
}

const WORLD = { CidrIpv4: '0.0.0.0/0' };
const HALF = { CidrIpv4: '0.0.0.0/1' };

/** A developer opens SSH to some addresses, and break-glass then opens it to others. */
async function reopened(from: Partial<AwsSecurityGroupRule>, ...policies: readonly Policy[]) {
  const rule = tcp('sgr-0ssh', 22, from);
  const test = withPolicies(makeWorld([rule]), ...policies);
  const first = makeEvent([rule], by('developer'));
  const reopen = async () => {
    const event = await modified(test, 'sgr-0ssh', WORLD, { eventID: 'e-2', ...by('break-glass') });
    await reconcile(test.world, event);
  };
  return { test, first, reopen };
}

/** The rule stays, and nobody says that it was revoked. */
function expectStaying(test: TestWorld): void {
  expect(left(test)).toEqual(['sgr-0ssh']);
  expect(subjects(test).filter((subject) => !subject?.startsWith('Notice: '))).toEqual([]);
}

describe('what somebody excused has made of a rule', () => {
  const inside = { CidrIpv4: '10.0.0.0/8' };

  it('stays when the event of who added the rule arrives after theirs', async () => {
    const { test, first, reopen } = await reopened(inside, noSsh);
    await reopen();
    await reconcile(test.world, first);

    expectStaying(test);
  });

  it('stays when that event is delivered again', async () => {
    const { test, first, reopen } = await reopened(inside, noSsh);
    await reconcile(test.world, first);
    await reopen();
    await reconcile(test.world, first);

    expectStaying(test);
  });

  it('stays when a try of that event failed before', async () => {
    const { test, first, reopen } = await reopened(HALF, noSsh);
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await expect(reconcile(test.world, first)).rejects.toThrow('not revoked');
    test.account.faults.splice(0);
    await reopen();
    await test.world.wait(12 * MINUTE);
    await reconcile(test.world, first);

    expectStaying(test);
  });

  it('stays when it was done while the rule was about to be revoked', async () => {
    const { test, first, reopen } = await reopened(HALF, noSsh);
    let isReopened = false;
    const ec2 = seeing(test.world.ec2, async (api, _, send) => {
      if (api.startsWith('Revoke') && !isReopened) {
        isReopened = true;
        await reopen();
      }
      return send();
    });
    await reconcile({ ...test.world, ec2 }, first);

    expectStaying(test);
  });

  it('is revoked where another policy forbids it whoever made it', async () => {
    const { test, first, reopen } = await reopened(inside, noSsh);
    await reopen();
    await reconcile({ ...test.world, policies: [noSsh, policyOf('strict', [22], 'revoke')] }, first);

    expect(left(test)).toEqual([]);
  });
});

/** An edit that makes this version of the list. */
function edit(role: string, version: number, cidr: string): object {
  const AddEntry = { Cidr: cidr, tag: 1 };
  return {
    ...makeEvent([], { eventID: `edit-${version}`, ...by(role) }),
    ...{ eventName: 'ModifyManagedPrefixList', responseElements: {} },
    requestParameters: {
      ModifyManagedPrefixListRequest: { PrefixListId: LIST, CurrentVersion: version - 1, AddEntry },
    },
  };
}

const LIST = 'pl-0office';

it.each([
  ['stays when the event of an earlier edit arrives late', 3, ['sgr-list']],
  ['goes where the edit that the event is about is the last one', 2, []],
])('what a list lets in %s', async (_, versions, stays) => {
  const test = withPolicies(makeWorld([tcp('sgr-list', 22, { PrefixListId: LIST })]), noSsh);
  test.account.prefixLists.set(LIST, ['10.0.0.0/8', '0.0.0.0/0']);
  test.account.prefixListVersions.set(
    LIST,
    Array.from({ length: versions }, () => []),
  );
  await reconcile(test.world, edit('developer', 2, '10.0.0.0/8'));

  expect(left(test)).toEqual(stays);
});

it('what somebody excused has added to a new group stays when the event of who made the group arrives late', async () => {
  const noMailOut: Policy = {
    ...policyOf('no-mail-out', [25], 'revoke', { exceptions }),
    direction: 'egress',
  };
  const test = withPolicies(makeWorld([]), noMailOut);
  addGroup(test.account, { GroupId: 'sg-0new', GroupName: 'new', VpcId: 'vpc-0other' });
  addRule(test.account, { ...tcp('sgr-0mail', 25), IsEgress: true, GroupId: 'sg-0new' });
  await reconcile(test.world, {
    ...makeEvent([], by('developer')),
    eventName: 'CreateSecurityGroup',
    responseElements: { _return: true, groupId: 'sg-0new' },
  });

  expect(inForce(test.account, 'sg-0new')).toHaveLength(1);
  expect(subjects(test)).toEqual([expect.stringMatching(/^Notice: /)]);
});
