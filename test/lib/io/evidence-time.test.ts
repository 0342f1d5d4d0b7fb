// Flow logs that take longer to read than the function lives: what was read counts, and no other question waits for it for ever.
import { expect, it } from 'vitest';
import { askEvidence } from '../../../lib/io/ask-evidence.ts';
import { loadEvidence } from '../../../lib/io/ledger/evidence.ts';
import { addGroup, addRule, logsOf } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import { addInstance, addPublicSubnet } from '../sandbox/network.ts';
import { GROUP, makeEvent, makeWorld, reconcile, ssh, type TestWorld } from './world.ts';

const LIFETIME = 120_000;
const OTHER = 'sg-0other';

/** SSH was open in two groups, and both are asked about. */
async function twoQuestions(): Promise<TestWorld> {
  const made = makeWorld([ssh]);
  const test = { ...made, world: { ...made.world, config: { ...made.world.config, flowLogs: ['flows'] } } };
  const { account, world } = test;
  const other = { ...ssh, SecurityGroupRuleId: 'sgr-0other', GroupId: OTHER };
  addPublicSubnet(account);
  addGroup(account, { GroupId: OTHER, GroupName: 'other', VpcId: 'vpc-0abc' });
  addRule(account, other);
  addInstance(account, 1, [GROUP], '203.0.113.7');
  addInstance(account, 2, [OTHER], '203.0.113.8');
  account.network.flowLogs.push({
    ...{ FlowLogId: 'fl-1', ResourceId: 'vpc-0abc', LogGroupName: 'flows', FlowLogStatus: 'ACTIVE' },
    ...{ TrafficType: 'ALL' as const, LogDestinationType: 'cloud-watch-logs' as const },
  });
  account.logGroups.set('flows', new Map());
  await reconcile(world, makeEvent([ssh]));
  await reconcile(world, makeEvent([other], { eventID: 'event-2' }));
  await world.wait(20 * 60_000);
  return test;
}

/** One invocation, in which each page of the first group's records takes ten seconds and has another one after it. */
async function ask({ account, world }: TestWorld): Promise<number> {
  const until = world.now().getTime() + LIFETIME;
  const timeLeft = () => until - world.now().getTime();
  const logs = seeing(logsOf(account), async (_, { input }, send) => {
    if (!JSON.stringify(input).includes('eni-01')) return send();
    await world.wait(10_000);
    return { events: [], nextToken: 'more' };
  });
  await askEvidence({ ...world, logs, timeLeft });
  return timeLeft();
}

it('are read as far as there is time, and the next invocation asks the next question', async () => {
  const test = await twoQuestions();
  const asked = async (id: string) => (await loadEvidence(test.world.ledger, id))?.asked;

  expect(await ask(test)).toBeGreaterThan(0);
  expect([await asked('event-1'), await asked('event-2')]).toEqual([1, 0]);
  expect(JSON.stringify(test.log)).toContain('there was no time to read all records of eni-01');

  await ask(test);
  expect(await asked('event-2')).toBe(1);
});
