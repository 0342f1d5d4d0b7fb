// A rule that one policy trims now, while another that asks for more of it waits, for the breaker or for the end of a grace.
import { expect, it } from 'vitest';
import { readBreaker, release } from '../../../lib/io/ledger/breaker.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { addGroup, addRule, fail, inForce } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import { sweepOnce } from './sweeping.ts';
import { due, MINUTE, place, tickFor, withPolicies } from './ticking.ts';
import {
  found,
  GROUP,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

const UNTIL = '2026-06-01T12:11:30.000Z';

/** SSH among other ports, open to the world. */
const wide = { ...tcp('sgr-0wide', 20), ToPort: 25 };
const trimsSsh = policyOf('trim-ssh', [22], 'trim', { severity: 'critical' });
const inTime = policyOf('all-closed', [20, 21, 22, 23, 24, 25], 'revoke', { grace: '10m' });

function underPolicies(...policies: readonly Policy[]): TestWorld {
  return withPolicies(makeWorld([wide]), ...policies);
}

function ports({ account }: TestWorld): readonly string[] {
  return inForce(account, GROUP)
    .map(({ FromPort, ToPort }) => `${FromPort}-${ToPort}`)
    .toSorted();
}

/** A policy that has closed as much as a new one may, and then one group more. */
async function latched(policy: Policy, ...others: readonly Policy[]): Promise<TestWorld> {
  const test = underPolicies(policy);
  for (let i = 0; i < 11; i += 1) {
    const rule = { ...tcp(`sgr-0${i}`, 25), GroupId: `sg-0${i}` };
    addGroup(test.account, { GroupId: rule.GroupId, GroupName: rule.GroupId, VpcId: 'vpc-0other' });
    addRule(test.account, rule);
    await reconcile(test.world, makeEvent([rule], { eventID: `e-${i}` }));
  }
  expect((await readBreaker(test.world.ledger, place(test))).latches.size).toBe(1);
  return { ...test, world: { ...test.world, policies: [policy, ...others] } };
}

it('is trimmed while a latched policy asks to revoke it, and what stays goes when a person releases that policy', async () => {
  const latching = policyOf('all-closed', [20, 21, 22, 23, 24, 25], 'revoke');
  const test = await latched(latching, trimsSsh);
  await reconcile(test.world, makeEvent([wide]));

  expect(ports(test)).toEqual(['20-21', '23-25']);
  await tickFor(test, 20);
  expect(ports(test)).toEqual(['20-21', '23-25']);
  const [{ policies = [] } = {}] = (await due(test)).filter(({ id }) => id === 'event-1');
  expect(policies.map(({ key }) => key)).toEqual([latching.key]);

  await release(test.world.ledger, place(test), [latching.key], test.world.now());
  await tickFor(test, 2);

  expect(ports(test)).toEqual([]);
  expect(await due(test)).toEqual([]);
});

it('is trimmed at once and revoked at the end of the grace of another policy, and people hear of both at once', async () => {
  const test = underPolicies(trimsSsh, inTime);
  await reconcile(test.world, makeEvent([wide]));

  expect(ports(test)).toEqual(['20-21', '23-25']);
  expect(subjects(test)).toEqual([
    expect.stringMatching(/^To be revoked at 12:12 UTC: .*, 1 trimmed on web-prod/),
  ]);
  expect(mails(test)[0]).toMatch(
    /revoked the part of 1 rule that violated a policy, and kept the rest:\n\n {2}- inbound tcp ports 20-25/,
  );
  expect(mails(test)[0]).toContain('at 2026-06-01 12:12 UTC if they still violate a policy then');
  expect((await due(test)).map(({ until }) => until)).toEqual([UNTIL]);

  await tickFor(test, 9);
  expect(ports(test)).toEqual(['20-21', '23-25']);
  await tickFor(test, 1);

  expect(ports(test)).toEqual([]);
  expect(subjects(test).slice(1)).toEqual([expect.stringMatching(/^Revoked: /)]);
  expect(await due(test)).toEqual([]);
});

it('is trimmed by each of two policies at its own time', async () => {
  const later = policyOf('trim-rest', [24], 'trim', { grace: '5m' });
  const test = underPolicies(trimsSsh, later);
  await reconcile(test.world, makeEvent([wide]));
  expect(ports(test)).toEqual(['20-21', '23-25']);

  await tickFor(test, 4);
  expect(ports(test)).toEqual(['20-21', '23-25']);
  await tickFor(test, 1);

  expect(ports(test)).toEqual(['20-21', '23-23', '25-25']);
});

it('is left whole while the policy that trims it has a grace, and the one that revokes it another', async () => {
  const test = underPolicies(policyOf('trim-ssh', [22], 'trim', { grace: '3m' }), inTime);
  await reconcile(test.world, makeEvent([wide]));
  await tickFor(test, 2);
  expect(ports(test)).toEqual(['20-25']);

  await tickFor(test, 1);
  expect(ports(test)).toEqual(['20-21', '23-25']);
  await tickFor(test, 7);

  expect(ports(test)).toEqual([]);
});

it('waits for the policy with a grace where the one that trims gives way, because EC2 refuses what stays', async () => {
  const test = underPolicies(
    policyOf('trim-ssh', [22], 'trim', { otherwise: 'notify' }),
    policyOf('all-closed', [20, 21, 22, 23, 24, 25], 'revoke', { grace: '10m' }),
  );
  fail(test.account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');
  await reconcile(test.world, makeEvent([wide]));
  expect(ports(test)).toEqual(['20-25']);

  await tickFor(test, 10);

  expect(ports(test)).toEqual([]);
});

it('is reported once, also where a sweep sees what stays before its time', async () => {
  const test = underPolicies(trimsSsh, inTime);
  await reconcile(test.world, makeEvent([wide]));
  await tickFor(test, 3);
  await sweepOnce(test, { mode: 'enforce' });

  expect(ports(test)).toEqual(['20-21', '23-25']);
  expect(subjects(test).filter((subject) => subject?.startsWith('To be revoked at'))).toHaveLength(1);

  await tickFor(test, 7);
  expect(ports(test)).toEqual([]);
});

it.each(['planned', 'clocks/', 'UpdateItem', 'Authorize', 'Revoke', 'resolved', 'Publish'])(
  'is trimmed and later revoked though a try dies at %s',
  async (at) => {
    for (const when of ['crash before', 'crash after'] as const) {
      const test = underPolicies(trimsSsh, inTime);
      await dieAt(test.world, makeEvent([wide]), at, when);
      await test.world.wait(5 * MINUTE);
      await reconcile(test.world, makeEvent([wide]), true);
      expect([when, ports(test)]).toEqual([when, ['20-21', '23-25']]);

      await tickFor(test, 15);

      expect([when, ports(test)]).toEqual([when, []]);
      expect(await due(test)).toEqual([]);
      expect((await found(test))?.[0]?.[1]).toMatch(/^(revoked|gone)$/);
    }
  },
);
