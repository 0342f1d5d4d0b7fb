// The outbound rule that a new group starts with: its event judges it, and the sweep knows that.
import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../lib/io/reconcile.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { addGroup, addRule, inForce } from '../../../lib/sandbox/index.ts';
import { makeRegion, pass, type Region, sweepOnce } from './sweeping.ts';
import { ACCOUNT, GROUP, makeEvent, makeWorld, REGION, ssh, subjects, tcp } from './world.ts';

const noMailOut = (action: string) =>
  compilePolicy(
    policySchema.parse({
      ...{ id: 'no-mail-out', title: 'closed', severity: 'low', description: 'Name the servers.', action },
      match: { direction: 'egress', protocol: ['tcp'], ports: [25], destination: 'world' },
    }),
  );

/** Creates a group as anybody would, and answers its id. */
async function create({ world }: Region): Promise<string> {
  const input = { GroupName: 'batch', Description: 'batch workers', VpcId: 'vpc-0other' };
  return (await world.ec2.send(new CreateSecurityGroupCommand(input))).GroupId ?? '';
}

function eventOf(groupId: string): object {
  return {
    ...makeEvent([]),
    eventName: 'CreateSecurityGroup',
    requestParameters: { groupName: 'batch', groupDescription: 'batch workers', vpcId: 'vpc-0other' },
    responseElements: { _return: true, groupId },
    recipientAccountId: ACCOUNT,
    awsRegion: REGION,
  };
}

describe('the outbound rule of a new group', () => {
  it('is evaluated by the event of the group, and is never called missed by event', async () => {
    const region = makeRegion(1);
    await sweepOnce(region);
    await pass(region, 300);
    const id = await create(region);

    const { verdicts } = await reconcile(region.world, eventOf(id), false);
    await pass(region, 60);
    await sweepOnce(region);

    const [rule] = inForce(region.account, id);
    expect(verdicts).toContainEqual(
      expect.objectContaining({
        verdict: 'violation',
        rule: expect.objectContaining({ id: rule?.SecurityGroupRuleId }),
      }),
    );
    const digest = region.account.messages.at(-1);
    expect(digest?.subject).toBe('Sweep: 1 new violation (111122223333/eu-west-1)');
    expect(digest?.versions?.email).not.toContain('missed by event');
  });

  it('is missed where no event came', async () => {
    const region = makeRegion(1);
    await sweepOnce(region);
    await create(region);

    await sweepOnce(region);

    expect(subjects(region).at(-1)).toContain('1 missed by event');
  });

  it('is revoked where a policy asks for that, whether it is IPv4 or IPv6; inbound rules stay', async () => {
    const region = makeRegion(0);
    const world = { ...region.world, policies: [noMailOut('revoke'), ...region.world.policies] };
    const id = await create(region);
    const allOut = { GroupId: id, IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1 };
    addRule(region.account, { ...allOut, SecurityGroupRuleId: 'sgr-0six', CidrIpv6: '::/0' });
    addRule(region.account, { ...tcp('sgr-0in', 22), GroupId: id });

    const { outcomes } = await reconcile(world, eventOf(id), false);

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['revoked', 'revoked']);
    expect(inForce(region.account, id).map((rule) => rule.SecurityGroupRuleId)).toEqual(['sgr-0in']);
  });

  it('may have been removed before the event came, and inbound rules are none of its business', async () => {
    const test = makeWorld([ssh]);

    const { outcomes, messages } = await reconcile(test.world, eventOf(GROUP), false);

    expect([outcomes, messages]).toEqual([[], []]);
  });

  it('does not exist outside a VPC, and nothing is said there', async () => {
    const test = makeWorld([]);
    addGroup(test.account, { GroupId: 'sg-0classic', GroupName: 'classic' });
    addRule(test.account, { ...ssh, GroupId: 'sg-0classic' });

    const { outcomes, messages } = await reconcile(test.world, eventOf('sg-0classic'), false);

    expect([outcomes, messages]).toEqual([[], []]);
  });
});
