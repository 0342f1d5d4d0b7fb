// The sweep on the sandbox: every group is judged once, and what is found is told in one message.
import { readFileSync } from 'node:fs';
import { CreateTagsCommand, DeleteSecurityGroupCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addGroup, addRule, ec2Of, fail, inForce } from '../../../lib/sandbox/index.ts';
import { bring, groupId, makeRegion, open, pass, type Region, ruleId, sweepOnce } from './sweeping.ts';
import { calls, type TestWorld, tcp } from './world.ts';

const WRITES = /^(Authorize|Revoke|Modify|Create|Delete)/;

function counts({ log }: TestWorld): Record<string, unknown> {
  const last = log.findLast(([message]) => message === 'sweep')?.[1] as
    | { sweep: { counts: Record<string, unknown> } }
    | undefined;
  return last?.sweep.counts ?? {};
}

/** Deletes a group just before the nth call to EC2. */
function removeAtRead({ account, world }: TestWorld, GroupId: string, nth: number): void {
  let looks = 0;
  world.ec2.middlewareStack.add(
    (next) => async (args) => {
      looks += 1;
      if (looks === nth) await ec2Of(account).send(new DeleteSecurityGroupCommand({ GroupId }));
      return next(args);
    },
    { step: 'build' },
  );
}

describe('a sweep that reports', () => {
  it('judges every group of many pages and reports all in one message', async () => {
    const region = makeRegion(300, (index) => index % 60 === 0);
    region.account.pageSize = 7;

    const { state } = await sweepOnce(region);

    expect(state).toBe('finished');
    expect(counts(region)).toMatchObject({ groups: 300, rules: 305, violations: 5, affected: 5 });
    expect(region.account.messages.map(({ subject }) => subject)).toEqual([
      'Sweep: 5 violations, 5 critical (111122223333/eu-west-1)',
    ]);
  });

  it('asks EC2 and SNS for nothing but reads and one publish', async () => {
    const region = makeRegion(120, () => true);

    await sweepOnce(region);

    expect(calls(region).filter((api) => WRITES.test(api))).toEqual([]);
    expect(calls(region).filter((api) => api === 'Publish')).toHaveLength(1);
    expect(inForce(region.account, groupId(0))).toHaveLength(2);
  });

  it('logs every finding with the whole rule, also those that the digest has no room for', async () => {
    const region = makeRegion(60, () => true);

    await sweepOnce(region);

    const logged = region.log.filter(([message]) => message === 'finding').map(([, extra]) => extra);
    expect(logged).toHaveLength(60);
    expect(logged[7]).toMatchObject({ groupId: groupId(7), finding: { rule: { CidrIpv4: '0.0.0.0/0' } } });
    const record = JSON.parse(region.account.messages[0]?.versions?.default ?? '');
    expect(record).toMatchObject({ kind: 'sweep', counts: { violations: 60 }, omitted: 40 });
    expect(record.findings).toHaveLength(20);
  });

  it('says nothing where nothing was found, and has run all the same', async () => {
    const region = makeRegion(3);

    const { state } = await sweepOnce(region);

    expect(state).toBe('finished');
    expect(counts(region)).toMatchObject({ groups: 3, violations: 0 });
    expect(region.metrics).toContainEqual(['sweeps', 1]);
    expect(region.account.messages).toEqual([]);
  });

  it('tells what is as it was once a day, and what is new at once', async () => {
    const region = makeRegion(2, () => true);
    const subjects = () => region.account.messages.map(({ subject }) => subject?.split(': ')[1]);

    for (const hours of [0, 6, 6, 6]) {
      await pass(region, hours * 60);
      await sweepOnce(region);
    }
    expect(subjects()).toEqual(['2 violations, 2 critical (111122223333/eu-west-1)']);
    await pass(region, 6 * 60);
    await sweepOnce(region);
    expect(subjects()).toHaveLength(2);
    open(region, 7, [3389]);
    await pass(region, 6 * 60);
    await sweepOnce(region);

    expect(subjects()[2]).toBe(
      '1 new violation, 3 critical in all, 1 missed by event (111122223333/eu-west-1)',
    );
  });

  it('reads a prefix list once, however many groups refer to it', async () => {
    const region = makeRegion(0);
    region.account.prefixLists.set('pl-0abc', ['0.0.0.0/1', '128.0.0.0/1']);
    for (let index = 0; index < 120; index += 1) {
      const id = open(region, index, []);
      addRule(region.account, { GroupId: id, ...tcp(`sgr-list-${index}`, 22, { PrefixListId: 'pl-0abc' }) });
    }

    await sweepOnce(region);

    expect(counts(region)).toMatchObject({ violations: 120 });
    expect(calls(region).filter((api) => api === 'GetManagedPrefixListEntries')).toHaveLength(1);
  });

  it('counts what could not be judged, and does not call it a violation', async () => {
    const region = makeRegion(1);
    addRule(region.account, { GroupId: groupId(0), ...tcp('sgr-list', 22, { PrefixListId: 'pl-0gone' }) });

    await sweepOnce(region);

    expect(counts(region)).toMatchObject({ violations: 0, undecided: 1 });
    expect(region.account.messages[0]?.subject).toContain('1 could not be evaluated');
  });

  it('waits until others have had their share of EC2 and goes on', async () => {
    const region = makeRegion(120, () => true);
    fail(region.account, 'DescribeSecurityGroupRules', 'RequestLimitExceeded', 2);

    const { state } = await sweepOnce(region);

    expect(state).toBe('finished');
    expect(counts(region)).toMatchObject({ groups: 120 });
  });

  it('makes at most five reads of EC2 in a second', async () => {
    const region = makeRegion(1000);

    const before = region.world.now().getTime();
    await sweepOnce(region);

    const reads = calls(region).filter((api) => api.startsWith('Describe')).length;
    const seconds = (region.world.now().getTime() - before) / 1000;
    expect({ reads, seconds }).toEqual({ reads: 45, seconds: 8.8 });
  });

  it('leaves out a group that vanishes between the list and the look', async () => {
    const region = makeRegion(3, () => true);
    removeAtRead(region, groupId(1), 2);

    await sweepOnce(region);

    expect(counts(region)).toMatchObject({ groups: 2, violations: 2 });
  });
});

describe('a sweep that enforces', () => {
  it('closes what violates, puts it on record before, and tells in one message', async () => {
    const region = makeRegion(30, (index) => index % 10 === 3);

    await sweepOnce(region, { mode: 'enforce' });

    expect([3, 13, 23].flatMap((index) => inForce(region.account, groupId(index)))).toHaveLength(3);
    const entries = [...region.account.items.values()].filter(({ kind }) => kind?.S === 'remediation');
    expect(entries.map(({ id, state }) => `${id?.S?.split('/').at(-1)} ${state?.S}`)).toEqual([
      'sg-0003 notified',
      'sg-0013 notified',
      'sg-0023 notified',
    ]);
    expect(region.account.messages.map(({ subject }) => subject)).toEqual([
      'Sweep: 3 violations, 3 critical, 3 revoked (111122223333/eu-west-1)',
    ]);
    expect(region.account.messages[0]?.versions?.email).toMatch(/portcullis restore sweep\/.*\/sg-0003 /);
    const written = calls(region).indexOf('RevokeSecurityGroupIngress');
    expect(calls(region).slice(0, written)).toContain('PutItem');
  });

  it('has nothing to report about a group that vanishes before it is acted on', async () => {
    const region = makeRegion(3, (index) => index > 0);
    // After the list, the groups and their rules, the group is looked at again.
    removeAtRead(region, groupId(1), 4);

    await sweepOnce(region, { mode: 'enforce' });

    expect(counts(region)).toMatchObject({ groups: 3, violations: 1, troubled: 0, byStatus: { revoked: 1 } });
  });

  it('finds nothing the next time, and says nothing', async () => {
    const region = makeRegion(2, () => true);
    await sweepOnce(region, { mode: 'enforce' });

    await pass(region, 360);
    await sweepOnce(region, { mode: 'enforce' });

    expect(counts(region)).toMatchObject({ violations: 0 });
    expect(region.account.messages).toHaveLength(1);
  });

  it('reports what it may not revoke, and continues with the other groups', async () => {
    const region = makeRegion(3, () => true);
    fail(region.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation', 1);

    await sweepOnce(region, { mode: 'enforce' });

    expect(counts(region)).toMatchObject({ byStatus: { denied: 1, revoked: 2 } });
    expect(region.account.messages[0]?.versions?.email).toContain('1 still open: access denied');
  });

  it('leaves protected groups alone and reports them', async () => {
    const region = makeRegion(2, () => true);
    const Tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: 'main' }];
    await ec2Of(region.account).send(new CreateTagsCommand({ Resources: [groupId(0)], Tags }));

    await sweepOnce(region, { mode: 'enforce' });

    expect(inForce(region.account, groupId(0))).toHaveLength(2);
    expect(counts(region)).toMatchObject({ byStatus: { protected: 1, revoked: 1 } });
  });
});

describe('a sweep beside the events', () => {
  it('leaves them all that the breaker lets go', async () => {
    const made = makeRegion(7, (index) => index < 5);
    const config = { ...made.world.config, breakerLimit: 2 };
    const region: Region = { ...made, world: { ...made.world, config } };
    await sweepOnce(region, { mode: 'enforce' });

    await bring(region, 5, 22);
    await bring(region, 6, 22);

    expect([0, 4, 5, 6].map((index) => inForce(region.account, groupId(index)).length)).toEqual([1, 1, 1, 1]);
  });

  it('leaves them the message about a rule that keeps coming back', async () => {
    const region = makeRegion(1);
    await bring(region, 0, 22, 'event-1');
    await bring(region, 0, 22, 'event-2');
    open(region, 0, [22]);
    await sweepOnce(region, { mode: 'enforce' });

    await bring(region, 0, 22, 'event-3');

    expect(region.account.messages.at(-1)?.subject).toContain('Keeps coming back');
  });
});

describe('what the documents promise', () => {
  it('names the metrics of the sweep in docs/operations.md', () => {
    const page = readFileSync('docs/operations.md', 'utf8');

    for (const metric of [
      'sweeps',
      'sweep-violations',
      'sweep-undecided',
      'missed-by-event',
      'sweep-age-hours',
    ])
      expect(page).toContain(`\`${metric}\``);
  });

  it('knows the default group too', async () => {
    const region = makeRegion(0);
    addGroup(region.account, { GroupId: 'sg-default', GroupName: 'default', VpcId: 'vpc-0other' });
    addRule(region.account, { GroupId: 'sg-default', ...tcp(ruleId(0, 22), 22) });

    await sweepOnce(region);

    expect(counts(region)).toMatchObject({ violations: 1 });
  });
});
