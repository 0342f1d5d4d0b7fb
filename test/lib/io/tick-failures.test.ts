// What the tick cannot do, for long or in one group: people hear of it, it goes on trying, and nobody else waits for it.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { load, save } from '../../../lib/io/ledger/entries.ts';
import { tick } from '../../../lib/io/tick.ts';
import type { World } from '../../../lib/io/world.ts';
import type { Stored } from '../../../lib/remediation/state.ts';
import { addGroup, addRule, fail, inForce } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import { due, MINUTE, tickFor, withPolicies } from './ticking.ts';
import {
  left,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  tcp,
  wide,
} from './world.ts';

const OTHER = 'sg-0other';
const patient = policyOf('ssh', [22], 'revoke', { grace: '5m' });
const urgent = policyOf('rdp', [3389], 'revoke', { grace: '5m', severity: 'critical' });

/** Minutes with a tick in each that may fail. */
async function tickAnyway(test: TestWorld, minutes: number): Promise<number> {
  let failures = 0;
  for (let i = 0; i < minutes; i += 1) await tickFor(test, 1).catch(() => (failures += 1));
  return failures;
}

describe('a rule that EC2 does not let be revoked at the end of its grace', () => {
  it('is reported after an hour and then once a day, and is revoked as soon as EC2 lets it', async () => {
    const test = withPolicies(makeWorld([ssh]), patient);
    await reconcile(test.world, makeEvent([ssh]));
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await tickAnyway(test, 30);
    expect(subjects(test)).toHaveLength(1);

    await tickAnyway(test, 90);
    expect(subjects(test).slice(1)).toEqual([expect.stringMatching(/^ACTION: SSH still open/)]);
    await tickAnyway(test, 100);
    expect(subjects(test)).toHaveLength(2);

    test.account.faults.splice(0);
    await tickAnyway(test, 5);
    expect(left(test)).toEqual([]);
    expect(subjects(test).slice(2)).toEqual([expect.stringMatching(/^Revoked: SSH/)]);
    expect(await due(test)).toEqual([]);
  });

  it('has the tick fail, so that an alarm goes off', async () => {
    const test = withPolicies(makeWorld([ssh]), patient);
    await reconcile(test.world, makeEvent([ssh]));
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');

    expect(await tickAnyway(test, 20)).toBeGreaterThan(5);
  });

  it('also where it is what stays of a rule that another policy trims', async () => {
    const all = policyOf('all', [3300, 3306, 3310], 'revoke', { grace: '5m' });
    const test = withPolicies(makeWorld([wide]), policyOf('mysql', [3306], 'trim'), all);
    await reconcile(test.world, makeEvent([wide]));
    expect(left(test)).toHaveLength(2);
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await tickAnyway(test, 90);

    test.account.faults.splice(0);
    await tickAnyway(test, 5);
    expect(left(test)).toEqual([]);
    expect(await due(test)).toEqual([]);
  });
});

/** RDP, which comes first, is open in one group, and SSH in another. */
async function twoGroups(): Promise<TestWorld> {
  const rdp = { ...tcp('sgr-0other', 3389), GroupId: OTHER };
  const test = withPolicies(makeWorld([ssh]), patient, urgent);
  addGroup(test.account, { GroupId: OTHER, GroupName: 'other', VpcId: 'vpc-0other' });
  addRule(test.account, rdp);
  await reconcile(test.world, makeEvent([rdp], { eventID: 'event-2' }));
  await reconcile(test.world, makeEvent([ssh]));
  await test.world.wait(5 * MINUTE);
  return test;
}

describe('a group that the tick cannot deal with', () => {
  it('keeps no other waiting while EC2 throttles what it does there', async () => {
    const test = await twoGroups();
    const ec2 = seeing(test.world.ec2, (api, { input }, send) => {
      const isThrottled = api.startsWith('Revoke') && 'GroupId' in input && input.GroupId === OTHER;
      const error = { name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } };
      return isThrottled ? Promise.reject(Object.assign(new Error('later'), error)) : send();
    });
    await expect(tick({ ...test.world, ec2 })).rejects.toThrow('RequestLimitExceeded');

    expect(inForce(test.account, OTHER)).toHaveLength(1);
    expect(left(test)).toEqual([]);
  });

  it.each([
    ['whose entry cannot be read', broken],
    ['whose remediation takes for ever', endless],
  ])('keeps no other waiting: one %s', async (_, spoil) => {
    const test = await twoGroups();
    await expect(tick(await spoil(test))).rejects.toThrow('not dealt with');

    expect(inForce(test.account, OTHER)).toHaveLength(1);
    expect(left(test)).toEqual([]);
  });
});

it('groups that EC2 does not let the tick deal with, however many, keep no other waiting for ever', async () => {
  const test = withPolicies(makeWorld([ssh]), patient, urgent);
  const bad = Array.from({ length: 8 }, (_, i) => ({ ...tcp(`sgr-bad-${i}`, 3389), GroupId: `sg-0bad${i}` }));
  for (const rule of bad) {
    addGroup(test.account, { GroupId: rule.GroupId, GroupName: rule.GroupId, VpcId: 'vpc-0other' });
    addRule(test.account, rule);
    await reconcile(test.world, makeEvent([rule], { eventID: rule.SecurityGroupRuleId }));
  }
  await reconcile(test.world, makeEvent([ssh]));
  await test.world.wait(5 * MINUTE);
  const ec2 = seeing(test.world.ec2, (api, { input }, send) => {
    const isRefused = api.startsWith('Revoke') && JSON.stringify(input).includes('sg-0bad');
    const error = { name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } };
    return isRefused ? Promise.reject(Object.assign(new Error('later'), error)) : send();
  });
  await tickAnyway({ ...test, world: { ...test.world, ec2 } }, 15);

  expect(left(test)).toEqual([]);
});

/** The next entry of the group has a policy that no release can read. */
async function broken({ world }: TestWorld): Promise<World> {
  const entry = (await load(world.ledger, 'event-2')) as Stored;
  const { version: _, ...rest } = entry;
  const snapshot = { ...entry.snapshot, policies: [{ id: 'unknown' } as never] };
  await save(world.ledger, { ...rest, id: 'event-2.2', state: 'planned', snapshot });
  return world;
}

/** Somebody else is always faster with the clocks of the group. */
async function endless({ world }: TestWorld): Promise<World> {
  const client = seeing(world.ledger.client, async (_, { input }, send) => {
    if (input.Item?.id?.S?.startsWith('clocks/') !== true || !input.Item.id.S.endsWith(OTHER)) return send();
    await world.wait(MINUTE / 60);
    throw new ConditionalCheckFailedException({ message: 'written by another try', $metadata: {} });
  });
  return { ...world, ledger: { ...world.ledger, client } };
}
