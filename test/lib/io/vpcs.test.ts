// Groups that work in several VPCs: which reads are made, what their failure leaves undecided, and what an association changes.
import { AssociateSecurityGroupVpcCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { load } from '../../../lib/io/ledger/entries.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { addAssociation, addVpc, ec2Of, fail } from '../../../lib/sandbox/index.ts';
import { makeRegion, sweepOnce } from './sweeping.ts';
import {
  ACCOUNT,
  calls,
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

const LAB = 'vpc-0other';
const PROD = 'vpc-02cd';
const ASSOCIATIONS = 'DescribeSecurityGroupVpcAssociations';
const said = { reason: 'Lab', owner: 'platform-team', expires: '2099-01-01' };

const anywhere = policyOf('no-ssh', [22], 'revoke');
const inProd = policyOf('no-ssh-in-prod', [22], 'revoke', { scope: { vpcs: [PROD] } });
const butLab = policyOf('no-ssh-but-lab', [22], 'revoke', { exceptions: [{ ...said, vpcs: [LAB] }] });
const fromOwnVpc = policyOf('ssh-from-own-vpc', [22], 'revoke', {
  match: { protocol: ['tcp'], ports: [22], source: { outside: ['vpc'] } },
});

/** The group in the lab, with SSH from anywhere, evaluated against these policies. */
function makeLab(policies: readonly Policy[], rules = [ssh], age?: number): TestWorld {
  const test = makeWorld(rules, 'enforce', age);
  addVpc(test.account, LAB, ['10.1.0.0/16']);
  addVpc(test.account, PROD, ['10.2.0.0/16']);
  return { ...test, world: { ...test.world, policies } };
}

function associated(vpcId = PROD): object {
  return {
    ...{ eventName: 'AssociateSecurityGroupVpc', eventSource: 'ec2.amazonaws.com', eventID: 'event-1' },
    ...{ eventTime: '2026-06-01T12:00:00Z', awsRegion: REGION, recipientAccountId: ACCOUNT },
    requestParameters: { AssociateSecurityGroupVpcRequest: { GroupId: GROUP, VpcId: vpcId } },
    responseElements: { AssociateSecurityGroupVpcResponse: { state: 'associating' } },
  };
}

const ofVpcs = (test: TestWorld) =>
  calls(test)
    .filter((api) => /Vpc/.test(api))
    .toSorted();

describe('VPCs are read', () => {
  it.each<[string, Policy, readonly string[]]>([
    ['not at all where no policy looks at them', anywhere, []],
    ['as associations for a scope', inProd, [ASSOCIATIONS]],
    ['as associations for an exception', butLab, [ASSOCIATIONS]],
    ['as associations and blocks for `vpc`', fromOwnVpc, [ASSOCIATIONS, 'DescribeVpcs']],
  ])('%s', async (_, policy, wanted) => {
    const test = makeLab([policy]);
    await reconcile(test.world, makeEvent([ssh]));

    expect(ofVpcs(test)).toEqual(wanted);
  });

  it('of the group alone, in the first round of reads', async () => {
    const test = makeLab([fromOwnVpc]);
    await reconcile(test.world, makeEvent([ssh]));

    const first = test.account.calls.slice(0, 5);
    expect(first.map(({ api }) => api).toSorted()).toEqual([
      'DescribeSecurityGroupRules',
      ASSOCIATIONS,
      'DescribeSecurityGroups',
      'DescribeVpcs',
      'GetItem',
    ]);
    expect(first.find(({ api }) => api === ASSOCIATIONS)?.input).toMatchObject({
      Filters: [{ Name: 'group-id', Values: [GROUP] }],
    });
  });

  it('also where the event names the group by its name alone', async () => {
    const test = makeLab([fromOwnVpc], []);
    const requestParameters = { groupName: 'web-prod', ipPermissions: {}, cidrIp: '0.0.0.0/0', fromPort: 22 };
    await reconcile(test.world, makeEvent([], { requestParameters, responseElements: { _return: true } }));

    expect(ofVpcs(test)).toEqual([ASSOCIATIONS, 'DescribeVpcs']);
  });

  it('once by a sweep, however many groups there are', async () => {
    const region = makeRegion(120, () => true);
    const policies = [fromOwnVpc, inProd];
    await sweepOnce({ ...region, world: { ...region.world, policies } });

    expect(ofVpcs(region)).toEqual([ASSOCIATIONS, 'DescribeVpcs']);
  });
});

describe('a read of VPCs that fails', () => {
  const fromOne = tcp('sgr-0ssh', 22, { CidrIpv4: '192.0.2.0/24' });

  it.each<[string, Policy, typeof ssh, string]>([
    ['the associations, for a scope', inProd, ssh, ASSOCIATIONS],
    ['the associations, for an exception', butLab, ssh, ASSOCIATIONS],
    ['the associations, for `vpc`', fromOwnVpc, fromOne, ASSOCIATIONS],
    ['the blocks, for `vpc`', fromOwnVpc, fromOne, 'DescribeVpcs'],
  ])('leaves the rule and reports that it could not be evaluated: %s', async (_, policy, rule, api) => {
    const test = makeLab([policy], [rule]);
    fail(test.account, api, 'UnauthorizedOperation');
    const { plan } = await reconcile(test.world, makeEvent([rule]));

    expect(plan.undecided.map((finding) => finding.rule.id)).toEqual(['sgr-0ssh']);
    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test)).toHaveLength(1);
  });

  it('keeps no other policy from closing the rule', async () => {
    const test = makeLab([inProd, anywhere]);
    fail(test.account, ASSOCIATIONS, 'UnauthorizedOperation');
    await reconcile(test.world, makeEvent([ssh]));

    expect(left(test)).toEqual([]);
  });

  it('loses no event, and is not tried again', async () => {
    const test = makeLab([inProd]);
    fail(test.account, ASSOCIATIONS, 'InternalError');

    const { error } = await reconcile(test.world, makeEvent([ssh]));
    expect(error).toBeUndefined();
  });

  it('leaves a sweep with what does not turn on it', async () => {
    const region = makeRegion(2, (index) => index === 0);
    fail(region.account, ASSOCIATIONS, 'UnauthorizedOperation');
    const world = { ...region.world, policies: [inProd, policyOf('no-https', [443], 'notify')] };
    await sweepOnce({ ...region, world });

    expect(subjects(region)[0]).toContain('Sweep: 2 violations');
    expect(mails(region)[0]).toContain('It could not be evaluated');
  });
});

describe('a group that is associated with another VPC', () => {
  it('has its rules closed that a policy for that VPC forbids', async () => {
    const test = makeLab([inProd]);
    addAssociation(test.account, GROUP, PROD);
    await reconcile(test.world, associated());

    expect(left(test)).toEqual([]);
    expect(test.account.messages[0]?.versions?.email).toContain('associated with another VPC');
  });

  it('has its rules closed that an exception for its own VPC excused', async () => {
    const test = makeLab([butLab]);
    expect(await reconcile(test.world, makeEvent([ssh], { eventID: 'event-0' }))).toMatchObject({
      outcomes: [],
    });
    addAssociation(test.account, GROUP, PROD);
    await reconcile(test.world, associated());

    expect(left(test)).toEqual([]);
  });

  it.each<[string, Policy]>([
    ['no policy that looks at other things', anywhere],
    ['no policy for another VPC', policyOf('elsewhere', [22], 'revoke', { scope: { vpcs: [LAB] } })],
    [
      'no policy that excuses this VPC, too',
      policyOf('both', [22], 'revoke', {
        scope: { groups: { names: ['db-*'] } },
        exceptions: [{ ...said, vpcs: [LAB, PROD] }],
      }),
    ],
  ])('has its older rules closed by %s', async (_, policy) => {
    const test = makeLab([policy, inProdPorts(443)]);
    addAssociation(test.account, GROUP, PROD);
    const { verdicts } = await reconcile(test.world, associated());

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(verdicts).toEqual([]);
  });

  it('makes no read where no policy looks at VPCs', async () => {
    const test = makeLab([anywhere]);
    await reconcile(test.world, associated());

    expect(calls(test)).toEqual([]);
  });

  it('only has reported what an exception for the maker of its rules may cover', async () => {
    const exceptions = [{ ...said, principals: ['arn:aws:iam::*:role/deploy'] }];
    const test = makeLab([policyOf('in-prod', [22], 'revoke', { scope: { vpcs: [PROD] }, exceptions })]);
    addAssociation(test.account, GROUP, PROD);
    const { plan } = await reconcile(test.world, associated());

    expect(plan.notify.map(({ rule }) => rule.id)).toEqual(['sgr-0ssh']);
    expect(left(test)).toEqual(['sgr-0ssh']);
  });

  it('is looked at again until EC2 shows the association', async () => {
    const test = makeLab([inProd], [ssh], 1000);
    const wait = async (milliseconds: number) => {
      await test.world.wait(milliseconds);
      await ec2Of(test.account).send(new AssociateSecurityGroupVpcCommand({ GroupId: GROUP, VpcId: PROD }));
    };
    await reconcile({ ...test.world, wait }, associated());

    expect(test.pauses).toEqual([2000]);
    expect(left(test)).toEqual([]);
  });

  it('that nobody can see yet is tried again later', async () => {
    const test = makeLab([inProd], [ssh], 1000);

    await expect(reconcile(test.world, associated())).rejects.toThrow('not all visible yet');
    expect(left(test)).toEqual(['sgr-0ssh']);
  });

  it('and was taken out of it since is judged as it is', async () => {
    const test = makeLab([inProd]);
    const { verdicts } = await reconcile(test.world, associated());

    expect(verdicts).toEqual([]);
    expect(left(test)).toEqual(['sgr-0ssh']);
  });
});

it('what was known of VPCs is stored with the rules, for a try that finds them gone', async () => {
  const test = makeLab([fromOwnVpc]);
  addAssociation(test.account, GROUP, PROD);
  await reconcile(test.world, makeEvent([ssh]));

  expect((await load(test.world.ledger, 'event-1'))?.snapshot.vpcs).toEqual({
    ...{ associated: [PROD], home: ['10.1.0.0/16'], others: ['10.2.0.0/16'] },
  });
});

function inProdPorts(port: number): Policy {
  return policyOf(`no-${port}-in-prod`, [port], 'revoke', { scope: { vpcs: [PROD] } });
}
