// Exceptions for who made a rule, where nobody knows who did: a call whose parameters CloudTrail left out, a changed tag, a sweep.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { startRevoking, stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import { tick } from '../../../lib/io/tick.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { addGroup, addRule, inForce } from '../../../lib/sandbox/index.ts';
import { groupId, makeRegion, sweepBeforeRules, sweepOnce } from './sweeping.ts';
import {
  ACCOUNT,
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  REGION,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

const breakGlass = {
  ...{ principals: ['arn:aws:iam::*:role/break-glass'], reason: 'incidents', owner: 'o' },
  expires: '2099-01-01',
};
const noSsh = policyOf('no-ssh', [22], 'revoke', { exceptions: [breakGlass] });
const strict = policyOf('no-ssh-at-all', [22], 'revoke');

function by(role: string): object {
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/x`;
  const sessionIssuer = { arn: `arn:aws:iam::${ACCOUNT}:role/${role}` };
  return { userIdentity: { type: 'AssumedRole', arn, sessionContext: { sessionIssuer } } };
}

/** A call whose parameters were too large: only the group is left. */
function oversized(role: string): object {
  return {
    ...makeEvent([], { eventID: `large-${role}`, responseElements: null, ...by(role) }),
    requestParameters: { groupId: GROUP },
  };
}

function judgedBy(policies: readonly Policy[], rules: readonly AwsSecurityGroupRule[]): TestWorld {
  const test = makeWorld(rules);
  return { ...test, world: { ...test.world, policies } };
}

describe('a call that names its group and none of its rules', () => {
  it('has nothing closed that an exception excused for who made it: people are notified', async () => {
    const test = judgedBy([noSsh], [ssh]);
    await reconcile(test.world, makeEvent([ssh], by('break-glass')));
    await reconcile(test.world, oversized('developer'));

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test)).toEqual([expect.stringMatching(/^Notice: SSH/)]);
    expect(mails(test)[0]).toContain(
      'The exception "incidents (o, until 2099-01-01)" may be for whoever added the rule, who is not known here.',
    );
  });

  it('excuses nothing either, though its own author is excused: the rules may be older', async () => {
    const test = judgedBy([noSsh], [ssh]);
    const { verdicts } = await reconcile(test.world, oversized('break-glass'));

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['violation']);
    expect(subjects(test)).toEqual([expect.stringMatching(/^Notice: SSH/)]);
  });

  it('has closed what another policy forbids whoever made it', async () => {
    const test = judgedBy([noSsh, strict], [ssh]);
    await sweepBeforeRules(test);
    await reconcile(test.world, oversized('developer'));

    expect(left(test)).toEqual([]);
  });

  it('says the same at each try', async () => {
    const test = judgedBy([noSsh], [ssh]);
    for (let i = 0; i < 3; i += 1) await reconcile(test.world, oversized('developer'));

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test)).toHaveLength(1);
  });
});

describe('what the breaker has wait of such a call', () => {
  it('is judged again as what nobody knows the maker of', async () => {
    const test = judgedBy([noSsh, strict], [ssh]);
    const place = { accountId: ACCOUNT, region: REGION };
    await sweepBeforeRules(test);
    await stopRevoking(test.world.ledger, place, test.world.now());
    await reconcile(test.world, oversized('developer'));
    await startRevoking(test.world.ledger, place);
    const { takenUp } = await tick({ ...test.world, policies: [noSsh] });

    expect(takenUp).toBe(1);
    expect(left(test)).toEqual(['sgr-0ssh']);
  });
});

describe('rules that violate only together', () => {
  const eight = (id: string, first: number) => tcp(id, 22, { CidrIpv4: `${first}.0.0.0/8` });
  const ofTen = { ...breakGlass, sources: ['11.0.0.0/8'] };
  const policy = policyOf('no-ssh', [22], 'revoke', { exceptions: [ofTen] });

  it('stay where one of them may be excused', async () => {
    const test = judgedBy([policy], [eight('sgr-a', 11), eight('sgr-b', 12)]);
    await reconcile(test.world, oversized('developer'));

    expect(left(test)).toEqual(['sgr-a', 'sgr-b']);
    expect(subjects(test)).toEqual([expect.stringMatching(/^Notice: SSH/)]);
  });

  it('go as far as the others are too many by themselves', async () => {
    const test = judgedBy([policy], [eight('sgr-a', 11), eight('sgr-b', 12), eight('sgr-c', 13)]);
    await sweepBeforeRules(test);
    await reconcile(test.world, oversized('developer'));

    expect(left(test)).toHaveLength(2);
    expect(left(test)).toContain('sgr-a');
  });
});

describe('whoever makes a group makes its outbound rule', () => {
  const exceptions = [breakGlass];
  const noMailOut = policyOf('no-mail-out', [25], 'revoke', { exceptions });
  const policy: Policy = { ...noMailOut, direction: 'egress' };
  const allOut = { IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' };

  it.each([
    ['break-glass', ['sgr-out']],
    ['developer', []],
  ])('so an exception holds or does not: %s', async (role, stays) => {
    const test = judgedBy([policy], []);
    addGroup(test.account, { GroupId: 'sg-0new', GroupName: 'new', VpcId: 'vpc-0other' });
    addRule(test.account, { ...allOut, SecurityGroupRuleId: 'sgr-out', GroupId: 'sg-0new' });
    await reconcile(test.world, {
      ...makeEvent([], by(role)),
      eventName: 'CreateSecurityGroup',
      responseElements: { _return: true, groupId: 'sg-0new' },
    });

    expect(inForce(test.account, 'sg-0new').map((rule) => rule.SecurityGroupRuleId)).toEqual(stays);
  });
});

describe('who tags a group', () => {
  const scope = { groups: { tags: { env: 'prod' } } };
  const policy = policyOf('no-ssh', [22], 'revoke', { scope, exceptions: [breakGlass] });

  it.each(['break-glass', 'developer'])(
    'has not made its rules: they are reported and stay: %s',
    async (role) => {
      const test = judgedBy([policy], [ssh]);
      addGroup(test.account, {
        ...{ GroupId: GROUP, GroupName: 'web-prod', VpcId: 'vpc-0other' },
        Tags: [{ Key: 'env', Value: 'prod' }],
      });
      await reconcile(test.world, {
        ...makeEvent([], by(role)),
        eventName: 'CreateTags',
        requestParameters: {
          resourcesSet: { items: [{ resourceId: GROUP }] },
          tagSet: { items: [{ key: 'env', value: 'prod' }] },
        },
        responseElements: { _return: true },
      });

      expect(left(test)).toEqual(['sgr-0ssh']);
      expect(subjects(test)).toEqual([expect.stringMatching(/^Notice: SSH/)]);
    },
  );
});

describe('who edits a prefix list', () => {
  it.each([
    ['break-glass', ['sgr-list']],
    ['developer', []],
  ])('has opened what it lets in, so an exception holds or does not: %s', async (role, stays) => {
    const test = judgedBy([noSsh], [tcp('sgr-list', 22, { PrefixListId: 'pl-0office' })]);
    test.account.prefixLists.set('pl-0office', ['0.0.0.0/0']);
    await reconcile(test.world, {
      ...makeEvent([], by(role)),
      eventName: 'ModifyManagedPrefixList',
      requestParameters: {
        ModifyManagedPrefixListRequest: {
          PrefixListId: 'pl-0office',
          AddEntry: { Cidr: '0.0.0.0/0', tag: 1 },
        },
      },
      responseElements: {},
    });

    expect(left(test)).toEqual(stays);
  });
});

describe('a sweep', () => {
  it.each([
    ['leaves what an exception for its maker may excuse', [noSsh], 2],
    ['closes what another policy forbids whoever made it', [noSsh, strict], 1],
  ])('%s', async (_, policies, stays) => {
    const region = makeRegion(1, () => true);
    await sweepOnce({ ...region, world: { ...region.world, policies } }, { mode: 'enforce' });

    expect(inForce(region.account, groupId(0))).toHaveLength(stays);
    expect(subjects(region)).toEqual([expect.stringContaining('Sweep: 1 violation')]);
  });
});

describe('two rules of which either may be the one too many, by who made the wider', () => {
  const partly = { ...breakGlass, sources: ['8.0.0.0/8', '9.0.0.0/9'] };
  const wide = tcp('sgr-0wide', 22, { CidrIpv4: '8.0.0.0/7' });
  const tolerable = tcp('sgr-0tolerable', 22, { CidrIpv4: '11.0.0.0/8' });

  it('both stay, and the one that violates is reported unless it is excused', async () => {
    const region = makeRegion(1);
    const policies = [policyOf('no-ssh', [22], 'revoke', { exceptions: [partly] })];
    for (const rule of [wide, tolerable]) addRule(region.account, { GroupId: groupId(0), ...rule });
    await sweepOnce({ ...region, world: { ...region.world, policies } }, { mode: 'enforce' });

    expect(inForce(region.account, groupId(0))).toHaveLength(3);
    expect(mails(region)[0]).toContain('sgr-0wide');
    expect(mails(region)[0]).not.toContain('sgr-0tolerable');
  });
});
