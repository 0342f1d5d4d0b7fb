// What somebody may try to win time, or to be forgotten, where a policy gives a grace.
import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { tick } from '../../../lib/io/tick.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { addRule, fail } from '../../../lib/sandbox/index.ts';
import { modify } from './modify.ts';
import { sweepOnce } from './sweeping.ts';
import { MINUTE, tickFor, withPolicies } from './ticking.ts';
import {
  GROUP,
  left,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

const HOUR = 60;

/** A group in which nothing is open yet. */
function underPolicies(...policies: readonly Policy[]): TestWorld {
  return withPolicies(makeWorld([]), ...policies);
}

async function open(test: TestWorld, rule: typeof ssh): Promise<void> {
  addRule(test.account, { GroupId: GROUP, ...rule });
  await reconcile(test.world, makeEvent([rule]));
}

async function tagProd(test: TestWorld, isOn: boolean, eventID: string): Promise<void> {
  const input = { Resources: [GROUP], Tags: [{ Key: 'env', Value: 'prod' }] };
  if (isOn) await test.world.ec2.send(new CreateTagsCommand(input));
  else await test.world.ec2.send(new DeleteTagsCommand(input));
  const eventTime = test.world.now().toISOString();
  await test.world.wait(5000);
  await reconcile(test.world, {
    ...makeEvent([], { eventID }),
    ...{ eventName: isOn ? 'CreateTags' : 'DeleteTags', eventTime },
    requestParameters: {
      resourcesSet: { items: [{ resourceId: GROUP }] },
      tagSet: { items: [{ key: 'env', value: 'prod' }] },
    },
    responseElements: { _return: true },
  });
}

it.each(['report', 'enforce'] as const)(
  'a rule that was narrowed, and is opened again as a sweep (%s) saw it, is closed',
  async (mode) => {
    const test = underPolicies(policyOf('ssh', [22], 'revoke', { grace: '10m' }));
    await open(test, ssh);
    await tickFor(test, 2);
    await sweepOnce(test, { mode });
    await tickFor(test, 3);
    await modify(test, 'sgr-0ssh', { CidrIpv4: '10.0.0.0/8' }, 'e2');
    await tickFor(test, 8);

    await modify(test, 'sgr-0ssh', {}, 'e3');
    await tickFor(test, HOUR);

    expect(left(test)).toEqual([]);
  },
);

it('a rule is closed at its end though a policy for a tag, which is taken off again, made it wait first', async () => {
  const prod = { grace: '5m', scope: { groups: { tags: { env: 'prod' } } } };
  const test = underPolicies(
    policyOf('prod', [8080], 'revoke', prod),
    policyOf('ssh', [22], 'revoke', { grace: '10m', severity: 'critical' }),
  );
  await open(test, tcp('sgr-0a', 8080));
  await tagProd(test, true, 'e-tag');
  await tickFor(test, 1);
  await modify(test, 'sgr-0a', { ToPort: 8080 }, 'e-modify');
  await tickFor(test, 1);

  await tagProd(test, false, 'e-untag');
  await tickFor(test, HOUR);

  expect(left(test)).toEqual([]);
});

it.each([
  ['RequestLimitExceeded', 40],
  ['InternalError', 12],
] as const)('what EC2 answers with %s at the end of its grace is tried again', async (code, times) => {
  const test = underPolicies(policyOf('ssh', [22], 'revoke', { grace: '10m', severity: 'critical' }));
  await open(test, ssh);
  await tickFor(test, 9);
  fail(test.account, 'RevokeSecurityGroupIngress', code, times);

  // A tick that cannot revoke a rule fails, for its alarm.
  for (let i = 0; i < HOUR; i += 1) await tickFor(test, 1).catch(() => undefined);

  expect(left(test)).toEqual([]);
  expect(subjects(test).at(-1)).toMatch(/^Revoked: /);
});

/** Lets hours pass without anything to see. */
async function rest(test: TestWorld, hours: number): Promise<void> {
  await test.world.wait(hours * 60 * MINUTE);
  await tick(test.world);
}

it('a rule that an exception has let stay for more than a day takes no time from its neighbors, and has none itself', async () => {
  const excuse = { groups: { tags: { env: 'prod' } }, reason: 'r', owner: 'o', expires: '2099-01-01' };
  const exceptions = [{ ...excuse, sources: ['0.0.0.0/0'] }];
  const test = underPolicies(policyOf('ssh', [22], 'revoke', { grace: '10m', exceptions }));
  await open(test, ssh);
  await tagProd(test, true, 'e-tag');
  await rest(test, 25);
  expect(left(test)).toEqual(['sgr-0ssh']);

  await tagProd(test, false, 'e-untag');
  expect(left(test)).toEqual([]);

  await rest(test, 25);
  await open(test, tcp('sgr-0other', 22));
  expect(left(test)).toEqual(['sgr-0other']);
});
