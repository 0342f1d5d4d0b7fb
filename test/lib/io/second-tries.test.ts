// What the breaker, new policies and full items must not do to a change whose first try ended in the middle.
import { describe, expect, it } from 'vitest';
import { openBreaker } from '../../../lib/io/ledger/breaker.ts';
import { BusyError, load } from '../../../lib/io/ledger/entries.ts';
import { reconcile } from '../../../lib/io/reconcile.ts';
import type { World } from '../../../lib/io/world.ts';
import { addGroup, addRule, fail } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import {
  fullTags,
  GROUP,
  left,
  makeEvent,
  makeWorld,
  policyOf,
  ssh,
  subjects,
  type TestWorld,
  tcp,
  WINDOW,
  wide,
} from './world.ts';

function openFor({ world }: TestWorld) {
  return openBreaker(world.ledger, WINDOW, 'somebody-else', world.now());
}

it('a rule that an earlier try revoked stays on record and is told, though the breaker is open by the next try', async () => {
  const test = makeWorld([ssh, wide]);
  const world = {
    ...test.world,
    policies: [policyOf('ssh', [22], 'revoke'), policyOf('mysql', [3306], 'trim')],
  };
  const event = makeEvent([ssh, wide]);
  await dieAt(world, event, 'Revoke');
  expect(left(test)).not.toContain('sgr-0ssh');
  await test.world.wait(720_000);
  await openFor(test);

  await reconcile(world, event);

  const findings = (await load(world.ledger, 'event-1'))?.record.findings;
  expect(findings?.map(({ ruleId, outcome, because }) => [ruleId, outcome ?? because])).toEqual([
    ['sgr-0ssh', 'revoked'],
    ['sgr-0wide', 'breaker'],
  ]);
  expect(test.account.messages).toHaveLength(1);
  const mail = test.account.messages[0]?.versions?.email;
  expect(mail).toContain('What was revoked was open for 90 seconds.');
  expect(mail).toContain('The revoked rules let no new connections through.');
});

it('a rule that the breaker held is not called revoked because its try died before that was noted', async () => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0 } };
  // The intent and the opening are written, what the breaker said is not.
  await dieAt(world, makeEvent([ssh]), 'PutItem', 2, 'crash before');
  test.account.rules = [];
  await test.world.wait(720_000);

  await reconcile(world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^Already gone/)]);
});

it('what the breaker held is told and stays, though the breaker has closed by the next try', async () => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0 } };
  await dieAt(world, makeEvent([ssh]), 'PutItem', 4, 'crash before');
  const noted = (await load(world.ledger, 'event-1'))?.record.findings;
  expect(noted?.map(({ action }) => action)).toEqual(['held']);
  await test.world.wait(3_600_000);

  await reconcile({ ...world, config: { ...world.config, breakerLimit: 1 } }, makeEvent([ssh]));

  expect(left(test)).toEqual(['sgr-0ssh']);
  expect(subjects(test)).toEqual([
    expect.stringContaining('BREAKER WAS OPEN in 111122223333, eu-west-1. LEFT OPEN'),
  ]);
});

it('a retry takes nothing away while the breaker is open, whatever its first try was let', async () => {
  const rules = [ssh, ...Array.from({ length: 5 }, (_, i) => tcp(`sgr-${i}`, 8000 + i))];
  const test = makeWorld(rules);
  const world = {
    ...test.world,
    policies: [policyOf('ssh', [22], 'revoke')],
    config: { ...test.world.config, breakerLimit: 1 },
  };
  const event = makeEvent(rules);
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, event)).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await test.world.wait(3_600_000);
  await openFor(test);

  const bad = policyOf('bad', [8000, 8001, 8002, 8003, 8004], 'revoke');
  await reconcile({ ...world, policies: [...world.policies, bad] }, event).catch(() => undefined);

  expect(left(test)).toHaveLength(6);
});

it('no stretch of time has more revocations than the limit, though one of them is a retry', async () => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 1 } };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent([ssh]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await test.world.wait(3_600_000);
  const rdp = tcp('sgr-0rdp', 3389);
  addRule(test.account, { GroupId: GROUP, ...rdp });

  await reconcile(world, makeEvent([rdp], { eventID: 'event-2' }));
  await reconcile(world, makeEvent([ssh])).catch(() => undefined);

  expect(left(test)).toHaveLength(1);
});

it('a rule that no policy forbids any more and that somebody removed is not called revoked by the third try', async () => {
  const test = makeWorld([ssh, wide]);
  const strict = [policyOf('both', [22, 3306], 'revoke')];
  const relaxed = [policyOf('both', [22], 'revoke')];
  const world = { ...test.world, policies: strict };
  const event = makeEvent([ssh, wide]);
  await dieAt(world, event, 'Revoke', 0, 'crash before');
  // One of the two is gone.
  test.account.rules = test.account.rules.filter(({ rule }) => rule.SecurityGroupRuleId !== 'sgr-0ssh');
  await test.world.wait(720_000);
  await dieAt({ ...world, policies: relaxed }, event, 'PutItem', 1, 'crash after');
  test.account.rules = [];
  await test.world.wait(720_000);

  await reconcile({ ...world, policies: relaxed }, event);

  const findings = (await load(world.ledger, 'event-1'))?.record.findings;
  expect(findings?.map(({ ruleId }) => ruleId)).toEqual(['sgr-0ssh']);
});

it('a policy is named once, however many tries there were', async () => {
  const test = makeWorld([ssh, wide]);
  const world = { ...test.world, policies: [policyOf('both', [22, 3306], 'revoke')] };
  const event = makeEvent([ssh, wide]);
  await dieAt(world, event, 'Revoke', 0, 'crash before');
  test.account.rules = test.account.rules.filter(({ rule }) => rule.SecurityGroupRuleId !== 'sgr-0ssh');
  await test.world.wait(720_000);
  await dieAt(world, event, 'PutItem', 1);
  await test.world.wait(720_000);

  await reconcile(world, event);

  const findings = (await load(world.ledger, 'event-1'))?.record.findings;
  expect(findings?.map(({ policies }) => policies.length)).toEqual([1, 1]);
});

describe('a record says how many tags the ledger had no room for', () => {
  const full = (from: number, to: number) =>
    Array.from({ length: 30 }, (_, i) => ({
      ...tcp(`sgr-${from + i}`, from + i),
      ToPort: to,
      Tags: fullTags(),
    }));
  const rules = [...full(3306, 4000), ...full(4001, 5000)];
  const policies = [policyOf('lower', [4000], 'revoke'), policyOf('upper', [4999], 'trim')];

  async function omitted({ ledger }: World) {
    const { findings = [] } = (await load(ledger, 'event-1'))?.record ?? {};
    return findings.filter(({ omittedTags, undo }) => omittedTags === 50 && !undo).length;
  }

  it('though another try ended it', async () => {
    const test = makeWorld(rules);
    const world = { ...test.world, policies };
    await dieAt(world, makeEvent(rules), 'Revoke', 1);
    await test.world.wait(720_000);

    await reconcile(world, makeEvent(rules));

    expect(left(test).filter((id) => rules.some((rule) => rule.SecurityGroupRuleId === id))).toEqual([]);
    expect(await omitted(world)).toBe(60);
  });

  it('though the second try had no room either', async () => {
    const test = makeWorld(rules);
    const world = { ...test.world, policies };
    await dieAt(world, makeEvent(rules), 'Revoke', 0);
    await test.world.wait(720_000);
    await dieAt(world, makeEvent(rules), 'Revoke', 0);
    await test.world.wait(720_000);

    await reconcile(world, makeEvent(rules));

    expect(await omitted(world)).toBe(60);
  });
});

it('a delivery that comes while another is at it does nothing', async () => {
  const test = makeWorld([ssh]);
  await dieAt(test.world, makeEvent([ssh]), 'Revoke', 0, 'crash before');

  await expect(reconcile(test.world, makeEvent([ssh]))).rejects.toThrow(BusyError);

  expect(left(test)).toEqual(['sgr-0ssh']);
});

it('an entry keeps of earlier tries only what has gone since', async () => {
  const test = makeWorld([ssh, wide]);
  const event = makeEvent([ssh, wide]);
  for (let i = 0; i < 3; i += 1) {
    await dieAt(test.world, event, 'Revoke', 0, 'crash before');
    await test.world.wait(720_000);
  }

  expect((await load(test.world.ledger, 'event-1'))?.earlier).toEqual([]);
});

it('a revoke that is tried once more right away counts once', async () => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 1 } };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  for (let i = 0; i < 4; i += 1)
    await expect(reconcile(world, makeEvent([ssh]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);

  await reconcile(world, makeEvent([ssh]));

  expect(left(test)).toEqual([]);
});

it('a rule whose revoke is tried again and again is not called one that comes back', async () => {
  const test = makeWorld([ssh]);
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  for (let i = 0; i < 4; i += 1) {
    await expect(reconcile(test.world, makeEvent([ssh]))).rejects.toThrow('not revoked');
    await test.world.wait(720_000);
  }
  test.account.faults.splice(0);

  await reconcile(test.world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^Revoked/)]);
});

it('nor is one whose tries died before they noted that they had counted it', async () => {
  const test = makeWorld([ssh]);
  for (let i = 0; i < 3; i += 1) {
    await dieAt(test.world, makeEvent([ssh]), 'UpdateItem', 1);
    await test.world.wait(720_000);
  }

  await reconcile(test.world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^Revoked/)]);
});

describe('a fight is told in the one message, and once', () => {
  /** The same rule for the third time. */
  async function comeBack(test: TestWorld) {
    for (const i of [1, 2, 3]) {
      const rule = tcp(`sgr-${i}`, 22);
      addRule(test.account, { GroupId: GROUP, ...rule });
      if (i < 3) await reconcile(test.world, makeEvent([rule], { eventID: `event-${i}` }));
    }
    return makeEvent([tcp('sgr-3', 22)], { eventID: 'event-3' });
  }

  const saidOf = ({ account }: TestWorld) =>
    account.messages.map(({ versions }) => versions?.email?.match(/FIGHT:/g)?.length ?? 0);

  it('by the try after the one that died when it had revoked', async () => {
    const test = makeWorld([]);
    const event = await comeBack(test);
    await dieAt(test.world, event, 'Revoke');
    await test.world.wait(720_000);

    await reconcile(test.world, event);

    expect(saidOf(test)).toEqual([0, 0, 1]);
  });

  it('by the try after the one that AWS refused', async () => {
    const test = makeWorld([]);
    const event = await comeBack(test);
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await expect(reconcile(test.world, event)).rejects.toThrow('not revoked');
    test.account.faults.splice(0);

    await reconcile(test.world, event);

    expect(saidOf(test)).toEqual([0, 0, 1]);
  });
});

it('a rule that a try found still there, and that somebody removed before that try set about it, is not called revoked', async () => {
  const test = makeWorld([ssh]);
  await dieAt(test.world, makeEvent([ssh]), 'Revoke', 0, 'crash before');
  await test.world.wait(720_000);
  await dieAt(test.world, makeEvent([ssh]), 'PutItem', 0);
  test.account.rules = [];
  await test.world.wait(720_000);

  await reconcile(test.world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^Already gone/)]);
});

describe('a rule that the first of three tries revoked stays on record', () => {
  /** The second try dies when it has noted what it found and is about to do. */
  async function thirdTry(rule: typeof ssh, { world, ...test }: TestWorld, policies: World['policies']) {
    const first = { ...world, policies };
    await dieAt(first, makeEvent([rule]), 'Revoke');
    expect(left({ world, ...test })).toEqual([]);
    return async () => {
      await world.wait(720_000);
      await dieAt(first, makeEvent([rule]), 'PutItem', 1);
      await world.wait(720_000);
      await reconcile(first, makeEvent([rule]));
      return (await load(world.ledger, 'event-1'))?.record.findings.map(({ ruleId, outcome }) => [
        ruleId,
        outcome,
      ]);
    };
  }

  it('though its group is excused by the second', async () => {
    const test = makeWorld([ssh]);
    const said = { reason: 'needed', owner: 'web', expires: '2027-01-01' };
    const exceptions = [{ ...said, groups: { tags: { open: 'yes' } } }];
    const excused = policyOf('ssh', [22], 'revoke', { exceptions });
    const goOn = await thirdTry(ssh, test, [excused]);
    addGroup(test.account, { GroupId: GROUP, GroupName: 'web-prod', Tags: [{ Key: 'open', Value: 'yes' }] });

    expect(await goOn()).toEqual([['sgr-0ssh', 'revoked']]);
  });

  it('though nobody reads its prefix list any more', async () => {
    const PrefixListId = 'pl-0abc';
    const rule = tcp('sgr-0ssh', 22, { PrefixListId });
    const test = makeWorld([rule]);
    test.account.prefixLists.set(PrefixListId, ['0.0.0.0/0']);

    expect(await (await thirdTry(rule, test, [policyOf('ssh', [22], 'revoke')]))()).toEqual([
      ['sgr-0ssh', 'revoked'],
    ]);
  });
});
