// `portcullis diff`: what other policies would do to the rules that there are.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addGroup, createAccount } from '../../lib/sandbox/index.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const SHIPPED = 'test/fixtures/shipped';
const open = (port: number) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  IpRanges: [{ CidrIp: '0.0.0.0/0' }],
});
const web = {
  GroupId: 'sg-0abc',
  GroupName: 'web',
  OwnerId: '111122223333',
  VpcId: 'vpc-0abc',
  IpPermissions: [open(22), open(443), open(5432)],
};
const groups = file('diff.json', { SecurityGroups: [web] });

/** A copy of some shipped policies, changed. */
function policies(
  change: (directory: string) => void,
  ids = ['no-world-open-admin', 'no-world-open-databases'],
): string {
  const directory = mkdtempSync(join(tmpdir(), 'diff-'));
  for (const id of ids) cpSync(join(SHIPPED, `${id}.yaml`), join(directory, `${id}.yaml`));
  change(directory);
  return directory;
}
const same = policies(() => undefined);
const without = policies((directory) => rmSync(join(directory, 'no-world-open-admin.yaml')));
const edited = (id: string, from: string | RegExp, to: string) =>
  policies((directory) => {
    const path = join(directory, `${id}.yaml`);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  });

const diff = (...words: readonly string[]) => portcullis(['diff', ...words, '--from', groups]);

describe('portcullis diff', () => {
  it('shows nothing but the sum where the same happens', async () => {
    expect(await diff(same, same)).toMatchObject({
      status: 0,
      stdout: '1 group, 3 rules: more for 0, less for 0\n',
    });
  });

  it('shows what is done more, and what is done no longer', async () => {
    const { stdout } = await diff(without, same);

    expect(stdout).toContain('+ sg-0abc web: SSH (tcp/22) from the whole internet (0.0.0.0/0)');
    expect(stdout).toContain('before: left alone\n    after:  revoked, by no-world-open-admin\n');
    expect(stdout).toContain('more for 1, less for 0');
    expect((await diff(same, without)).stdout).toContain('more for 0, less for 1');
  });

  it('makes no difference of a name', async () => {
    const renamed = policies((directory) => {
      const text = readFileSync(join(directory, 'no-world-open-admin.yaml'), 'utf8');
      rmSync(join(directory, 'no-world-open-admin.yaml'));
      writeFileSync(join(directory, 'ours.yaml'), text.replace('id: no-world-open-admin', 'id: ours'));
    });

    expect((await diff(same, renamed)).stdout).toContain('more for 0, less for 0');
  });

  it.each([
    ['a weaker action', 'action: revoke', 'action: notify', 'after:  reported, by no-world-open-admin'],
    [
      'a dry run',
      'action: revoke',
      'action: revoke\nmode: dry-run',
      'after:  reported, by no-world-open-admin',
    ],
    [
      'an exception',
      'action: revoke',
      'action: revoke\nexceptions:\n  - { groups: { ids: [sg-0abc] }, reason: Ours, owner: us, expires: 2099-01-01 }',
      'after:  left alone, excused in no-world-open-admin',
    ],
  ])('shows %s as less', async (_, from, to, said) => {
    const { stdout } = await diff(same, edited('no-world-open-admin', from, to));

    expect(stdout).toContain(said);
    expect(stdout).toContain('more for 0, less for 1');
  });

  it('fails on what it is told to', async () => {
    const statuses = async (...words: readonly string[]) =>
      Promise.all([diff(without, same, ...words), diff(same, without, ...words)]).then((all) =>
        all.map(({ status }) => status),
      );

    expect(await statuses()).toEqual([0, 0]);
    expect(await statuses('--fail-on', 'more')).toEqual([1, 0]);
    expect(await statuses('--fail-on', 'any')).toEqual([1, 1]);
  });

  it('answers JSON for machines', async () => {
    const { changes, summary } = JSON.parse((await diff(without, same, '--format', 'json')).stdout);

    expect(summary).toEqual({ groups: 1, rules: 3, more: 1, less: 0 });
    expect(changes).toEqual([
      expect.objectContaining({
        change: 'more',
        groupId: 'sg-0abc',
        before: { effect: 'nothing', policies: [] },
        after: { effect: 'revoke', policies: ['no-world-open-admin'] },
      }),
    ]);
  });

  it('reads the account where there is no export', async () => {
    const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
    addGroup(account, web);

    expect((await onAccount(account, ['diff', without, same])).stdout).toContain('more for 1, less for 0');
  });

  it('takes settings as a set of policies', async () => {
    const settings = join(mkdtempSync(join(tmpdir(), 'settings-')), 'settings.yml');
    writeFileSync(settings, 'shipped:\n  no-world-open-admin: { mode: dry-run }\nstages: {}\n');

    expect((await diff(SHIPPED, settings)).stdout).toContain('less for');
    expect((await diff(SHIPPED, 'missing')).status).toBe(2);
  });

  it('names what to name instead of one policy', async () => {
    const policy = `${SHIPPED}/no-world-open-admin.yaml`;
    const { status, stderr } = await diff(SHIPPED, policy);

    expect([status, stderr]).toEqual([
      2,
      `${policy}: is one policy: name the directory that it is in, or your settings\n`,
    ]);
  });
});
