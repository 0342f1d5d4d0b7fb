// What a message says of exposure: looked up after the revoke, within a deadline, and worth no failure.
import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { readSurroundings } from '../../../lib/io/aws/surroundings.ts';
import { addGroup, addRule, ec2Of, fail } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import { addInstance, addPublicSubnet } from '../sandbox/network.ts';
import { bring, makeRegion, sweepOnce } from './sweeping.ts';
import {
  calls,
  GROUP,
  left,
  makeEvent,
  makeWorld,
  outcomes,
  policyOf,
  reconcile,
  ssh,
  type TestWorld,
  tcp,
} from './world.ts';

const OTHER = 'sg-0other';
const world = '0.0.0.0/0';
const REACHED =
  'While it was open, packets from the internet could reach i-01 (web-1) at 203.0.113.7, tcp/22; whether anything answered there is not known.';

function makePlace(groupIds: readonly string[] = [GROUP]): TestWorld {
  const test = makeWorld([ssh]);
  addPublicSubnet(test.account);
  addInstance(test.account, 1, groupIds, '203.0.113.7');
  return test;
}

/** Another group that lets in SSH from there. */
function addOther({ account }: TestWorld, CidrIp: string): void {
  const permission = { IpProtocol: 'tcp', FromPort: 0, ToPort: 1024, IpRanges: [{ CidrIp }] };
  addGroup(account, { GroupId: OTHER, IpPermissions: [permission] });
}

async function mailOf(test: TestWorld): Promise<string> {
  await reconcile(test.world, makeEvent([ssh]));
  return test.account.messages.at(-1)?.versions?.email ?? '';
}

describe('a message about an inbound rule', () => {
  it('says whether packets from the internet could reach what was open', async () => {
    expect(await mailOf(makePlace())).toContain(REACHED);
  });

  it('has the same for chat and machines', async () => {
    const test = makePlace();
    await mailOf(test);
    const { https = '', default: machine = '' } = test.account.messages[0]?.versions ?? {};

    expect(JSON.parse(https).content.description).toContain('*Exposure*: `While it was open');
    expect(JSON.parse(machine).exposure).toMatchObject({
      at: '2026-06-01T12:01:30.000Z',
      group: { exposure: { kind: 'reachable', arrival: { source: '8.8.8.8', traffic: 'tcp/22' } } },
      elsewhere: { kind: 'closed' },
    });
  });

  it('says so in the present where the rule is still there', async () => {
    const test = makePlace();
    fail(test.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');

    expect(await mailOf(test)).toContain(
      'Exposure   Packets from the internet reach i-01 (web-1) at 203.0.113.7',
    );
  });

  it('looks it up after the revoke alone, and before the outcome is stored', async () => {
    const test = makePlace();
    await mailOf(test);
    const all = calls(test);
    const first = all.findIndex((api) => /NetworkInterfaces|RouteTables|NetworkAcls|Subnets/.test(api));

    expect(first).toBeGreaterThan(all.lastIndexOf('RevokeSecurityGroupIngress'));
    expect(all.slice(first).filter((api) => !/^Describe/.test(api))).toEqual([
      'PutItem',
      'UpdateItem',
      'Publish',
      'PutItem',
    ]);
  });

  it('names the groups through which the same is still open, and claims no blocked connections', async () => {
    const test = makePlace([GROUP, OTHER]);
    addOther(test, world);
    const mail = await mailOf(test);

    expect(mail).toContain(`Revoked here, still open on i-01 (web-1) through ${OTHER}.`);
    expect(test.account.messages[0]?.subject).toMatch(/^Still open by another group: SSH/);
  });

  it('says nothing of groups that let in what is tolerated', async () => {
    const test = makePlace([GROUP, OTHER]);
    addOther(test, '198.51.100.0/24');

    expect(await mailOf(test)).not.toContain('still open');
  });

  it('does not know about groups that it cannot read', async () => {
    const test = makePlace([GROUP, 'sg-0foreign']);

    expect(await mailOf(test)).toContain('Whether the same is still open through sg-0foreign is not known.');
  });

  it('counts what the group itself still lets in, without what EC2 has revoked', async () => {
    const part = tcp('sgr-0part', 22, { CidrIpv4: '8.0.0.0/9' });
    const test = makeWorld([ssh, part]);
    addPublicSubnet(test.account);
    addInstance(test.account, 1, [GROUP, OTHER], '203.0.113.7');
    // As much as is tolerated, and more than that beside the half of it that stays in the group.
    addOther(test, '9.0.0.0/8');

    expect(await mailOf(test)).toContain(`Revoked here, still open on i-01 (web-1) through ${OTHER}.`);
  });

  it('says nothing where interfaces cannot be read; the rule is closed and reported all the same', async () => {
    const test = makePlace();
    fail(test.account, 'DescribeNetworkInterfaces', 'UnauthorizedOperation');

    const mail = await mailOf(test);
    expect(mail).toContain('Portcullis revoked 1 rule');
    expect(mail).not.toMatch(/network path|is not known|Not attached/);
    expect(left(test)).toEqual([]);
  });

  it('says what it does not know where a part of the network cannot be read', async () => {
    const test = makePlace();
    fail(test.account, 'DescribeRouteTables', 'UnauthorizedOperation');

    expect(await mailOf(test)).toContain('is not known: the route tables could not be read.');
  });

  it('says of each rule what becomes of open connections, by the outbound rules of all groups', async () => {
    const half = tcp('sgr-0half', 22, { CidrIpv4: '0.0.0.0/1' });
    const test = makeWorld([ssh, half]);
    addPublicSubnet(test.account);
    addInstance(test.account, 1, [GROUP, OTHER], '203.0.113.7');
    addGroup(test.account, {
      GroupId: OTHER,
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: world }] }],
    });
    await reconcile(test.world, makeEvent([ssh, half]));
    const { email = '', default: machine = '' } = test.account.messages[0]?.versions ?? {};

    expect(email).toContain(
      'Open connections through sgr-0ssh were most likely cut. Open connections through sgr-0half continue until they end: check i-01.',
    );
    expect(JSON.parse(machine).exposure.connections).toEqual({ 'sgr-0ssh': 'cut', 'sgr-0half': 'continue' });
  });

  it('says nothing of outbound rules', async () => {
    const mail = tcp('sgr-0mail', 25, { CidrIpv4: world, IsEgress: true });
    const test = makeWorld([mail]);
    await reconcile(test.world, makeEvent([mail], { eventName: 'AuthorizeSecurityGroupEgress' }));

    expect(test.account.messages).toHaveLength(1);
    expect(calls(test)).not.toContain('DescribeNetworkInterfaces');
  });

  it('says nothing where there is no time left once the rule is gone', async () => {
    const test = makePlace();
    const isGone = () => /Revoke.*DescribeSecurityGroupRules/.test(calls(test).join());
    const timeLeft = () => (isGone() ? 19_000 : 900_000);
    await reconcile({ ...test.world, timeLeft }, makeEvent([ssh]));

    expect(test.account.messages).toHaveLength(1);
    expect(calls(test)).not.toContain('DescribeNetworkInterfaces');
  });

  it('looks at interfaces of its own group alone, whatever EC2 lists', async () => {
    const test = makePlace(['sg-0another']);
    const [listed] = test.account.network.interfaces;
    const ec2 = seeing(test.world.ec2, async (api, _, send) =>
      api === 'DescribeNetworkInterfaces' ? { NetworkInterfaces: [listed] } : send(),
    );
    await reconcile({ ...test.world, ec2 }, makeEvent([ssh]));

    expect(test.account.messages[0]?.versions?.email).toContain('Not attached to any interface');
  });

  it('does not know what an unread prefix list lets in, and still knows about the other rules', async () => {
    const listed = tcp('sgr-0list', 22, { PrefixListId: 'pl-0unread' });
    const nobody = { match: { protocol: ['tcp'], ports: [22], source: 'any' } };
    const policies = [policyOf('nobody', [22], 'revoke', nobody)];
    const mailOfAll = async (...rules: readonly SecurityGroupRule[]) => {
      const test = makePlace();
      test.account.rules = [];
      for (const rule of rules) addRule(test.account, { GroupId: GROUP, ...rule });
      await reconcile({ ...test.world, policies }, makeEvent(rules));
      return test.account.messages[0]?.versions?.email ?? '';
    };

    expect(await mailOfAll(listed)).toContain(
      'Whether packets from the internet reach its interfaces is not known: the entries of a prefix list are not known.',
    );
    expect(await mailOfAll(listed, ssh)).toContain(REACHED);
  });

  it('costs a compliant event no call', async () => {
    const web = tcp('sgr-0web', 443);
    const test = makeWorld([web]);

    expect(await outcomes(test, makeEvent([web]))).toEqual([]);
    expect(calls(test)).not.toContain('DescribeNetworkInterfaces');
  });

  it('is looked up once for a sweep, and not at all for a change that a batch reports', async () => {
    const swept = makeRegion(3, () => true);
    await sweepOnce(swept, { mode: 'enforce' });
    const stormy = makeRegion(12);
    for (let index = 0; index < 12; index += 1) await bring(stormy, index, 22);
    const looked = (test: TestWorld) =>
      calls(test).filter((api) => api === 'DescribeNetworkInterfaces').length;

    expect([looked(swept), looked(stormy)]).toEqual([1, 10]);
  });

  it('tells the same story when it is published by a retry', async () => {
    const test = makePlace();
    fail(test.account, 'Publish', 'InternalError', 3);
    await reconcile(test.world, makeEvent([ssh])).catch(() => undefined);
    test.account.network.interfaces.length = 0;
    await reconcile(test.world, makeEvent([ssh]));

    expect(test.account.messages.map(({ versions }) => versions?.email?.includes(REACHED))).toEqual([true]);
  });
});

describe('the reads around a group', () => {
  it('end at their deadline, whatever EC2 does', async () => {
    const requestHandler = { handle: () => new Promise<never>(() => undefined) };
    const { account } = makePlace();

    await expect(readSurroundings(ec2Of(account, { requestHandler }), GROUP, false, 20)).rejects.toThrow(
      'no answer within 0.02 seconds',
    );
  });

  it('stop at a group that nothing has', async () => {
    const { account, world: of } = makeWorld([ssh]);
    const read = await readSurroundings(of.ec2, GROUP, true);

    expect(read.interfaces).toEqual([]);
    expect(account.calls.map(({ api }) => api)).toEqual(['DescribeNetworkInterfaces']);
  });
});
