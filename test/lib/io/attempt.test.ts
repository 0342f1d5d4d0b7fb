// What of an attempt was the bot's own doing: what EC2 refused, or had not any more, is somebody else's if it is gone later.
import { expect, it } from 'vitest';
import { reconcile } from '../../../lib/io/reconcile.ts';
import type { World } from '../../../lib/io/world.ts';
import { addRule, fail } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import { seeing } from '../../faults/fault.ts';
import {
  found,
  GROUP,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  rdp,
  ssh,
  subjects,
  type TestWorld,
  tcp,
  wide,
} from './world.ts';

const MINUTE = 60_000;

it('a rule whose revoke EC2 refused, and that somebody removed then, is not called revoked', async () => {
  const test = makeWorld([ssh]);
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(test.world, makeEvent([ssh]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  test.account.rules = [];
  await test.world.wait(12 * MINUTE);

  await reconcile(test.world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^Already gone/)]);
});

it('nor is a rule that the first try itself found gone', async () => {
  const test = makeWorld([ssh, rdp]);
  let revokes = 0;
  const ec2 = seeing(test.world.ec2, async (api, _, send) => {
    if (!api.startsWith('Revoke')) return send();
    revokes += 1;
    if (revokes === 1) {
      test.account.rules = test.account.rules.filter(({ rule }) => rule.SecurityGroupRuleId !== 'sgr-0ssh');
    }
    if (revokes === 2) throw Object.assign(new Error('slow down'), { name: 'RequestLimitExceeded' });
    return send();
  });
  const world = { ...test.world, ec2 };
  await expect(reconcile(world, makeEvent([ssh, rdp]))).rejects.toThrow('not revoked');
  await test.world.wait(12 * MINUTE);

  await reconcile(world, makeEvent([ssh, rdp]));

  expect(await found(test)).toEqual([
    ['sgr-0ssh', 'absent'],
    ['sgr-0rdp', 'revoked'],
  ]);
});

it('what somebody else adds is not called added by the bot, which EC2 had let add nothing', async () => {
  const test = makeWorld([wide]);
  const world = { ...test.world, policies: [policyOf('mysql', [3306], 'trim')] };
  fail(test.account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent([wide]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  addRule(test.account, { GroupId: GROUP, ...tcp('sgr-0theirs', 3300), ToPort: 3305 });
  await test.world.wait(12 * MINUTE);

  await reconcile({ ...world, policies: [policyOf('mysql', [3306], 'revoke')] }, makeEvent([wide]));

  expect(mails(test)[0]).not.toContain('Added, and left');
});

/** The world, in which calls of an API are carried out and their answers lost. */
function unanswered(test: TestWorld, api: string): World {
  const ec2 = seeing(test.world.ec2, async (called, _, send) => {
    const answer = await send();
    if (called.startsWith(api)) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    return answer;
  });
  return { ...test.world, ec2 };
}

it('a rule whose revoke was not answered, and that could not be looked after, is called revoked once it is gone', async () => {
  const test = makeWorld([ssh]);
  let isSent = false;
  const world = unanswered(test, 'Revoke');
  const ec2 = seeing(world.ec2, async (api, _, send) => {
    isSent ||= api.startsWith('Revoke');
    if (isSent && api.startsWith('Describe')) throw new Error('no answer');
    return send();
  });
  await expect(reconcile({ ...world, ec2 }, makeEvent([ssh]))).rejects.toThrow('not seen to be gone');
  await test.world.wait(12 * MINUTE);

  await reconcile(test.world, makeEvent([ssh]));

  expect(await found(test)).toEqual([['sgr-0ssh', 'revoked']]);
});

it('what was added without an answer is told as added', async () => {
  const test = makeWorld([wide]);
  const world = { ...unanswered(test, 'Authorize'), policies: [policyOf('mysql', [3306], 'trim')] };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent([wide]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await test.world.wait(12 * MINUTE);

  await reconcile({ ...test.world, policies: [policyOf('mysql', [3306], 'revoke')] }, makeEvent([wide]));

  expect(mails(test)[0]).toContain('Added, and left');
});

it('what a try did that died is still its own after another try was refused', async () => {
  const test = makeWorld([ssh, wide]);
  const policies = [policyOf('ssh', [22], 'revoke'), policyOf('mysql', [3306], 'trim')];
  const world = { ...test.world, policies };
  await dieAt(world, makeEvent([ssh, wide]), 'Authorize', 0, 'crash after');
  await test.world.wait(12 * MINUTE);
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent([ssh, wide]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await test.world.wait(12 * MINUTE);

  await reconcile({ ...world, policies: [policyOf('all', [22, 3306], 'revoke')] }, makeEvent([ssh, wide]));

  expect(await found(test)).toEqual([
    ['sgr-0ssh', 'revoked'],
    ['sgr-0wide', 'revoked'],
  ]);
  expect(mails(test)[0]).toContain('Added, and left');
});

it('what an earlier try added, and is forbidden by now, is told as open and as its own', async () => {
  const test = makeWorld([wide]);
  const world = { ...test.world, policies: [policyOf('mysql', [3306], 'trim')] };
  await dieAt(world, makeEvent([wide]), 'Authorize', 0, 'crash after');
  await test.world.wait(12 * MINUTE);

  await reconcile({ ...world, policies: [policyOf('more', [3300, 3306], 'revoke')] }, makeEvent([wide]));

  expect(mails(test)[0]).toMatch(/STILL OPEN: tcp ports 3300-3305 .* stays: an earlier try added it\./);
});

it.each(['Authorize', 'Revoke'])(
  'what stays of two rules is called added once, after a try that died at %s',
  async (api) => {
    const other = { ...tcp('sgr-0other', 3300), ToPort: 3309 };
    const test = makeWorld([wide, other]);
    const policies = [policyOf('mysql', [3306, 3307, 3308, 3309, 3310], 'trim')];
    await dieAt({ ...test.world, policies }, makeEvent([wide, other]), api, 0, 'crash after');
    await test.world.wait(12 * MINUTE);

    await reconcile({ ...test.world, policies }, makeEvent([wide, other]));

    expect(mails(test)[0]?.match(/^ +\+ added .*3300-3305/gm)).toHaveLength(1);
  },
);

it('what EC2 refused is not called revoked, though the first note of that was refused too', async () => {
  const test = makeWorld([ssh]);
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  let puts = 0;
  const client = seeing(test.world.ledger.client, async (api, _, send) => {
    if (api === 'PutItem') puts += 1;
    if (api === 'PutItem' && puts === 3) throw new Error('slow down');
    return send();
  });
  const world = { ...test.world, ledger: { ...test.world.ledger, client } };
  await expect(reconcile(world, makeEvent([ssh]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  test.account.rules = [];
  await test.world.wait(12 * MINUTE);

  await reconcile(test.world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^Already gone/)]);
});
