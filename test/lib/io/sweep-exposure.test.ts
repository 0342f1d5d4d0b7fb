// What a digest says of exposure: looked up once for all that a sweep has found, within a deadline, and worth no failure.
import { expect, it } from 'vitest';
import { readAroundAll } from '../../../lib/io/aws/surroundings.ts';
import { loadSweep } from '../../../lib/io/ledger/sweep-state.ts';
import { addRule, ec2Of, fail } from '../../../lib/sandbox/index.ts';
import { addInstance, addPublicSubnet } from '../sandbox/network.ts';
import { groupId, makeRegion, type Region, sweepOnce } from './sweeping.ts';
import { calls, mails, tcp } from './world.ts';

const AROUND = /Interfaces|Subnets|RouteTables|NetworkAcls|InternetGateways|PublicAccess|FlowLogs/;

/** Groups that all let in SSH from everywhere; the first few have an instance with a public address, two others one without. */
function makeNetwork(groups: number, reached: number): Region {
  const region = makeRegion(groups, () => true);
  addPublicSubnet(region.account);
  for (let index = 0; index < reached; index += 1)
    addInstance(region.account, index, [groupId(index)], `203.0.113.${index}`);
  for (const index of [reached, reached + 1]) addInstance(region.account, index, [groupId(index)]);
  return region;
}

const around = (region: Region) => calls(region).filter((api) => AROUND.test(api));
const mailOf = (region: Region) => mails(region).at(-1) ?? '';

it('a digest says which findings the internet reaches, and shows the first of them', async () => {
  const region = makeNetwork(12, 3);
  await sweepOnce(region);

  expect(mailOf(region)).toContain(
    'Exposure  3 of 12 inbound violations can be reached from the internet.\n',
  );
  expect(mailOf(region)).toContain(
    'web-0 sg-0000 [sgr-0-22]: Packets from the internet reach i-00 (web-0) at 203.0.113.0, tcp/22; whether anything answers there is not known.',
  );
  const { https = '', default: machine = '' } = region.account.messages[0]?.versions ?? {};
  expect(JSON.parse(https).content.description).toContain('*Exposure*: 3 of 12 inbound violations');
  expect(JSON.parse(machine).exposure).toMatchObject({
    ...{ kind: 'read', counts: { reachable: 3, blocked: 2, unattached: 7 }, closed: 0, omitted: 0 },
    reached: [{ groupId: 'sg-0000', exposure: { exposure: { kind: 'reachable' } } }, {}, {}],
  });
});

it('of equally severe findings, those that the internet reaches come first', async () => {
  const region = makeRegion(30, () => true);
  addPublicSubnet(region.account);
  addInstance(region.account, 1, [groupId(17)], '203.0.113.17');
  await sweepOnce(region);
  const { findings } = JSON.parse(region.account.messages[0]?.versions?.default ?? '');

  expect(findings[0]).toMatchObject({ groupId: groupId(17), exposure: 'reachable' });
  expect(mailOf(region)).toMatch(/ {2}critical {2}web-17 .*\n.*packets from the internet reach it/);
});

it('of rules that the sweep has closed, it says what could be reached', async () => {
  const region = makeNetwork(6, 3);
  await sweepOnce(region, { mode: 'enforce' });

  expect(mailOf(region)).toContain(
    'Exposure  3 of 6 inbound violations could be reached from the internet until they were revoked.',
  );
  expect(mailOf(region)).toContain(': While it was open, packets from the internet could reach i-00 (web-0)');
});

it('400 findings cost a sweep a dozen calls, each kind once for all of them', async () => {
  const region = makeNetwork(400, 100);
  await sweepOnce(region);

  expect(around(region).toSorted()).toEqual([
    ...['DescribeInternetGateways', 'DescribeNetworkAcls'],
    ...['DescribeNetworkInterfaces', 'DescribeNetworkInterfaces', 'DescribeRouteTables', 'DescribeSubnets'],
    ...['DescribeVpcBlockPublicAccessExclusions', 'DescribeVpcBlockPublicAccessOptions'],
  ]);
  expect(mailOf(region)).toContain('100 of 400 inbound violations can be reached from the internet.');
});

it('the less severe of very many findings are not looked at, and counted', async () => {
  const region = makeNetwork(410, 1);
  await sweepOnce(region);

  expect(mailOf(region)).toContain(
    '1 of 400 inbound violations can be reached from the internet. 10 less severe ones were not looked at.',
  );
});

it('a network that cannot be read costs a line, and not the digest', async () => {
  const region = makeNetwork(3, 1);
  fail(region.account, 'DescribeNetworkInterfaces', 'UnauthorizedOperation');
  const { state } = await sweepOnce(region);

  expect(state).toBe('finished');
  expect(mailOf(region)).toContain(
    'Exposure  What the internet can reach is not known: UnauthorizedOperation',
  );
  expect(mailOf(region)).toContain('3 violations');
});

it('what is not known of a part of the network is counted as not known', async () => {
  const region = makeNetwork(3, 1);
  fail(region.account, 'DescribeRouteTables', 'UnauthorizedOperation', 10);
  await sweepOnce(region);

  expect(mailOf(region)).toContain(
    'No direct path from the internet was found to any of 3 inbound violations. For 1, this is not known.',
  );
});

it('a retry tells the same story, whatever the network is by then', async () => {
  const region = makeNetwork(3, 1);
  fail(region.account, 'Publish', 'InternalError', 100);
  await expect(sweepOnce(region)).rejects.toThrow();
  region.account.faults.length = 0;
  region.account.network.interfaces.length = 0;
  await sweepOnce(region, { isContinuation: true });

  expect(mailOf(region)).toContain('1 of 3 inbound violations can be reached from the internet.');
  expect(around(region).filter((api) => api === 'DescribeNetworkInterfaces')).toHaveLength(1);
});

it('nothing is looked up where that is off, or nothing inbound was found', async () => {
  const off = makeNetwork(3, 1);
  Object.assign(off.world.config, { isExposureOn: false });
  await sweepOnce(off);
  const outbound = makeRegion(1);
  addRule(outbound.account, { GroupId: groupId(0), ...tcp('sgr-mail', 25), IsEgress: true });
  await sweepOnce(outbound);

  expect(around(off)).toEqual([]);
  expect(around(outbound)).toEqual([]);
  expect(mailOf(off)).not.toContain('Exposure');
  expect(mailOf(outbound)).toContain('1 violation');
  expect(mailOf(outbound)).not.toContain('Exposure');
});

it('nothing of what was asked stays in the ledger', async () => {
  const region = makeNetwork(3, 1);
  await sweepOnce(region);
  const stored = await loadSweep(region.world.ledger);

  expect(stored).toMatchObject({ phase: 'finished', exposure: { kind: 'read' } });
  expect(stored).not.toHaveProperty('inbound');
});

it('the reads around many groups end at their deadline, whatever EC2 does', async () => {
  const requestHandler = { handle: () => new Promise<never>(() => undefined) };
  const { account } = makeNetwork(2, 1);

  await expect(readAroundAll(ec2Of(account, { requestHandler }), [groupId(0)], 20)).rejects.toThrow(
    'no answer within 0.02 seconds',
  );
});
