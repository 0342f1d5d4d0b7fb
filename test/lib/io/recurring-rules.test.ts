// The one notice of a rule that keeps coming back: a try that dies before it sends it, or that cannot close the rule, keeps no other from it.

import { describe, expect, it } from 'vitest';
import { startRevoking, stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import { addRule, fail } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import { MINUTE, place } from './ticking.ts';
import {
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  reconcile,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

/** The same rule, made again. */
function again(test: TestWorld, i: number) {
  const rule = tcp(`sgr-${i}`, 22);
  addRule(test.account, { GroupId: GROUP, ...rule });
  return makeEvent([rule], { eventID: `event-${i}` });
}

const stop = (test: TestWorld) => stopRevoking(test.world.ledger, place(test), test.world.now());
const start = (test: TestWorld) => startRevoking(test.world.ledger, place(test));
const notices = (test: TestWorld) => mails(test).filter((mail) => mail.includes('Comes back'));

describe('a rule that keeps coming back is reported, and the next revocation is silent only after that,', () => {
  it('though the try that noticed it was throttled', async () => {
    const test = makeWorld([]);
    await reconcile(test.world, again(test, 1));
    await test.world.wait(25 * MINUTE);
    await reconcile(test.world, again(test, 2));
    await test.world.wait(25 * MINUTE);
    const third = again(test, 3);
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await expect(reconcile(test.world, third)).rejects.toThrow('not revoked');
    test.account.faults.splice(0);
    await test.world.wait(12 * MINUTE);
    await reconcile(test.world, third);
    await test.world.wait(10 * MINUTE);

    await reconcile(test.world, again(test, 4));

    expect(left(test)).toEqual([]);
    expect(notices(test)).toHaveLength(1);
  });

  it.each(['planned', 'resolved'])('though the try that noticed it died as it wrote `%s`', async (write) => {
    const test = makeWorld([]);
    await reconcile(test.world, again(test, 1));
    await reconcile(test.world, again(test, 2));
    const third = again(test, 3);
    await dieAt(test.world, third, write, 'crash before');
    await test.world.wait(12 * MINUTE);
    await reconcile(test.world, third);

    await reconcile(test.world, again(test, 4));

    expect(left(test)).toEqual([]);
    expect(notices(test)).toHaveLength(1);
  });

  it('though the breaker held it as it was tried again', async () => {
    const test = makeWorld([]);
    await reconcile(test.world, again(test, 1));
    await reconcile(test.world, again(test, 2));
    const third = again(test, 3);
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await expect(reconcile(test.world, third)).rejects.toThrow('not revoked');
    test.account.faults.splice(0);
    await test.world.wait(12 * MINUTE);
    await stop(test);
    await reconcile(test.world, third);
    test.account.rules = test.account.rules.filter(({ rule }) => rule.SecurityGroupRuleId !== 'sgr-3');
    await start(test);
    await test.world.wait(14 * MINUTE);

    await reconcile(test.world, again(test, 4));

    expect(left(test)).toEqual([]);
    expect(notices(test)).toHaveLength(1);
  });

  it('though the try that reported it failed, and the rule is closed when the event is sent back', async () => {
    const test = makeWorld([]);
    await reconcile(test.world, again(test, 1));
    await reconcile(test.world, again(test, 2));
    const third = again(test, 3);
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await expect(reconcile(test.world, third, true)).rejects.toThrow('not revoked');
    test.account.faults.splice(0);
    await test.world.wait(12 * MINUTE);

    await reconcile(test.world, third);

    expect(left(test)).toEqual([]);
    expect(subjects(test).at(-1)).toMatch(/^Keeps coming back: SSH/);
  });

  it('though the try that was denied died before it told, and the breaker holds the next', async () => {
    const test = makeWorld([]);
    await reconcile(test.world, again(test, 1));
    await reconcile(test.world, again(test, 2));
    const third = again(test, 3);
    fail(test.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');
    await dieAt(test.world, third, 'notified', 'crash before');
    test.account.faults.splice(0);
    await stop(test);
    await test.world.wait(12 * MINUTE);

    await reconcile(test.world, third);

    expect(left(test)).toEqual(['sgr-3']);
    expect(subjects(test).at(-1)).toMatch(/Keeps coming back/);
  });

  it('and only if the rule is one to report by then', async () => {
    const test = makeWorld([]);
    await reconcile(test.world, again(test, 1));
    await reconcile(test.world, again(test, 2));
    const third = again(test, 3);
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await expect(reconcile(test.world, third)).rejects.toThrow('not revoked');
    test.account.faults.splice(0);
    await test.world.wait(12 * MINUTE);

    await reconcile({ ...test.world, policies: [] }, third);

    expect(subjects(test)).toHaveLength(2);
  });

  it('and wherever a minute of the clock ends', async () => {
    const test = makeWorld([]);
    await test.world.wait(29_000);
    await reconcile(test.world, again(test, 1));
    await test.world.wait(30 * MINUTE);
    await reconcile(test.world, again(test, 2));
    await test.world.wait(29.5 * MINUTE);
    await reconcile(test.world, again(test, 3));

    expect(notices(test)).toHaveLength(1);
  });
});

it('what is cut off of a trimmed rule is told, though it is one that comes back', async () => {
  const test = makeWorld([]);
  const world = { ...test.world, policies: [policyOf('mysql', [3306], 'trim')] };
  for (const i of [1, 2, 3, 4]) {
    const rule = { ...tcp(`sgr-${i}`, 3300), ToPort: 3310 };
    test.account.rules = [];
    addRule(test.account, { GroupId: GROUP, ...rule });
    if (i === 4) fail(test.account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');
    await reconcile(world, makeEvent([rule], { eventID: `event-${i}` }));
  }

  expect(left(test)).toEqual([]);
  expect(mails(test).at(-1)).toContain('NOT KEPT');
});
