// Calls so large that CloudTrail shows neither the group nor the rules: a sweep looks for what they opened.
import { ModifySecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../../../lib/io/ledger/breaker.ts';
import { tick } from '../../../lib/io/tick.ts';
import { SWEEP } from '../../../lib/plan/breaker-sweep.ts';
import { addRule, fail, inForce } from '../../../lib/sandbox/index.ts';
import { seeing, wrap } from '../../faults/fault.ts';
import { startTables, type Tables } from '../../faults/table.ts';
import { groupId, LIFETIME, makeRegion, open, pass, type Region, ruleId, sweepOnce } from './sweeping.ts';
import {
  ACCOUNT,
  calls,
  mails,
  makeEvent,
  OWN_ROLE,
  policyOf,
  REGION,
  reconcile,
  subjects,
  tcp,
} from './world.ts';

const SIX_HOURS = 360;
const OMITTED = { reason: 'too large', omitted: true, originalSize: 120_000 };

/** A region where SSH was open in group 3 when the first sweep came, with policies of one's own. */
async function swept(count = 60, policies = [policyOf('no-admin', [22, 3389], 'revoke')]): Promise<Region> {
  const made = makeRegion(count, (index) => index === 3);
  const region = { ...made, world: { ...made.world, policies } };
  await sweepOnce(region);
  await pass(region, SIX_HOURS);
  return region;
}

/** Opens a port by a call that CloudTrail shows without what it is about; answers the event. */
function openUnseen({ account, world }: Region, index: number, port = 22, more: object = {}): object {
  addRule(account, { GroupId: groupId(index), ...tcp(ruleId(index, port), port) });
  const eventTime = world
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  const event = { eventID: `event-${index}-${port}`, eventTime };
  return makeEvent([], { requestParameters: OMITTED, responseElements: OMITTED, ...event, ...more });
}

/** The event arrives a minute and a half after the call. */
async function arrive(region: Region, event: object): Promise<void> {
  await pass(region, 1.5);
  await reconcile(region.world, event);
}

/** The minute's invocation. */
const goOn = (region: Region) => sweepOnce(region, { isContinuation: true });
const isOpen = ({ account }: Region, index: number, port = 22) =>
  inForce(account, groupId(index)).some((rule) => rule.SecurityGroupRuleId === ruleId(index, port));
const sweeps = ({ metrics }: Region) => metrics.filter(([name]) => name === 'sweeps').length;

describe('a rule that nobody can say where it is', () => {
  it('is closed within minutes by a sweep, and what the sweep before the call saw is left alone', async () => {
    const region = await swept();
    const event = openUnseen(region, 41);
    const before = calls(region).length;

    await arrive(region, event);
    expect(calls(region).slice(before)).toEqual(['UpdateItem']);
    await pass(region, 1);
    const { state } = await goOn(region);

    expect(state).toBe('finished');
    expect([isOpen(region, 41), isOpen(region, 3)]).toEqual([false, true]);
    expect(subjects(region).at(-1)).toContain('Sweep: 1 new violation, 1 revoked');
    expect(mails(region).at(-1)).toContain('CloudTrail left out what a call of 2026-06-01 18:');
    expect((await goOn(region)).state).toBe('idle');
  });

  it('is closed though it looks as the sweep before the call saw it, where it was narrowed in between', async () => {
    const region = await swept();
    const id = ruleId(3, 22);
    const set = (CidrIpv4: string) => {
      const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4 };
      const SecurityGroupRules = [{ SecurityGroupRuleId: id, SecurityGroupRule }];
      const input = { GroupId: groupId(3), SecurityGroupRules };
      return region.world.ec2.send(new ModifySecurityGroupRulesCommand(input));
    };
    const call = { eventName: 'ModifySecurityGroupRules', eventTime: region.world.now().toISOString() };
    const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '10.0.0.0/8' };
    const changed = {
      GroupId: groupId(3),
      SecurityGroupRule: { SecurityGroupRuleId: id, SecurityGroupRule },
    };
    await set('10.0.0.0/8');
    await arrive(
      region,
      makeEvent([], { ...call, requestParameters: { ModifySecurityGroupRulesRequest: changed } }),
    );
    await set('0.0.0.0/0');

    await arrive(region, openUnseen(region, 41, 443));
    await pass(region, 1);
    await goOn(region);

    expect(isOpen(region, 3)).toBe(false);
  });

  it('is closed beside others of its group that are older', async () => {
    const region = await swept();

    await arrive(region, openUnseen(region, 3, 3389));
    await goOn(region);

    expect([isOpen(region, 3, 3389), isOpen(region, 3)]).toEqual([false, true]);
    expect(subjects(region).at(-1)).toContain('Sweep: 1 new violation');
  });

  it('is closed by the sweep of the schedule where that comes first', async () => {
    const region = await swept();

    await arrive(region, openUnseen(region, 41));
    await sweepOnce(region);

    expect([isOpen(region, 41), isOpen(region, 3), sweeps(region)]).toEqual([false, true, 2]);
    expect((await goOn(region)).state).toBe('idle');
  });

  it('is closed though EC2 shows it only some time after the call', async () => {
    const region = await swept();
    const event = openUnseen(region, 41);
    const opened = region.world.now().getTime();
    const lagging = seeing(region.world.ec2, async (api, _, send) => {
      const answer = (await send()) as { SecurityGroupRules?: { SecurityGroupRuleId?: string }[] };
      if (api !== 'DescribeSecurityGroupRules' || region.world.now().getTime() > opened + 59_000)
        return answer;
      const rules = answer.SecurityGroupRules?.filter((rule) => rule.SecurityGroupRuleId !== ruleId(41, 22));
      return { ...answer, SecurityGroupRules: rules };
    });

    await reconcile(region.world, event);
    await goOn({ ...region, world: { ...region.world, ec2: lagging } });

    expect(isOpen(region, 41)).toBe(false);
  });

  it('is closed though a sweep that began before the event came has seen it', async () => {
    const region = await swept();
    const first = openUnseen(region, 41);
    await sweepOnce(region);
    await pass(region, 1);
    const second = openUnseen(region, 42);

    await arrive(region, first);
    await arrive(region, second);
    await goOn(region);

    expect([isOpen(region, 41), isOpen(region, 42), isOpen(region, 3)]).toEqual([false, false, true]);
  });

  it('waits for the end of a sweep that is under way', async () => {
    const region = await swept(200);
    await sweepOnce(region, { lifetime: 241_500 });
    await arrive(region, openUnseen(region, 41));

    await goOn(region);
    expect(isOpen(region, 41)).toBe(true);
    await goOn(region);

    expect([isOpen(region, 41), isOpen(region, 3), sweeps(region)]).toEqual([false, true, 3]);
  });

  it('is not called missed by its event', async () => {
    const region = await swept();

    await arrive(region, openUnseen(region, 41));
    const { digest } = await goOn(region);

    expect(digest?.record.missed).toBeUndefined();
    expect(mails(region).at(-1)).not.toContain('MISSED');
  });
});

describe('a rule is only reported', () => {
  it('before the first sweep', async () => {
    const region = makeRegion(60, (index) => index === 3);

    await arrive(region, openUnseen(region, 41));
    await goOn(region);

    expect([isOpen(region, 41), isOpen(region, 3)]).toEqual([true, true]);
    expect(mails(region).at(-1)).toContain('It revokes nothing');
  });

  it('under other policies than those of the sweep before', async () => {
    const region = await swept();
    const policies = [policyOf('no-admin', [22, 3389], 'revoke', { severity: 'low' })];
    const other = { ...region, world: { ...region.world, policies } };

    await arrive(other, openUnseen(other, 41));
    await goOn(other);

    expect([isOpen(region, 41), isOpen(region, 3)]).toEqual([true, true]);
  });

  it('in a dry run', async () => {
    const region = await swept();
    const config = { ...region.world.config, mode: 'dry-run' as const };
    const dry = { ...region, world: { ...region.world, config } };

    await arrive(dry, openUnseen(dry, 41));
    await goOn(dry);

    expect(isOpen(region, 41)).toBe(true);
    expect(mails(region).at(-1)).toContain('It revokes nothing');
  });

  it('where an exception may cover whoever made it', async () => {
    const forBreakGlass = { principals: ['arn:aws:iam::*:role/break-glass'] };
    const exceptions = [{ ...forBreakGlass, reason: 'r', owner: 'o', expires: '2027-01-01' }];
    const region = await swept(60, [policyOf('no-ssh', [22], 'revoke', { exceptions })]);

    await arrive(region, openUnseen(region, 41));
    await goOn(region);

    expect(isOpen(region, 41)).toBe(true);
    expect(subjects(region).at(-1)).toContain('1 new violation');
  });

  it('where an entry has dealt with it since that sweep', async () => {
    const region = await swept();
    const rule = { GroupId: groupId(41), ...tcp(ruleId(41, 22), 22) };
    addRule(region.account, rule);
    const config = { ...region.world.config, mode: 'dry-run' as const };
    await reconcile(
      { ...region.world, config },
      makeEvent([rule], { eventTime: region.world.now().toISOString() }),
    );

    await arrive(region, openUnseen(region, 42));
    await goOn(region);

    expect([isOpen(region, 41), isOpen(region, 42)]).toEqual([true, false]);
  });
});

describe('many such events', () => {
  it('cause one sweep that runs and one that is pending, however many they are', async () => {
    const region = await swept(200);
    await arrive(region, openUnseen(region, 41));
    await sweepOnce(region, { lifetime: 301_500 });
    const before = sweeps(region);

    for (let i = 0; i < 1000; i += 1) {
      await region.world.wait(50);
      await reconcile(region.world, { ...openUnseen(region, i % 200, 1000 + i) });
    }
    for (let minute = 0; minute < 30; minute += 1) {
      await pass(region, 1);
      await goOn(region);
    }

    expect(sweeps(region) - before).toBe(2);
    expect(isOpen(region, 41)).toBe(false);
  });

  it('cause none when they are delivered again', async () => {
    const region = await swept();
    const event = openUnseen(region, 41);
    await arrive(region, event);
    await goOn(region);
    await pass(region, 1);

    for (let i = 0; i < 10; i += 1) await reconcile(region.world, event);

    expect((await goOn(region)).state).toBe('idle');
  });

  it('cause none for a time that is still to come', async () => {
    const region = await swept();
    await arrive(region, openUnseen(region, 41, 22, { eventTime: '2099-01-01T00:00:00Z' }));
    await pass(region, 1);
    await goOn(region);

    expect(isOpen(region, 41)).toBe(false);
    expect((await goOn(region)).state).toBe('idle');
  });
});

it('the rules that the bot adds itself want no sweep', async () => {
  const region = await swept();
  const userIdentity = { sessionContext: { sessionIssuer: { arn: OWN_ROLE } } };

  await arrive(region, openUnseen(region, 41, 443, { userIdentity }));

  expect((await goOn(region)).state).toBe('idle');
});

it('an event of another account wants no sweep', async () => {
  const region = await swept();

  await expect(
    arrive(region, openUnseen(region, 41, 22, { recipientAccountId: '999999999999' })),
  ).rejects.toThrow('account 999999999999');

  expect((await goOn(region)).state).toBe('idle');
});

describe('a sweep that would close more than the breaker allows', () => {
  it('closes nothing until it is released, and then what it was for', async () => {
    const region = await swept();
    for (let index = 10; index < 21; index += 1) await arrive(region, openUnseen(region, index));
    const openNow = () => Array.from({ length: 60 }, (_, i) => i).filter((index) => isOpen(region, index));

    await goOn(region);
    expect(openNow()).toHaveLength(12);
    expect(subjects(region).at(-1)).toContain('ACTION: sweep on hold, 11 rules in 11 groups still open');
    await pass(region, 1);
    expect((await goOn(region)).state).toBe('idle');
    await pass(region, SIX_HOURS);
    await sweepOnce(region);
    expect(openNow()).toHaveLength(12);

    // It registers the policies: a release is of those that are in force.
    await tick(region.world);
    await release(region.world.ledger, { accountId: ACCOUNT, region: REGION }, [SWEEP], region.world.now());
    await pass(region, SIX_HOURS);
    await sweepOnce(region);

    expect(openNow()).toEqual([3]);
    await pass(region, SIX_HOURS);
    await sweepOnce(region);
    expect(openNow()).toEqual([3]);
  });
});

it('what EC2 fails to close is closed by the next sweep of the schedule', async () => {
  const region = await swept();
  await arrive(region, openUnseen(region, 41));
  fail(region.account, 'RevokeSecurityGroupIngress', 'InternalError', 20);
  await goOn(region);
  expect(isOpen(region, 41)).toBe(true);
  region.account.faults.splice(0);
  await pass(region, SIX_HOURS);

  await sweepOnce(region);

  expect([isOpen(region, 41), isOpen(region, 3)]).toEqual([false, true]);
});

it('a rule whose policy gives a grace is closed when that ends', async () => {
  const region = await swept(60, [policyOf('no-admin', [22, 3389], 'revoke', { grace: '10m' })]);
  await arrive(region, openUnseen(region, 41));
  await goOn(region);
  const before = isOpen(region, 41);
  await pass(region, 11);

  await tick(region.world);

  expect([before, isOpen(region, 41), isOpen(region, 3)]).toEqual([true, false, true]);
});

it('an enforcing sweep begins at once, too, and closes everything', async () => {
  const region = await swept();

  await arrive(region, openUnseen(region, 41));
  await sweepOnce(region, { mode: 'enforce', isContinuation: true });

  expect([isOpen(region, 41), isOpen(region, 3)]).toEqual([false, false]);
});

describe('a sweep for such an event that dies at any of its calls', () => {
  it('is resumed, and closes what it was for and nothing else', async () => {
    const clean = await swept(5);
    await arrive(clean, openUnseen(clean, 4));
    const tape = { calls: [] as string[] };
    await goOn({ ...clean, world: wrap(clean.world, tape) });
    expect(isOpen(clean, 4)).toBe(false);

    for (const [point, api] of tape.calls.entries()) {
      const region = await swept(5);
      await arrive(region, openUnseen(region, 4));
      const injection = { point, fault: 'crash after' as const, pass: () => {}, beside: async () => {} };
      await goOn({ ...region, world: wrap(region.world, { calls: [] }, injection) }).catch(() => undefined);
      for (let minute = 0; minute < 3; minute += 1) {
        await pass(region, LIFETIME / 60_000 + 4);
        await goOn(region);
      }

      const open = [isOpen(region, 4), isOpen(region, 3)];
      const { counts } = JSON.parse(region.account.messages.at(-1)?.versions?.default ?? '');
      expect({ point, api, open, counts }).toMatchObject({ open: [false, true], counts: { violations: 2 } });
    }
  });
});

describe('on dynalite, which checks conditions and types as DynamoDB does', () => {
  let tables: Tables;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.close());

  it('such a rule is closed, too', async () => {
    const made = makeRegion(60, (index) => index === 3);
    const policies = [policyOf('no-admin', [22, 3389], 'revoke')];
    const region = { ...made, world: { ...made.world, policies, ledger: await tables.make() } };
    await sweepOnce(region);
    await pass(region, SIX_HOURS);

    await arrive(region, openUnseen(region, 41));
    await goOn(region);

    expect([isOpen(region, 41), isOpen(region, 3)]).toEqual([false, true]);
    expect((await goOn(region)).state).toBe('idle');
  });
});

it('a group that is made after the sweep before is looked at, too', async () => {
  const region = await swept();
  open(region, 500, []);

  await arrive(region, openUnseen(region, 500));
  await goOn(region);

  expect(isOpen(region, 500)).toBe(false);
});
