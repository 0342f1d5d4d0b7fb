// `portcullis breaker` as an operator runs it, on the sandbox over HTTP.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { askBreaker, readBreaker, registerPolicies } from '../../lib/io/ledger/breaker.ts';
import { addRule } from '../../lib/sandbox/index.ts';
import {
  ACCOUNT,
  GROUP,
  makeEvent,
  makeWorld,
  policyOf,
  REGION,
  reconcile,
  ssh,
  type TestWorld,
} from '../lib/io/world.ts';
import { onAccount } from './portcullis.ts';

const PLACE = { accountId: ACCOUNT, region: REGION };

let test: TestWorld;
beforeEach(() => {
  test = makeWorld([]);
});

const breaker = (...words: readonly string[]) => onAccount(test.account, ['breaker', ...words]);

/** So many groups whose rules a new policy asks to close. */
async function ask(count: number, key = 'no-ssh#1') {
  for (let i = 0; i < count; i += 1) {
    const rules = [{ ruleId: `sgr-${i}`, policies: [{ key, severity: 'high' as const }] }];
    const request = { entryId: `event-${i}`, groupId: `sg-${i}`, rules, isFresh: true, isAdmitted: false };
    await askBreaker(test.world.ledger, PLACE, request, test.world.config, new Date());
  }
}

describe('portcullis breaker status', () => {
  it('shows the limit, and what each new policy and all settled ones have used', async () => {
    await registerPolicies(test.world.ledger, PLACE, ['no-ssh#1'], test.world.config, new Date());
    await ask(3);
    const { status, stdout } = await breaker('status');

    expect(status).toBe(0);
    expect(stdout).toContain('Within 15 minutes, rules in 10 groups may be revoked for each new policy');
    expect(stdout).toMatch(/no-ssh: new until \d{4}-\d\d-\d\d \d\d:\d\d UTC; 3 of 10 groups/);
    expect(stdout).toContain('Settled policies: 0 of 10 groups');
    expect(stdout).toContain('Nothing waits.');
  });

  it('takes the limits from the settings, unless they are named', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'settings.yml');
    const stages = { dev: { regions: [REGION], breaker: { limit: 30, minutes: 20 } } };
    writeFileSync(file, JSON.stringify({ stages }));

    expect((await breaker('status', '--settings', file)).stdout).toContain('Within 20 minutes');
    expect((await breaker('status', '--settings', file, '--minutes', '25')).stdout).toContain(
      'Within 25 minutes',
    );
  });

  it('shows how many changes wait for the end of a grace', async () => {
    const policies = [policyOf('ssh', [22], 'revoke', { grace: '10m' })];
    addRule(test.account, { GroupId: GROUP, ...ssh });
    await reconcile({ ...test.world, policies }, makeEvent([ssh]));

    expect((await breaker('status')).stdout).toContain(
      'Waiting: 1 change in 1 group (for the end of a grace 1)',
    );
    const { stdout } = await onAccount(test.account, ['history']);
    expect(stdout).toContain('held until 2026-06-01 12:12 UTC');
  });

  it('shows which policy is on hold, with the command that releases it', async () => {
    await ask(11);

    expect((await breaker('status')).stdout).toMatch(
      /ON HOLD: no-ssh, since .*: `portcullis breaker release no-ssh` releases it/,
    );
  });
});

describe('portcullis breaker release', () => {
  it('lets a policy go on', async () => {
    await ask(11);
    const { status, stdout } = await breaker('release', 'no-ssh');

    expect(status).toBe(0);
    expect(stdout).toContain('no-ssh is released');
    expect((await readBreaker(test.world.ledger, PLACE)).latches.size).toBe(0);
  });

  it('says which policies are on hold, when this one is not', async () => {
    await ask(11);
    const { status, stderr } = await breaker('release', 'no-rdp');

    expect(status).toBe(2);
    expect(stderr).toContain('`no-rdp` is not on hold; on hold: no-ssh');
  });
});

describe('portcullis breaker stop and start', () => {
  it('have rules wait, show them, and let them go on', async () => {
    await breaker('stop');
    addRule(test.account, { GroupId: GROUP, ...ssh });
    await reconcile(test.world, makeEvent([ssh]));
    const { stdout } = await breaker('status');
    await breaker('start');

    expect(stdout).toContain('STOPPED since');
    expect(stdout).toContain('Waiting: 1 change in 1 group (no-world-open-admin 1');
    expect((await breaker('status')).stdout).not.toContain('STOPPED');
  });
});
