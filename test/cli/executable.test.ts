// The real executable in a process of its own, once for each command: how it starts, what it prints where, and its exit code.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { createAccount } from '../../lib/sandbox/index.ts';
import { type Ended, type Environment, file, onAccount } from './portcullis.ts';

const SSH_WORLD = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';
const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
account.queues.set('dead', { deadLettersOf: 'retry', messages: [] });

async function execute(words: readonly string[], env: Environment = {}, stdin = ''): Promise<Ended> {
  const child = spawn(process.execPath, ['cli/portcullis.js', ...words], { env: { ...process.env, ...env } });
  const ended = new Promise<number>((resolve) => child.on('close', (status) => resolve(Number(status))));
  child.stdin.end(stdin);
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
}

describe('the executable', () => {
  it('simulates an event from its standard input', async () => {
    const { status, stdout, stderr } = await execute(['simulate', '-'], {}, readFileSync(SSH_WORLD, 'utf8'));

    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('revoke sgr-0ab4202bcd11d93d2');
  });

  it('audits an export from its standard input, and fails for a violation', async () => {
    const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    const groups = JSON.stringify({ SecurityGroups: [{ GroupId: 'sg-0web', IpPermissions }] });
    const { status, stdout } = await execute(['audit', '--from', '-', '--region', 'eu-west-1'], {}, groups);

    expect(status).toBe(1);
    expect(stdout).toContain('1 group, 1 rule: ');
  });

  it('validates policies', async () => {
    const { status, stdout, stderr } = await execute(['validate']);

    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('no errors');
  });

  it('tests policies', async () => {
    const { status, stdout } = await execute(['test', 'test/fixtures/shipped']);

    expect(status).toBe(0);
    expect(stdout).toContain('no-world-open-admin: ');
  });

  it('says on standard error what it cannot restore', async () => {
    const { status, stdout, stderr } = await execute(['restore', '--from', file('empty.json', {})]);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('empty.json: this is not a record of Portcullis');
  });

  it.each([
    ['history', ['history'], 'nothing in the ledger that fits'],
    ['redrive', ['redrive'], 'no dead letters'],
    ['breaker', ['breaker', 'status'], 'Nothing waits.'],
  ])('asks AWS by the environment of its process: %s', async (_, words, answer) => {
    const { status, stdout } = await onAccount(account, words, execute);

    expect(status).toBe(0);
    expect(stdout).toContain(answer);
  });
});
