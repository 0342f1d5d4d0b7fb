// Grace: the mail says at once how much time there is, and the rule is closed at the end only if it still violates then.
import { CreateTagsCommand, ModifySecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { readBreaker, startRevoking, stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { addGroup, addRule } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import { seeing } from '../../faults/fault.ts';
import { makeRegion, sweepOnce } from './sweeping.ts';
import { due, MINUTE, place, tickFor, withPolicies } from './ticking.ts';
import {
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  outcomes,
  policyOf,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  tcp,
  wide,
} from './world.ts';

const HOUR = 60 * MINUTE;

const excuse = { groups: { tags: { public: 'yes' } }, reason: 'tagged', owner: 'net', expires: '2099-01-01' };
const patient = policyOf('ssh', [22], 'revoke', { grace: '10m', exceptions: [excuse] });

/** SSH opened a moment ago. */
async function opened(...policies: readonly Policy[]): Promise<TestWorld> {
  const test = withPolicies(makeWorld([ssh]), ...(policies.length === 0 ? [patient] : policies));
  await reconcile(test.world, makeEvent([ssh]));
  return test;
}

const close = ({ account }: TestWorld, id: string) => {
  account.rules = account.rules.filter(({ rule }) => rule.SecurityGroupRuleId !== id);
};

/** Opens a rule, and brings the event of it. */
async function open(test: TestWorld, rule: ReturnType<typeof tcp>): Promise<void> {
  addRule(test.account, { GroupId: GROUP, ...rule });
  await reconcile(test.world, makeEvent([rule], { eventID: `event-${rule.SecurityGroupRuleId}` }));
}

/** Changes the source of a rule, and brings the event of it. */
async function modify(test: TestWorld, id: string, CidrIpv4: string, eventID: string): Promise<void> {
  const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4 };
  const SecurityGroupRules = [{ SecurityGroupRuleId: id, SecurityGroupRule }];
  await test.world.ec2.send(new ModifySecurityGroupRulesCommand({ GroupId: GROUP, SecurityGroupRules }));
  await reconcile(test.world, {
    ...makeEvent([], { eventID }),
    eventName: 'ModifySecurityGroupRules',
    eventTime: test.world.now().toISOString(),
    requestParameters: {
      ModifySecurityGroupRulesRequest: {
        GroupId: GROUP,
        SecurityGroupRule: { SecurityGroupRuleId: id, SecurityGroupRule, tag: 1 },
      },
    },
    responseElements: { ModifySecurityGroupRulesResponse: { return: true } },
  });
}

/** Tags the group, and brings the event of it. */
async function tag(test: TestWorld): Promise<void> {
  const tags = [{ Key: 'public', Value: 'yes' }];
  await test.world.ec2.send(new CreateTagsCommand({ Resources: [GROUP], Tags: tags }));
  await reconcile(test.world, {
    ...makeEvent([], { eventID: 'event-tag' }),
    eventName: 'CreateTags',
    eventTime: test.world.now().toISOString(),
    requestParameters: {
      resourcesSet: { items: [{ resourceId: GROUP }] },
      tagSet: { items: [{ key: 'public', value: 'yes' }] },
    },
    responseElements: { _return: true },
  });
}

describe('a rule that violates a policy with a grace', () => {
  it('is reported at once with the time, stays for so long, and is closed then', async () => {
    const test = await opened();
    expect(subjects(test)).toEqual([expect.stringMatching(/^To be revoked at 12:12 UTC: SSH from/)]);
    expect(mails(test)[0]).toContain('at 2026-06-01 12:12 UTC if it still violates');
    expect(test.account.messages[0]?.versions?.https).toContain('*To be revoked at 2026-06-01 12:12 UTC*');
    expect((await load(test.world.ledger, 'event-1'))?.record.findings).toMatchObject([
      { action: 'held', because: 'grace', until: '2026-06-01T12:11:30.000Z' },
    ]);

    await tickFor(test, 9);
    expect(left(test)).toEqual(['sgr-0ssh']);
    await tickFor(test, 1);
    expect(left(test)).toEqual([]);
    expect(subjects(test).slice(1)).toEqual([expect.stringMatching(/^Revoked: SSH/)]);
    expect(await due(test)).toEqual([]);
    expect((await load(test.world.ledger, 'event-1'))?.state).toBe('notified');
    expect((await load(test.world.ledger, 'event-1.2'))?.record.findings).toMatchObject([
      { outcome: 'revoked' },
    ]);
  });

  it('is left alone where somebody tags the group in time, without another word', async () => {
    const test = await opened();
    await tickFor(test, 5);
    await tag(test);
    await tickFor(test, 30);

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test)).toHaveLength(1);
    expect(await due(test)).toEqual([]);
    expect((await load(test.world.ledger, 'event-1'))?.state).toBe('notified');
  });

  it('is left alone where its author removes it in time', async () => {
    const test = await opened();
    await tickFor(test, 5);
    close(test, 'sgr-0ssh');
    await tickFor(test, 10);

    expect(subjects(test)).toHaveLength(1);
    expect(await due(test)).toEqual([]);
  });

  it('wins no time by a modification every few minutes, and is reported once', async () => {
    const test = await opened();
    for (const [i, source] of ['64.0.0.0/2', '0.0.0.0/1', '0.0.0.0/0'].entries()) {
      await tickFor(test, 3);
      await modify(test, 'sgr-0ssh', source, `event-modify-${i}`);
    }
    expect(subjects(test)).toHaveLength(1);

    await tickFor(test, 1);

    expect(left(test)).toEqual([]);
    expect(subjects(test)).toHaveLength(2);
    expect(await due(test)).toEqual([]);
  });

  it('wins no time by being removed and opened again, also with other ports and sources beside', async () => {
    const test = await opened();
    await tickFor(test, 8);
    close(test, 'sgr-0ssh');
    await open(test, { ...tcp('sgr-0again', 20, { CidrIpv4: '0.0.0.0/1' }), ToPort: 25 });
    expect(subjects(test).at(-1)).toMatch(/^To be revoked at 12:12 UTC/);

    await tickFor(test, 2);

    expect(left(test)).toEqual([]);
  });

  it('gets none within a day after it was closed, and one again later', async () => {
    const test = await opened();
    await tickFor(test, 10);
    await test.world.wait(20 * HOUR);
    await open(test, tcp('sgr-0again', 22));
    expect(left(test)).toEqual([]);

    await test.world.wait(20 * HOUR);
    await open(test, tcp('sgr-0third', 22));
    expect(left(test)).toEqual([]);

    await test.world.wait(24 * HOUR);
    await open(test, tcp('sgr-0fourth', 22));
    expect(left(test)).toEqual(['sgr-0fourth']);
  });

  it('has a time of its own where its sources were never open before', async () => {
    const test = await opened();
    await tickFor(test, 8);
    await open(test, tcp('sgr-0six', 22, { CidrIpv6: '::/0' }));

    await tickFor(test, 9);
    expect(left(test)).toEqual(['sgr-0six']);
    await tickFor(test, 1);
    expect(left(test)).toEqual([]);
  });

  it('is closed by the policies of the day', async () => {
    const test = await opened();
    await tickFor(test, 5);
    const lenient = withPolicies(test, policyOf('ssh', [22], 'notify'));
    await tickFor(lenient, 6);

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test).slice(1)).toEqual([expect.stringMatching(/^Notice: SSH/)]);
  });
});

describe('people are notified once of a grace, which ends in its time,', () => {
  const longest = policyOf('ssh', [22], 'revoke', { grace: '15m' });

  it.each(['planned', 'clocks/', 'resolved', 'UpdateItem'])('though a try dies at %s', async (at) => {
    for (const when of ['crash before', 'crash after'] as const) {
      const test = withPolicies(makeWorld([ssh]), longest);
      await dieAt(test.world, makeEvent([ssh]), at, when);
      expect(subjects(test)).toEqual([]);

      await tickFor(test, 12);
      await reconcile(test.world, makeEvent([ssh]), true);
      expect(subjects(test)).toEqual([expect.stringMatching(/^To be revoked at/)]);
      // Where nothing was stored, the clock starts with the second try.
      await tickFor(test, 2);
      expect(left(test)).toEqual(['sgr-0ssh']);
      await tickFor(test, 13);
      expect(left(test)).toEqual([]);
      expect(subjects(test)).toHaveLength(2);
    }
  });

  it('by the next event, where the try that started the clock died and does not come back', async () => {
    const test = withPolicies(makeWorld([ssh]), longest);
    await dieAt(test.world, makeEvent([ssh]), 'resolved', 'crash before');
    await tickFor(test, 5);
    await modify(test, 'sgr-0ssh', '0.0.0.0/1', 'event-2');
    expect(subjects(test)).toEqual([expect.stringMatching(/^To be revoked at 12:17 UTC/)]);
    expect((await due(test)).map(({ id }) => id)).toEqual(['event-2']);

    await tickFor(test, 7);
    await reconcile(test.world, makeEvent([ssh]));
    expect(subjects(test)).toHaveLength(1);
    expect(await due(test)).toHaveLength(1);
    await tickFor(test, 2);
    expect(left(test)).toEqual(['sgr-0ssh']);

    await tickFor(test, 1);
    expect(left(test)).toEqual([]);
    expect(subjects(test)).toHaveLength(2);
  });

  it('though another event comes while the try that started the clock may be at work, and that dies', async () => {
    const test = withPolicies(makeWorld([ssh]), longest);
    await dieAt(test.world, makeEvent([ssh]), 'resolved', 'crash before');
    await tickFor(test, 1);
    await modify(test, 'sgr-0ssh', '0.0.0.0/1', 'event-2');
    expect(subjects(test)).toEqual([]);
    expect((await due(test)).map(({ id }) => id)).toEqual(['event-2']);

    await tickFor(test, 11);
    await reconcile(test.world, makeEvent([ssh]));
    expect(subjects(test)).toEqual([expect.stringMatching(/^To be revoked at 12:17 UTC/)]);
    await tickFor(test, 3);

    expect(left(test)).toEqual([]);
    expect(subjects(test)).toHaveLength(2);
  });

  it('though its policy gives more time meanwhile', async () => {
    const test = await opened();
    const generous = withPolicies(test, longest);
    await tickFor(generous, 14);
    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test)).toHaveLength(1);

    await tickFor(generous, 1);
    expect(left(test)).toEqual([]);
  });

  it('though another rule of the change waits for the breaker, and is taken up sooner', async () => {
    const test = withPolicies(makeWorld([ssh, wide]), patient, policyOf('mysql', [3306], 'revoke'));
    await stopRevoking(test.world.ledger, place(test), test.world.now());
    await reconcile(test.world, makeEvent([ssh, wide]));
    await tickFor(test, 3);
    await startRevoking(test.world.ledger, place(test));
    await tickFor(test, 1);
    expect(left(test)).toEqual(['sgr-0ssh']);

    await tickFor(test, 5);
    expect(left(test)).toEqual(['sgr-0ssh']);
    await tickFor(test, 1);

    expect(left(test)).toEqual([]);
    expect(mails(test).filter((mail) => /^To be revoked at/.test(mail))).toEqual([]);
    expect(
      mails(test).filter((mail) => mail.includes('at 2026-06-01 12:12 UTC if it still violates')),
    ).toHaveLength(2);
  });
});

describe('where several policies ask for a rule', () => {
  it('one without a grace decides, and closes it at once', async () => {
    const test = await opened(patient, policyOf('strict', [22], 'trim'));

    expect(left(test)).toEqual([]);
    expect(subjects(test)).toEqual([expect.stringMatching(/^Revoked: SSH/)]);
  });

  it('the one with the least time left decides', async () => {
    const test = await opened(patient, policyOf('sooner', [22], 'revoke', { grace: '3m' }));

    await tickFor(test, 2);
    expect(left(test)).toEqual(['sgr-0ssh']);
    await tickFor(test, 1);
    expect(left(test)).toEqual([]);
  });

  it('one that only notifies, or is in dry run, takes nothing from the grace and gives none', async () => {
    const dry = policyOf('dry', [22], 'revoke', { mode: 'dry-run', grace: '1m' });
    const test = await opened(patient, policyOf('tell', [22], 'notify'), dry);
    expect(mails(test)[0]).toContain('dry would revoke SSH');

    await tickFor(test, 9);
    expect(left(test)).toEqual(['sgr-0ssh']);
    await tickFor(test, 1);
    expect(left(test)).toEqual([]);
  });
});

describe('a grace in a dry run', () => {
  it('does not begin, be it the dry run of the policy or of the deployment', async () => {
    const dry = policyOf('ssh', [22], 'revoke', { mode: 'dry-run', grace: '10m' });
    const test = withPolicies(makeWorld([ssh]), dry);
    expect(await outcomes(test, makeEvent([ssh]))).toEqual(['sgr-0ssh: dry-run']);
    const whole = withPolicies(makeWorld([ssh], 'dry-run'), patient);
    expect(await outcomes(whole, makeEvent([ssh]))).toEqual(['sgr-0ssh: dry-run']);

    await test.world.wait(20 * MINUTE);
    const after = withPolicies(test, patient);
    await modify(after, 'sgr-0ssh', '0.0.0.0/1', 'event-2');

    expect(left(after)).toEqual(['sgr-0ssh']);
    expect(await due(after)).toHaveLength(1);
  });
});

describe('a rule that an event and a sweep see', () => {
  it.each(['the event', 'the sweep'])('waits once, for the same time, where %s is first', async (first) => {
    const test = withPolicies(makeWorld([ssh]), patient);
    const sweep = () => sweepOnce(test, { mode: 'enforce' });
    if (first === 'the event') await reconcile(test.world, makeEvent([ssh]));
    const { digest } = await sweep();
    if (first === 'the sweep') await reconcile(test.world, makeEvent([ssh]));
    const told = subjects(test).filter((subject) => /^To be revoked at 12:12 UTC/.test(subject ?? ''));
    expect(told).toHaveLength(1);
    expect(digest?.email).toContain('open until the grace of the policy ends (2026-06-01 12:12 UTC)');
    expect(await due(test)).toHaveLength(1);

    await tickFor(test, 9);
    expect(left(test)).toEqual(['sgr-0ssh']);
    await tickFor(test, 1);
    expect(left(test)).toEqual([]);
    expect(subjects(test).at(-1)).toMatch(/^Revoked: SSH/);
  });

  it('waits once where another event of it is dealt with at the same moment', async () => {
    const test = withPolicies(makeWorld([ssh]), patient);
    let isFirst = true;
    const client = seeing(test.world.ledger.client, async (_, { input }, send) => {
      if (isFirst && input.Item?.id?.S?.startsWith('clocks/') === true) {
        isFirst = false;
        await reconcile(test.world, makeEvent([ssh], { eventID: 'event-2' }));
      }
      return send();
    });
    await reconcile({ ...test.world, ledger: { ...test.world.ledger, client } }, makeEvent([ssh]));

    expect(isFirst).toBe(false);
    expect(subjects(test)).toHaveLength(1);
    expect((await due(test)).map(({ id }) => id)).toEqual(['event-2']);
    await tickFor(test, 10);
    expect(left(test)).toEqual([]);
    expect(subjects(test)).toHaveLength(2);
  });

  it('gets no grace from a sweep that only reports, which closes nothing', async () => {
    const test = withPolicies(makeWorld([ssh]), patient);
    await sweepOnce(test);
    await tickFor(test, 20);

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(await due(test)).toEqual([]);
  });

  it('is on hold with all others where a sweep would begin the grace of too many', async () => {
    const region = makeRegion(30, (index) => index < 25);
    const test = { ...region, ...withPolicies(region, patient) };
    const { digest } = await sweepOnce(test, { mode: 'enforce' });
    await tickFor(test, 20);

    expect(digest?.record.hold).toMatchObject({ because: 'limit', groups: 25 });
    expect(await due(test)).toEqual([]);
  });
});

describe('at the end of a grace', () => {
  it('the breaker holds what it would hold of a rule that was just opened', async () => {
    const test = await opened();
    await stopRevoking(test.world.ledger, place(test), test.world.now());
    await tickFor(test, 15);
    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test).slice(1)).toEqual([expect.stringMatching(/^ACTION: revoking is stopped/)]);

    await startRevoking(test.world.ledger, place(test));
    await tickFor(test, 1);

    expect(left(test)).toEqual([]);
  });

  it('a new policy that would close too much is latched', async () => {
    const test = withPolicies(makeWorld([]), patient);
    for (let i = 0; i < 15; i += 1) {
      const rule = { ...tcp(`sgr-${i}`, 22), GroupId: `sg-${i}` };
      addGroup(test.account, { GroupId: rule.GroupId, GroupName: rule.GroupId, VpcId: 'vpc-0other' });
      addRule(test.account, rule);
      await reconcile(test.world, makeEvent([rule], { eventID: `event-${i}` }));
    }
    expect((await readBreaker(test.world.ledger, place(test))).members).toEqual([]);
    await tickFor(test, 12);

    expect(test.account.rules.filter(({ goneAt }) => goneAt === undefined)).toHaveLength(5);
    expect((await readBreaker(test.world.ledger, place(test))).latches).toHaveLength(1);
  });
});

describe('in a storm', () => {
  it('graces that have no message of their own are in a batch, and end nevertheless', async () => {
    const test = withPolicies(makeWorld([]), patient);
    for (let i = 0; i < 14; i += 1)
      await open(test, tcp(`sgr-${i}`, 22, { CidrIpv4: `${i * 8 + 64}.0.0.0/5` }));
    expect(subjects(test)).toHaveLength(10);
    expect(await due(test)).toHaveLength(14);

    await tickFor(test, 1);
    expect(subjects(test).at(-1)).toMatch(/^4 more changes/);
    expect(mails(test).at(-1)).toContain('To be revoked at');
    await tickFor(test, 12);

    expect(left(test)).toEqual([]);
    expect(await due(test)).toEqual([]);
  });
});
