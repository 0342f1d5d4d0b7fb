// Who came in through rules that a batch or a digest reports: asked of flow logs for the most severe, and told in the thread of that message.
import { describe, expect, it } from 'vitest';
import { homeTarget } from '../../../lib/config.ts';
import { askEvidence } from '../../../lib/io/ask-evidence.ts';
import { registerPolicies } from '../../../lib/io/ledger/breaker.ts';
import { tick } from '../../../lib/io/tick.ts';
import { fail, logsOf } from '../../../lib/sandbox/index.ts';
import { addInstance, addPublicSubnet } from '../sandbox/network.ts';
import { bring, groupId, makeRegion, pass, type Region, sweepOnce } from './sweeping.ts';
import { calls, mails } from './world.ts';

/** Groups with an instance each in a VPC that has a flow log; `isOpen` says which let in SSH from the start. */
function makeFlows(groups: number, isOpen: (index: number) => boolean, LogGroupName = 'flows'): Region {
  const region = makeRegion(groups, isOpen);
  addPublicSubnet(region.account);
  for (let index = 0; index < groups; index += 1)
    addInstance(region.account, index, [groupId(index)], `203.0.113.${index}`);
  region.account.network.flowLogs.push({
    ...{ FlowLogId: 'fl-1', ResourceId: 'vpc-0abc', FlowLogStatus: 'ACTIVE', LogGroupName },
    ...{ TrafficType: 'ALL' as const, LogDestinationType: 'cloud-watch-logs' as const },
  });
  Object.assign(region.world.config, { flowLogs: ['flows'] });
  return region;
}

/** Somebody came in to the instance of the first group just before now. */
function record({ account, world }: Region): void {
  const end = Math.floor(world.now().getTime() / 1000);
  const message = `2 111122223333 eni-00 9.9.9.77 10.0.0.0 50000 22 6 5 300 ${end - 30} ${end} ACCEPT OK`;
  account.logGroups.set('flows', new Map([['eni-00-all', [{ timestamp: (end - 30) * 1000, message }]]]));
}

const ask = ({ account, world }: Region) => askEvidence({ ...world, logs: logsOf(account) });
const mailOf = (region: Region) => mails(region).at(-1) ?? '';
const threadOf = ({ account }: Region, at: number) =>
  JSON.parse(account.messages.at(at)?.versions?.https ?? '').metadata.threadId;

describe('of what a sweep has revoked', () => {
  it('flow logs are asked, and the answer is in the thread of the digest', async () => {
    const region = makeFlows(3, (index) => index < 2);
    record(region);
    await sweepOnce(region, { mode: 'enforce' });

    expect(mailOf(region)).toContain(
      'Flow logs  Checked for 2 groups 15 and 60 minutes after the revoke. Another message follows for each where somebody came in.\n',
    );
    await pass(region, 16);
    expect(await ask(region)).toEqual({ due: 2, asked: 2, reported: 1 });
    const [digest, second] = region.account.messages;
    expect(second?.subject).toBe(`Re: ${digest?.subject}`);
    expect(threadOf(region, 1)).toBe(threadOf(region, 0));
    expect(mailOf(region)).toContain('packets from 1 address got through');
    expect(mailOf(region)).toContain(`Security group web-0 (${groupId(0)})`);
    expect(mailOf(region)).toMatch(/portcullis evidence sweep\/.*\/sg-0000 --stage prod/);
  });

  it('the digest says for how many there is no flow log that can be searched', async () => {
    const region = makeFlows(2, () => true, 'others');
    await sweepOnce(region, { mode: 'enforce' });
    await pass(region, 16);

    expect(mailOf(region)).toContain('Flow logs  2 groups have no flow log that can be searched.\n');
    expect(await ask(region)).toMatchObject({ due: 0 });
  });

  it('a digest that cannot look them up says so, and is published', async () => {
    const region = makeFlows(2, () => true);
    fail(region.account, 'DescribeFlowLogs', 'UnauthorizedOperation', 10);
    const { state } = await sweepOnce(region, { mode: 'enforce' });

    expect(state).toBe('finished');
    expect(mailOf(region)).toMatch(
      /Flow logs {2}They could not be looked up, so nobody checks who came in: UnauthorizedOperation.*\n.*By hand: npx --no -- portcullis evidence <record>/,
    );
  });

  it.each([
    ['nothing was revoked', {}, 'report' as const],
    ['no setting names them', { flowLogs: [] }, 'enforce' as const],
    ['nobody wants to know about exposure', { isExposureOn: false }, 'enforce' as const],
  ])('a digest says nothing of them where %s', async (_, settings, mode) => {
    const region = makeFlows(2, () => true);
    Object.assign(region.world.config, settings);
    await sweepOnce(region, { mode });

    expect(mailOf(region)).not.toContain('Flow logs');
    expect(calls(region)).not.toContain('DescribeFlowLogs');
  });
});

/** The breaker has known the policies for a week: what is opened against critical ones never waits. */
async function settlePolicies({ world }: Region): Promise<void> {
  const { ledger, config, policies, now } = world;
  const lately = new Date(now().getTime() - 7 * 86_400_000);
  const keys = policies.map(({ key }) => key);
  await registerPolicies(ledger, homeTarget(config), keys, config, lately);
}

describe('of what a batch reports', () => {
  async function storm(groups: number): Promise<Region> {
    const region = makeFlows(groups, () => false);
    await settlePolicies(region);
    for (let index = groups - 1; index >= 0; index -= 1) await bring(region, index, 22);
    return region;
  }

  it('flow logs are asked, and the answer is in the thread of the batch', async () => {
    const region = await storm(12);
    record(region);
    await tick(region.world);

    expect(mailOf(region)).toMatch(/Flow logs +Checked for 2 groups 15 and 60 minutes after the revoke\./);
    const before = region.account.messages.length;
    await pass(region, 16);
    expect(await ask(region)).toMatchObject({ due: 12, reported: 1 });
    expect(region.account.messages[before]?.subject).toBe(
      `Re: ${region.account.messages[before - 1]?.subject}`,
    );
    expect(threadOf(region, before)).toBe(threadOf(region, before - 1));
  });

  it('twenty are asked, and the others counted, with few calls', async () => {
    const region = await storm(33);
    const before = calls(region).length;
    await tick(region.world);
    const looked = calls(region)
      .slice(before)
      .filter((api) => /^Describe/.test(api));

    expect(mailOf(region)).toMatch(/Flow logs +Checked for 20 groups/);
    expect(mailOf(region)).toContain('3 less severe groups are not checked.');
    expect(looked.toSorted()).toEqual([
      'DescribeFlowLogs',
      'DescribeNetworkInterfaces',
      'DescribeSecurityGroupRules',
    ]);
  });

  it('a batch that is published by another tick asks nothing twice', async () => {
    const region = await storm(12);
    record(region);
    fail(region.account, 'Publish', 'InternalError', 100);
    await expect(tick(region.world)).rejects.toThrow();
    region.account.faults.length = 0;
    await pass(region, 15);
    await tick(region.world);

    expect(mailOf(region)).toContain('Checked for 2 groups');
    expect(await ask(region)).toMatchObject({ due: 12 });
  });

  it('a batch that cannot look them up says so, and is published', async () => {
    const region = await storm(12);
    fail(region.account, 'DescribeFlowLogs', 'UnauthorizedOperation', 10);

    expect((await tick(region.world)).batched).toBe(2);
    expect(mailOf(region)).toContain('so nobody checks who came in');
  });
});
