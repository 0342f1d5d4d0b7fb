// What waits for a person is taken up once to say so, and then rests: no tick writes another entry until something changes.
import { expect, it } from 'vitest';
import { registerPolicies } from '../../../lib/io/ledger/breaker.ts';
import { stamp, update } from '../../../lib/io/ledger/breaker-sets.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { fail } from '../../../lib/sandbox/index.ts';
import { due, place, tickFor, withPolicies } from './ticking.ts';
import {
  left,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  wide,
} from './world.ts';

/** A person decides about these policies. */
async function latch(test: TestWorld, ...policies: readonly Policy[]): Promise<void> {
  const { ledger, config, now, policies: all } = test.world;
  const keys = all.map(({ key }) => key);
  await registerPolicies(ledger, place(test), keys, config, now());
  await update(ledger, place(test), { add: { latched: policies.map(({ key }) => stamp(key, now())) } });
}

const idsOf = async (test: TestWorld) => (await due(test)).map(({ id }) => id);
const trims = policyOf('trims', [3306], 'trim');
const revokes = policyOf('revokes', [22], 'revoke');

it.each([
  ['the one that trims first', [trims, revokes], [wide, ssh]],
  ['the one that trims last', [revokes, trims], [wide, ssh]],
  ['the rules in the other order', [trims, revokes], [ssh, wide]],
])('rules that wait for two latched policies rest: %s', async (_, policies, rules) => {
  const test = withPolicies(makeWorld(rules), ...policies);
  await latch(test, trims, revokes);
  await reconcile(test.world, makeEvent(rules));
  const before = await idsOf(test);
  await tickFor(test, 5);

  expect(left(test)).toHaveLength(2);
  expect(await idsOf(test)).toEqual(before);
  expect(subjects(test)).toEqual([expect.stringMatching(/^ACTION: 2 policies are on hold/)]);
});

it('a rule that only waits because EC2 refused to keep its rest is reported as on hold, and rests', async () => {
  const givesWay = policyOf('gives-way', [3306], 'trim', { otherwise: 'notify' });
  const whole = policyOf('whole', [3300, 3306, 3310], 'revoke');
  const test = withPolicies(makeWorld([wide]), givesWay, whole);
  await latch(test, whole);
  fail(test.account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');
  await reconcile(test.world, makeEvent([wide]));
  const before = await idsOf(test);
  await tickFor(test, 5);

  expect(left(test)).toEqual(['sgr-0wide']);
  expect(await idsOf(test)).toEqual(before);
  expect(subjects(test)).toEqual([expect.stringMatching(/^ACTION: policy whole is on hold/)]);
});
