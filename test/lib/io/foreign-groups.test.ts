// Groups of another owner, which an account sees where a VPC or the group itself is shared: judged and reported as their
// owner's, and never changed.
import { describe, expect, it } from 'vitest';
import type { World } from '../../../lib/io/world.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { addGroup, addRule, inForce } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import { groupId, makeRegion, pass, type Region, sweepBeforeRules, sweepOnce } from './sweeping.ts';
import {
  ACCOUNT,
  calls,
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

const OWNER = '999999999999';
const FOREIGN = 'sg-0foreign';
const MUTATIONS = /^(Authorize|Revoke|Modify|CreateTags|DeleteTags)/;

const noSsh = policyOf('no-ssh', [22], 'revoke');
const event = makeEvent([{ ...ssh, GroupId: FOREIGN }]);

function share({ account }: TestWorld, id = FOREIGN, rules = [ssh]): void {
  addGroup(account, { GroupId: id, GroupName: 'participant', VpcId: 'vpc-0other', OwnerId: OWNER });
  for (const rule of rules) addRule(account, { ...rule, GroupId: id, GroupOwnerId: OWNER });
}

/** A change of the entries of a prefix list. */
const listEvent = {
  ...makeEvent([]),
  eventName: 'ModifyManagedPrefixList',
  requestParameters: {
    ModifyManagedPrefixListRequest: { PrefixListId: 'pl-0office', AddEntry: { Cidr: '0.0.0.0/0', tag: 1 } },
  },
  responseElements: {},
};

/** A world with a group of another owner, evaluated against these policies. */
function shared(policies: readonly Policy[], mode: World['config']['mode'] = 'enforce'): TestWorld {
  const test = makeWorld([], mode);
  share(test);
  return { ...test, world: { ...test.world, policies } };
}

const scopedTo = (account: string) => policyOf('scoped', [22], 'revoke', { scope: { accounts: [account] } });

describe('the owner of a group is the account', () => {
  it('that a policy is for: one for the account of the deployment has nothing to say', async () => {
    const { verdicts, messages } = await reconcile(shared([scopedTo(ACCOUNT)]).world, event);

    expect([verdicts, messages]).toEqual([[], []]);
  });

  it('that a policy is for: one for the owner condemns the rule', async () => {
    const { verdicts } = await reconcile(shared([scopedTo(OWNER)]).world, event);

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['violation']);
  });

  it.each([
    [OWNER, 'exempt'],
    [ACCOUNT, 'violation'],
  ])('that an exception is for: %s makes the rule %s', async (account, wanted) => {
    const exception = { accounts: [account], reason: 'r', owner: 'o', expires: '2099-01-01' };
    const test = shared([policyOf('no-ssh', [22], 'revoke', { exceptions: [exception] })]);
    const { verdicts } = await reconcile(test.world, event);

    expect(verdicts.map(({ verdict }) => verdict)).toEqual([wanted]);
  });
});

describe('a rule of a group of another owner', () => {
  it.each([
    ['revoke', 'enforce'],
    ['trim', 'enforce'],
    ['revoke', 'dry-run'],
  ] as const)('stays, whatever a policy asks: %s, %s', async (action, mode) => {
    const test = shared([policyOf('no-ssh', [22], action)], mode);
    const { plan, outcomes } = await reconcile(test.world, event);

    expect(plan.held).toMatchObject([{ because: 'foreign', ownerId: OWNER }]);
    expect(outcomes).toEqual([]);
    expect(calls(test).filter((api) => MUTATIONS.test(api))).toEqual([]);
  });

  it('costs nothing of the breaker and is no recurring rule: the ledger has its entry alone', async () => {
    const test = shared([noSsh]);
    await reconcile(test.world, event);

    const items = [...test.account.items.keys()];
    expect(items).toContain('event-1');
    expect(items.filter((id) => /breaker|recurring/.test(id))).toEqual([]);
  });

  it("is reported as its owner's, once, with what to do", async () => {
    const test = shared([noSsh]);
    for (let i = 0; i < 3; i += 1) await reconcile(test.world, event);

    expect(subjects(test)).toEqual([
      `Ask the owner: SSH open to internet on participant (${OWNER}/eu-west-1)`,
    ]);
    expect(mails(test)[0]).toContain(
      `It does not change groups of other accounts: ask account ${OWNER}, which owns this one.`,
    );
    expect(mails(test)[0]).toContain(`account ${OWNER}, eu-west-1)`);
    expect(mails(test)[0]).not.toContain(ACCOUNT);
  });
});

describe('beside groups of the account itself', () => {
  it('a group of another owner is reported, and the own one is closed', async () => {
    const list = { PrefixListId: 'pl-0office' };
    const test = shared([noSsh]);
    test.account.prefixLists.set('pl-0office', ['0.0.0.0/0']);
    addRule(test.account, { ...tcp('sgr-own', 22, list), GroupId: GROUP });
    addRule(test.account, { ...tcp('sgr-theirs', 22, list), GroupId: FOREIGN, GroupOwnerId: OWNER });
    await reconcile(test.world, listEvent);

    expect(left(test)).toEqual([]);
    expect(inForce(test.account, FOREIGN)).toHaveLength(2);
    expect(subjects(test).toSorted()).toEqual([
      expect.stringMatching(`^Ask the owner: .* on participant .${OWNER}`),
      expect.stringMatching(`^Revoked: .* on web-prod .${ACCOUNT}`),
    ]);
  });

  it('a call by name is about the own one', async () => {
    const test = shared([noSsh]);
    addGroup(test.account, { GroupId: 'sg-0own', GroupName: 'participant', VpcId: 'vpc-0other' });
    addRule(test.account, { ...tcp('sgr-own', 22), GroupId: 'sg-0own' });
    await sweepBeforeRules(test);
    await reconcile(test.world, {
      ...makeEvent([]),
      requestParameters: { groupName: 'participant', ipPermissions: {} },
      responseElements: { _return: true },
    });

    expect(inForce(test.account, 'sg-0own')).toEqual([]);
  });

  it('what its owner tagged as the bot tags its additions is not withdrawn', async () => {
    const test = shared([noSsh]);
    const Tags = [{ Key: 'portcullis:record', Value: 'event-1' }];
    addRule(test.account, { ...tcp('sgr-tagged', 443), Tags, GroupId: FOREIGN, GroupOwnerId: OWNER });
    await reconcile(test.world, event);

    expect(calls(test).filter((api) => MUTATIONS.test(api))).toEqual([]);
    expect(mails(test)[0]).not.toContain('an earlier try added');
  });
});

describe('a sweep that enforces', () => {
  const DAY = 4;

  /** A region with one own group and two of another owner, with 45 open rules each, evaluated against one policy. */
  function makeSharing(): Region {
    const region = makeRegion(1);
    for (const group of ['sg-0f0', 'sg-0f1'])
      share(
        region,
        group,
        Array.from({ length: 45 }, (_, i) => ({ ...tcp(`sgr-${group}-${i}`, 22), ToPort: 22 + i })),
      );
    return { ...region, world: { ...region.world, policies: [noSsh], ec2: refusing(region.world.ec2) } };
  }

  /** EC2 as it is to who does not own the group. */
  function refusing(ec2: World['ec2']): World['ec2'] {
    return seeing(ec2, async (api, { input }, send) => {
      const isForeign = 'GroupId' in input && /^sg-0f/.test(String(input.GroupId));
      if (!isForeign || !MUTATIONS.test(api)) return send();
      const denial = { name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } };
      throw Object.assign(new Error('You are not authorized'), denial);
    });
  }

  async function sweepForADay(region: Region): Promise<void> {
    for (let i = 0; i < DAY; i += 1) {
      await sweepOnce(region, { mode: 'enforce' });
      await pass(region, 360);
    }
  }

  it('changes nothing in them, reports them once a day, and is not troubled', async () => {
    const region = makeSharing();
    await sweepForADay(region);

    expect(calls(region).filter((api) => MUTATIONS.test(api))).toEqual([]);
    expect(subjects(region)).toEqual(['Sweep: 90 violations, 90 in other accounts (111122223333/eu-west-1)']);
    const [mail = ''] = mails(region);
    expect(mail).toContain('90 still open: the group belongs to another account, ask its owner');
    expect(mail).toContain(`participant sg-0f0 of account ${OWNER}  `);
  });

  it('calls none of their rules missed by event: events of other accounts do not come', async () => {
    const region = makeSharing();
    await sweepOnce(region, { mode: 'enforce' });
    await pass(region, 360);
    addRule(region.account, { ...tcp('sgr-later', 22), ToPort: 99, GroupId: 'sg-0f0', GroupOwnerId: OWNER });
    await sweepOnce(region, { mode: 'enforce' });

    expect(subjects(region).at(-1)).toContain('1 new');
    expect(subjects(region).at(-1)).not.toContain('missed');
  });

  it('leaves the whole breaker to the own groups: sixty rules of one event are closed at once', async () => {
    const region = makeSharing();
    await sweepForADay(region);
    await sweepOnce(region, { mode: 'enforce' });
    const id = groupId(0);
    const rules = Array.from({ length: 60 }, (_, i) => ({
      ...tcp(`sgr-own${i}`, 22),
      ToPort: 22 + i,
      GroupId: id,
    }));
    for (const rule of rules) addRule(region.account, rule);
    await reconcile(region.world, makeEvent(rules));

    expect(inForce(region.account, id).map((rule) => rule.FromPort)).toEqual([443]);
    expect(subjects(region).at(-1)).toMatch(/^Revoked: /);
  });

  it("names them as their owner's where machines read", async () => {
    const region = makeSharing();
    await sweepOnce(region, { mode: 'enforce' });

    const [message] = region.account.messages;
    const { metadata } = JSON.parse(message?.versions?.https ?? '{}');
    expect(metadata.relatedResources).toContain(`arn:aws:ec2:eu-west-1:${OWNER}:security-group/sg-0f0`);
  });
});
