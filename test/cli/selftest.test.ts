// `portcullis selftest` as an operator runs it, on the sandbox over HTTP, with a deployment that sees what it opens.
import { Readable, Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { runCli } from '../../cli/run.ts';
import { chooseTest, expectedOf } from '../../cli/selftest/choose-test.ts';
import type { Mode } from '../../lib/config.ts';
import { reconcile } from '../../lib/io/reconcile.ts';
import { addVpc, fail, inForce, runBefore } from '../../lib/sandbox/index.ts';
import { makeEvent, makeWorld, policyOf, type TestWorld } from '../lib/io/world.ts';
import { onAccount } from './portcullis.ts';

/** An account whose deployment gets the event when the ledger is first looked at. */
function deployed(mode: Mode = 'enforce') {
  const test = withVpc(makeWorld([], mode));
  const world = { ...test.world, now: () => new Date() };
  runBefore(test.account, 'Query', () => {
    const [groupId = ''] = [...test.account.groups.keys()].filter((id) => id !== 'sg-0web');
    const rules = inForce(test.account, groupId).filter(({ IsEgress }) => IsEgress === false);
    void reconcile(
      world,
      makeEvent(rules, { eventTime: new Date(Date.now() - 60_000).toISOString() }),
      false,
    );
  });
  return test;
}

function withVpc(test: TestWorld): TestWorld {
  addVpc(test.account, 'vpc-0a', ['10.0.0.0/16']);
  return test;
}

const groupsIn = ({ account }: TestWorld) => [...account.groups.keys()];
const SELFTEST = ['selftest', '--minutes', '1'];

describe('portcullis selftest', () => {
  it('opens a group, says how long each step took and where to look, and deletes the group', async () => {
    const test = deployed();
    const { status, stdout, stderr } = await onAccount(test.account, SELFTEST);

    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Opened tcp\/22 to the world in sg-\w+, which nothing uses: no-world-open-admin forbids it\.$/m,
    );
    expect(stdout).toMatch(/^On record \d+ seconds? after it was opened, done after \d+ seconds?\.$/m);
    expect(stdout).toContain('The rule: revoked, as it should be.');
    expect(stdout).toContain('Accepted by SNS for 0 confirmed subscriptions: look for record event-1.');
    expect(stdout).toMatch(/^Deleted sg-/m);
    expect(groupsIn(test)).toEqual(['sg-0web']);
  });

  it('checks the report of a deployment that only reports', async () => {
    const { status, stdout } = await onAccount(deployed('dry-run').account, SELFTEST);

    expect(status).toBe(0);
    expect(stdout).toContain('The rule: dry-run, as it should be.');
  });

  it('fails where the rule is not closed', async () => {
    const test = deployed();
    fail(test.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');
    const { status, stdout } = await onAccount(test.account, SELFTEST);

    expect(status).toBe(1);
    expect(stdout).toContain('The rule: denied, and should be revoked: FAILED.');
    expect(groupsIn(test)).toEqual(['sg-0web']);
  });

  it('deletes the group where the ledger cannot be read, or it cannot be opened', async () => {
    for (const [api, code] of [
      ['Query', 'AccessDeniedException'],
      ['AuthorizeSecurityGroupIngress', 'UnauthorizedOperation'],
    ] as const) {
      const test = withVpc(makeWorld([]));
      fail(test.account, api, code);
      const { status, stderr } = await onAccount(test.account, SELFTEST);

      expect(status).toBe(2);
      expect(stderr).toContain(code);
      expect(groupsIn(test)).toEqual(['sg-0web']);
    }
  });

  it('says how to delete a group that it cannot', async () => {
    const test = deployed();
    fail(test.account, 'DeleteSecurityGroup', 'UnauthorizedOperation');
    const { status, stderr } = await onAccount(test.account, SELFTEST);

    expect(status).toBe(1);
    expect(stderr).toMatch(/aws ec2 delete-security-group --region eu-west-1 --group-id sg-/);
  });

  it('deletes the group when it is interrupted', async () => {
    const test = withVpc(makeWorld([]));
    const listeners = new Set<() => void>();
    const heard: string[] = [];
    // Nothing is done about the group: it is interrupted while it waits.
    runBefore(test.account, 'Query', () => {
      for (const listener of listeners) listener();
    });
    const io = {
      ...{ stdin: Readable.from([]), stdout: sink([]), stderr: sink(heard) },
      on: (_: string, listener: () => void) => listeners.add(listener),
      off: (_: string, listener: () => void) => listeners.delete(listener),
    };
    await onAccount(test.account, SELFTEST, async (words, env) => {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      const status = await runCli(words, io).finally(() => vi.unstubAllEnvs());
      return { status, stdout: '', stderr: '' };
    });

    expect(groupsIn(test)).toEqual(['sg-0web']);
    expect(heard.join('')).toContain('interrupted');
    expect(listeners.size).toBe(0);
  });
});

function sink(into: string[]): Writable {
  return new Writable({
    write: (chunk, _encoding, done) => {
      into.push(String(chunk));
      done();
    },
  });
}

describe('what it opens', () => {
  const group = { id: 'sg-0t', name: 'test', ownerId: '111122223333', vpcId: 'vpc-0a', tags: {} };
  const choose = (...policies: Parameters<typeof chooseTest>[0]) =>
    chooseTest(policies, group, 'eu-west-1', new Date('2026-06-01T00:00:00Z'));

  it('is what a policy forbids that revokes at once, before what one only reports or has revoked later', () => {
    const [notifies, waits, revokes] = [
      policyOf('ssh', [22], 'notify'),
      policyOf('rdp', [3389], 'revoke', { grace: '10m' }),
      policyOf('mysql', [3306], 'revoke'),
    ];

    expect(choose(notifies, waits, revokes)?.policy.id).toBe('mysql');
    expect(choose(notifies, waits)?.policy.id).toBe('ssh');
    expect(choose(waits)).toBeUndefined();
  });

  it.each([
    ['revoke', 'enforce', 'revoked'],
    ['revoke', 'dry-run', 'dry-run'],
    ['notify', 'enforce', 'notify'],
  ] as const)('should come to: %s in %s', (action, mode, expected) => {
    const test = choose(policyOf('ssh', [22], action));

    expect(test && expectedOf(test, mode)).toBe(expected);
  });
});
