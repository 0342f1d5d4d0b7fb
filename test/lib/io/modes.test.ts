// The mode of each policy: what is in dry run is reported and nothing more, beside policies that are enforced.
import { describe, expect, it } from 'vitest';
import { homeTarget } from '../../../lib/config.ts';
import { readBreaker } from '../../../lib/io/ledger/breaker.ts';
import { listDue } from '../../../lib/io/ledger/due.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import { tick } from '../../../lib/io/tick.ts';
import { isNew, NEW_FOR } from '../../../lib/plan/breaker-state.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { addGroup, addRule } from '../../../lib/sandbox/index.ts';
import { makeRegion, sweepOnce } from './sweeping.ts';
import {
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

const MINUTE = 60_000;

function withPolicies(test: TestWorld, ...policies: readonly Policy[]): TestWorld {
  return { ...test, world: { ...test.world, policies } };
}

const inDryRun = { mode: 'dry-run' };
const enforced = policyOf('ssh', [22], 'revoke');
const dry = policyOf('ssh', [22], 'revoke', inDryRun);
const breaker = ({ world }: TestWorld) => readBreaker(world.ledger, homeTarget(world.config));

/** Opens SSH in so many groups, and brings the events. */
async function openGroups(test: TestWorld, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const rule = { ...tcp(`sgr-${i}`, 22), GroupId: `sg-${i}` };
    addGroup(test.account, { GroupId: rule.GroupId, GroupName: rule.GroupId, VpcId: 'vpc-0other' });
    addRule(test.account, rule);
    await reconcile(test.world, makeEvent([rule], { eventID: `event-${i}` }));
  }
}

describe('a rule that only a policy in dry run forbids', () => {
  it('stays, and is reported as a dry run of that policy', async () => {
    const test = withPolicies(makeWorld([ssh]), dry);

    expect(await outcomes(test, makeEvent([ssh]))).toEqual(['sgr-0ssh: dry-run']);
    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test)).toEqual([expect.stringMatching(/^Dry run: SSH/)]);
    expect(mails(test)[0]).toContain('Policy ssh would have revoked 1 rule of security group web-prod');
    expect(mails(test)[0]).toContain('ssh (high, dry run)');
  });

  it('is on record with the rules that would stay of it where the policy trims', async () => {
    const test = withPolicies(makeWorld([wide]), policyOf('mysql', [3306], 'trim', inDryRun));
    await reconcile(test.world, makeEvent([wide]));

    const { record } = (await load(test.world.ledger, 'event-1')) ?? {};
    expect(record).toMatchObject({
      mode: 'enforce',
      findings: [{ action: 'trim', outcome: 'dry-run', remainder: { rules: [{}, {}] } }],
    });
    expect(left(test)).toEqual(['sgr-0wide']);
  });

  it('counts for no breaker and is never said to come back', async () => {
    const test = withPolicies(makeWorld([]), dry);
    await tick(test.world);
    await openGroups(test, 15);
    for (let i = 0; i < 5; i += 1) {
      const again = tcp(`sgr-again-${i}`, 22);
      addRule(test.account, { GroupId: 'sg-0web', ...again });
      await reconcile(test.world, makeEvent([again], { eventID: `again-${i}` }));
    }

    expect(await breaker(test)).toMatchObject({ members: [], firstSeen: new Map(), latches: new Map() });
    expect(mails(test).filter((mail) => /Comes back|on hold/.test(mail))).toEqual([]);
    expect(await listDue(test.world.ledger, homeTarget(test.world.config))).toEqual([]);
  });

  it('keeps a rule that is forbidden by nobody else from no other rule of the change', async () => {
    const test = withPolicies(
      makeWorld([ssh, wide]),
      enforced,
      policyOf('mysql', [3306], 'revoke', inDryRun),
    );

    expect(await outcomes(test, makeEvent([ssh, wide]))).toEqual(['sgr-0ssh: revoked', 'sgr-0wide: dry-run']);
    expect(mails(test)[0]).toContain(
      'Policy mysql would have revoked 1 rule, but the policy is in dry run. It is still open:',
    );
  });
});

describe('a rule that policies of both modes forbid', () => {
  it('gets the strongest enforced action, and what the other policy would also do is told and recorded', async () => {
    const critical = policyOf('all', [22, 23], 'revoke', { ...inDryRun, severity: 'critical' });
    const test = withPolicies(makeWorld([ssh]), policyOf('tell', [22], 'notify'), critical);
    const { plan } = await reconcile(test.world, makeEvent([ssh]));

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(plan.notify.map(({ also }) => also.map(({ policy }) => policy.id))).toEqual([['all']]);
    expect(subjects(test)).toEqual([expect.stringMatching(/^Notice: SSH/)]);
    const line = 'all would revoke SSH from the whole internet (sgr-0ssh)';
    expect(mails(test)[0]).toContain(line);
    expect((await load(test.world.ledger, 'event-1'))?.record.findings).toMatchObject([
      { action: 'notify', policies: [{ id: 'tell' }], wouldAlso: [{ id: 'all', action: 'revoke' }] },
    ]);
  });

  it('is trimmed by the enforced policy alone', async () => {
    const test = withPolicies(
      makeWorld([wide]),
      policyOf('mysql', [3306], 'trim'),
      policyOf('range', [3300], 'revoke', inDryRun),
    );
    await reconcile(test.world, makeEvent([wide]));

    expect(left(test)).toHaveLength(2);
    expect(mails(test)[0]).toContain('range would revoke');
  });
});

describe('a policy that begins to be enforced', () => {
  it('is new to the breaker, though it was in force in dry run for long', async () => {
    const test = withPolicies(makeWorld([]), dry);
    await tick(test.world);
    await test.world.wait(NEW_FOR);
    const after = withPolicies(test, enforced);
    await openGroups(after, 15);

    expect(enforced.key).toBe(dry.key);
    expect(test.account.rules.filter(({ goneAt }) => goneAt === undefined)).toHaveLength(5);
    expect((await breaker(after)).latches).toHaveLength(1);
  });

  it('is new again after it was in dry run for as little as a minute', async () => {
    const test = withPolicies(makeWorld([]), enforced);
    await tick(test.world);
    await test.world.wait(NEW_FOR);
    expect(isNew(await breaker(test), enforced.key, test.world.now())).toBe(false);

    await tick(withPolicies(test, dry).world);
    await tick(test.world);

    expect(isNew(await breaker(test), enforced.key, test.world.now())).toBe(true);
  });
});

describe('what waits for a policy', () => {
  it('is looked at again once the policy is in dry run, and waits no longer', async () => {
    const test = withPolicies(makeWorld([]), enforced);
    await openGroups(test, 12);
    const place = homeTarget(test.world.config);
    expect(await listDue(test.world.ledger, place)).toHaveLength(2);

    await test.world.wait(MINUTE);
    await tick(withPolicies(test, dry).world);

    expect(await listDue(test.world.ledger, place)).toEqual([]);
    expect(test.account.rules.filter(({ goneAt }) => goneAt === undefined)).toHaveLength(2);
  });
});

describe('a sweep', () => {
  it('closes what enforced policies forbid, asks for nothing else, and reports dry runs once', async () => {
    const region = makeRegion(30, (index) => index < 25);
    const telnet = { ...tcp('sgr-telnet', 23), GroupId: 'sg-0000' };
    addRule(region.account, telnet);
    const test = { ...region, ...withPolicies(region, dry, policyOf('telnet', [23], 'revoke')) };
    const { digest } = await sweepOnce(test, { mode: 'enforce' });
    const again = await sweepOnce(test, { mode: 'enforce' });

    expect(digest?.record.hold).toBe(undefined);
    expect(digest?.record.counts.byStatus).toEqual({ revoked: 1, 'dry-run': 25 });
    expect(digest?.email).toContain('25 still open: the policy is in dry run');
    expect(again.digest).toBe(undefined);
    expect(test.account.rules.filter(({ goneAt }) => goneAt !== undefined)).toHaveLength(1);
  });
});
