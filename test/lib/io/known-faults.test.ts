// What is known to be wrong and not mended yet, each marked to fail: above all an entry that its tags make too large, the notice of a
// fight that dies with its sender, and what is called revoked though EC2 refused it.
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { resetBreaker } from '../../../lib/io/breaker.ts';
import { load } from '../../../lib/io/ledger.ts';
import { reconcile } from '../../../lib/io/reconcile.ts';
import { addRule, fail, inForce } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import { seeing } from '../../faults/fault.ts';
import { groupId, makeRegion, open, pass, ruleId, sweepOnce } from './sweeping.ts';
import {
  ACCOUNT,
  found,
  fullTags,
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  REGION,
  subjects,
  type TestWorld,
  tcp,
  WINDOW,
} from './world.ts';

const ssh = tcp('sgr-0ssh', 22);
const rdp = tcp('sgr-0rdp', 3389);
const wide = { ...tcp('sgr-0wide', 3300), ToPort: 3310 };
const MINUTE = 60_000;

const full = Array.from({ length: 30 }, (_, i) => ({
  ...tcp(`sgr-${i}`, 4001 + i),
  ToPort: 5000,
  Tags: fullTags(),
}));

it.fails('an entry about trimmed rules full of tags fits into an item', async () => {
  const test = makeWorld(full);
  const sizes: number[] = [];
  const client = seeing(test.world.ledger.client, async (_, command, send) => {
    const { Item } = command.input as { Item?: { body?: { B: Uint8Array } } };
    if (Item?.body) sizes.push(Item.body.B.length);
    return send();
  });
  const world = { ...test.world, ledger: { ...test.world.ledger, client } };

  await reconcile({ ...world, policies: [policyOf('upper', [4999], 'trim')] }, makeEvent(full));

  expect(Math.max(...sizes)).toBeLessThan(400_000);
});

it.fails('what an earlier try added is told and fits into an item, though it is full of tags', async () => {
  const test = makeWorld(full);
  const world = { ...test.world, policies: [policyOf('upper', [4999], 'trim')] };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent(full))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await test.world.wait(12 * MINUTE);

  await reconcile({ ...world, policies: [] }, makeEvent(full)).catch(() => undefined);

  expect(subjects(test)).toHaveLength(1);
  expect(test.account.items.get('event-1')?.body?.B?.length).toBeLessThan(400_000);
});

/** The same rule, made anew. */
function again(test: TestWorld, i: number) {
  const rule = tcp(`sgr-${i}`, 22);
  addRule(test.account, { GroupId: GROUP, ...rule });
  return makeEvent([rule], { eventID: `event-${i}` });
}

it.fails('a fight that a throttled try has claimed is told, and the next revocation is not silent without it', async () => {
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
  expect(mails(test).filter((mail) => mail.includes('FIGHT:'))).toHaveLength(1);
});

it.fails('nor is it lost with a try that died before its note', async () => {
  const test = makeWorld([]);
  await reconcile(test.world, again(test, 1));
  await reconcile(test.world, again(test, 2));
  const third = again(test, 3);
  // The intent and the claim to tell of the fight are written, the note is not.
  await dieAt(test.world, third, 'PutItem', 2, 'crash before');
  test.account.rules = [];
  await test.world.wait(12 * MINUTE);
  await reconcile(test.world, third);

  await reconcile(test.world, again(test, 4));

  expect(left(test)).toEqual([]);
  expect(mails(test).filter((mail) => mail.includes('FIGHT:'))).toHaveLength(1);
});

it.fails('nor with a retry that the breaker holds', async () => {
  const test = makeWorld([rdp]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 3 } };
  await reconcile(world, again(test, 1));
  await reconcile(world, again(test, 2));
  const third = again(test, 3);
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, third)).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await reconcile(world, makeEvent([rdp], { eventID: 'event-rdp' }));
  await test.world.wait(12 * MINUTE);
  await reconcile(world, third);
  test.account.rules = test.account.rules.filter(({ rule }) => rule.SecurityGroupRuleId !== 'sgr-3');
  await test.world.wait(14 * MINUTE);

  await reconcile(world, again(test, 4));

  expect(left(test)).toEqual(['sgr-0rdp']);
  expect(mails(test).filter((mail) => mail.includes('FIGHT:'))).toHaveLength(1);
});

it.fails('a rule whose revoke EC2 refused, and that somebody removed then, is not called revoked', async () => {
  const test = makeWorld([ssh]);
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(test.world, makeEvent([ssh]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  test.account.rules = [];
  await test.world.wait(12 * MINUTE);

  await reconcile(test.world, makeEvent([ssh]));

  expect(subjects(test)).toEqual([expect.stringMatching(/^Already gone/)]);
});

it.fails('nor is one that the first try itself found gone', async () => {
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

it.fails('no stretch of time has more revocations than the limit, though a sweep takes long to add what stays', async () => {
  const region = makeRegion(1);
  const ports = Array.from({ length: 9 }, (_, i) => 3301 + 2 * i);
  const match = { protocol: ['tcp'], ports, source: 'any' };
  const policies = [policyOf('odd', ports, 'trim', { match }), policyOf('ssh', [22], 'revoke')];
  // A full group: what stays has no room before something goes, and is asked for one by one.
  region.account.rules = [];
  for (let i = 0; i < 50; i += 1) {
    const rule = { ...tcp(`sgr-w${i}`, 3300, { CidrIpv4: `10.0.${i}.0/24` }), ToPort: 3320 };
    addRule(region.account, { GroupId: groupId(0), ...rule });
  }
  for (let i = 0; i < 10; i += 1)
    addRule(region.account, { GroupId: groupId(0), ...tcp(`sgr-f${i}`, 8000 + i) });
  const other = open(region, 1, [22]);
  const went: { at: number; rules: number }[] = [];
  const ec2 = seeing(region.world.ec2, async (api, { input }, send) => {
    const answer = await send();
    const rules = input.SecurityGroupRuleIds?.length ?? 0;
    if (api.startsWith('Revoke')) went.push({ at: region.world.now().getTime(), rules });
    return answer;
  });
  const config = { ...region.world.config, breakerLimit: 50 };
  const world = { ...region.world, ec2, policies, config };
  await region.world.wait(Date.parse('2026-06-01T12:04:50Z') - region.world.now().getTime());
  const begin = region.world.now().getTime();
  // Lambda ends it after 900 seconds.
  const late = seeing(ec2, async (_api, _command, send) => {
    if (region.world.now().getTime() > begin + 900_000) throw new Error('the time is over');
    return send();
  });
  await sweepOnce({ ...region, world: { ...world, ec2: late } }, { mode: 'enforce' }).catch(() => undefined);
  const end = Date.parse('2026-06-01T12:25:01Z');
  const now = () => new Date(end);
  const items = [
    {
      groupId: other,
      securityGroupRuleId: ruleId(1, 22),
      isEgress: false,
      ipProtocol: 'tcp',
      fromPort: 22,
      toPort: 22,
      cidrIpv4: '0.0.0.0/0',
    },
  ];
  const event = makeEvent([], {
    requestParameters: { groupId: other, ipPermissions: {} },
    responseElements: { _return: true, securityGroupRuleSet: { items } },
  });
  const before = inForce(region.account, other).length;
  await reconcile({ ...world, now }, event);

  const [swept = { at: 0, rules: 0 }] = went;
  const isWithin = end - swept.at < 15 * MINUTE;
  expect(isWithin && inForce(region.account, other).length < before).toBe(false);
});

it.fails('who opens the breaker again after a reset tells of it', async () => {
  const test = makeWorld([ssh, rdp]);
  const config = { ...test.world.config, breakerLimit: 0, breakerMinutes: 60 };
  const world = { ...test.world, config };
  // It opens the breaker and dies before it notes so; another change tells.
  await dieAt(world, makeEvent([ssh]), 'PutItem', 2, 'crash before');
  await reconcile(world, makeEvent([rdp], { eventID: 'event-2' }));
  await resetBreaker(world.ledger, { account: ACCOUNT, region: REGION, minutes: 60 }, world.now());
  await test.world.wait(12 * MINUTE);

  await reconcile(world, makeEvent([ssh]));

  expect(left(test)).toContain('sgr-0ssh');
  expect(subjects(test)).toEqual([
    expect.stringMatching(/^BREAKER OPEN.*RDP/),
    expect.stringMatching(/^BREAKER OPEN.*SSH/),
  ]);
});

it.fails('a sweep that goes on with a group leaves the events their half', async () => {
  const region = makeRegion(0);
  open(region, 0, [22, 3389]);
  open(region, 1, [22, 3389]);
  const world = { ...region.world, config: { ...region.world.config, breakerLimit: 4 } };
  // The invocation dies when it has noted which group it is about to act on.
  let puts = 0;
  const client = seeing(world.ledger.client, async (api, _, send) => {
    if (api === 'PutItem') puts += 1;
    if (puts > 2) throw new Error('dead');
    return send();
  });
  const dying = { ...world, ledger: { ...world.ledger, client } };
  await sweepOnce({ ...region, world: dying }, { mode: 'enforce' }).catch(() => undefined);
  expect(inForce(region.account, groupId(0))).toHaveLength(3);
  await pass(region, 30);
  await sweepOnce({ ...region, world }, { mode: 'enforce', isContinuation: true });
  const other = open(region, 2, [22]);
  const items = [
    {
      groupId: other,
      securityGroupRuleId: ruleId(2, 22),
      isEgress: false,
      ipProtocol: 'tcp',
      fromPort: 22,
      toPort: 22,
      cidrIpv4: '0.0.0.0/0',
    },
  ];
  await reconcile(
    world,
    makeEvent([], {
      requestParameters: { groupId: other, ipPermissions: {} },
      responseElements: { _return: true, securityGroupRuleSet: { items } },
    }),
  );

  expect(inForce(region.account, other).map((rule) => rule.FromPort)).toEqual([443]);
});

it.fails('what somebody else adds is not called added by the bot, which EC2 had let add nothing', async () => {
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

it.fails('no stretch of time has more revocations than the limit, though its minutes are changed', async () => {
  const test = makeWorld([ssh, rdp]);
  const config = { ...test.world.config, breakerLimit: 1 };
  await reconcile({ ...test.world, config }, makeEvent([ssh]));
  await test.world.wait(5 * MINUTE);

  const changed = { ...config, breakerMinutes: 16 };
  await reconcile({ ...test.world, config: changed }, makeEvent([rdp], { eventID: 'event-2' }));

  expect(left(test)).toHaveLength(1);
});

it.fails('a breaker that was reset is not called open', async () => {
  const test = makeWorld([ssh]);
  const world = { ...test.world, config: { ...test.world.config, breakerLimit: 0 } };
  await dieAt(world, makeEvent([ssh]), 'PutItem', 4, 'crash before');
  await resetBreaker(world.ledger, WINDOW, world.now());
  await test.world.wait(12 * MINUTE);

  await reconcile(world, makeEvent([ssh]));

  expect(mails(test)[0]).not.toContain('THE BREAKER IS OPEN');
});

it.fails('an item that was written before items were packed by brotli can be read', async () => {
  const test = makeWorld([ssh]);
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(test.world, makeEvent([ssh]))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  const { version: _, ...entry } = (await load(test.world.ledger, 'event-1')) ?? {};
  const item = test.account.items.get('event-1') ?? {};
  test.account.items.set('event-1', {
    ...item,
    body: { B: gzipSync(JSON.stringify(entry)).toString('base64') as never },
  });

  await reconcile(test.world, makeEvent([ssh]));

  expect(left(test)).toEqual([]);
});
