// What waits while its message has not been published: the rule does not wait for the message, and the message is not lost with it.
import { describe, expect, it } from 'vitest';
import { claim } from '../../../lib/io/ledger/claims.ts';
import { hasMailRoom } from '../../../lib/io/ledger/mail-budget.ts';
import { fail } from '../../../lib/sandbox/index.ts';
import { sweepOnce } from './sweeping.ts';
import { due, MINUTE, place, tickFor, withPolicies } from './ticking.ts';
import {
  ACCOUNT,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  REGION,
  rdp,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
} from './world.ts';

const patient = policyOf('rdp', [3389], 'revoke', { grace: '5m' });

describe('a rule with a grace whose message SNS refuses', () => {
  /** Minutes in which SNS refuses every message. */
  async function outage(test: TestWorld, minutes: number): Promise<void> {
    for (let i = 0; i < minutes; i += 1) await tickFor(test, 1).catch(() => undefined);
  }

  it.each([
    ['an event', (test: TestWorld) => reconcile(test.world, makeEvent([rdp]), true)],
    ['a sweep', (test: TestWorld) => sweepOnce(test, { mode: 'enforce' })],
  ])('is revoked at its end, and people hear of it when SNS takes messages again: %s', async (_, see) => {
    const test = withPolicies(makeWorld([rdp]), patient);
    fail(test.account, 'Publish', 'InternalError');
    await see(test).catch(() => undefined);
    expect(await due(test)).toHaveLength(1);
    await outage(test, 10);
    expect(left(test)).toEqual([]);

    test.account.faults.splice(0);
    await tickFor(test, 30);
    expect(subjects(test).join()).toContain('Revoked: RDP');
    expect(await due(test)).toEqual([]);
  });

  it('is reported by the next batch, before it is revoked', async () => {
    const slow = policyOf('rdp', [3389], 'revoke', { grace: '15m' });
    const test = withPolicies(makeWorld([rdp]), slow);
    fail(test.account, 'Publish', 'InternalError');
    await reconcile(test.world, makeEvent([rdp]));
    test.account.faults.splice(0);
    await tickFor(test, 2);

    expect(left(test)).toEqual(['sgr-0rdp']);
    expect(mails(test)).toEqual([expect.stringMatching(/^ {2}To be revoked at 12:\d\d UTC: RDP/m)]);
  });
});

describe('in a storm, what was revoked at once beside a rule with a grace', () => {
  /** So many mails lately that others are left to the next batch, which is 14 minutes away. */
  async function storm(test: TestWorld): Promise<void> {
    const now = test.world.now();
    for (let i = 0; i < 10; i += 1) await hasMailRoom(test.world, place(test), 'high');
    const until = new Date(now.getTime() + 14 * MINUTE);
    await claim(test.world.ledger, `batch/${ACCOUNT}/${REGION}`, 'another tick', { now, until });
  }

  it('is in that batch, though the other rule was taken up before', async () => {
    const test = withPolicies(makeWorld([ssh, rdp]), policyOf('ssh', [22], 'revoke'), patient);
    await storm(test);
    await reconcile(test.world, makeEvent([ssh, rdp]));
    await tickFor(test, 20);

    expect(left(test)).toEqual([]);
    expect(mails(test)).toEqual([expect.stringMatching(/^ {2}2 revoked$/m)]);
    expect(mails(test)[0]).toMatch(/\[event-1\]\n.*\[event-1\.2\]/);
  });

  it('and a rule that somebody removed in time is in it, too', async () => {
    const test = withPolicies(makeWorld([rdp]), patient);
    await storm(test);
    await reconcile(test.world, makeEvent([rdp]));
    test.account.rules = [];
    await tickFor(test, 20);

    expect(mails(test)).toEqual([expect.stringMatching(/^ {2}To be revoked at 12:\d\d UTC: RDP/m)]);
  });
});
