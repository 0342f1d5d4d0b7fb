// Policies of every mode, as the commands show them.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file, portcullis } from './portcullis.ts';

const ADMIN = 'no-world-open-admin';
const EVENT = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';
const place = { GroupId: 'sg-0web', GroupName: 'web', OwnerId: '111122223333', VpcId: 'vpc-0abc' };
const IpPermissions = [22, 443].map((port) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  IpRanges: [{ CidrIp: '0.0.0.0/0' }],
}));
const groups = file('groups.json', { SecurityGroups: [{ ...place, IpPermissions }] });

/** The shipped policies, one of them in another mode. */
function policiesWith(mode: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-modes-'));
  cpSync('test/fixtures/shipped', directory, { recursive: true });
  const path = join(directory, `${ADMIN}.yaml`);
  writeFileSync(path, `${readFileSync(path, 'utf8')}mode: ${mode}\n`);
  return directory;
}

const off = policiesWith('off');
const dry = policiesWith('dry-run');

const json = async (...words: readonly string[]) =>
  JSON.parse((await portcullis([...words, '--format', 'json'])).stdout);
const audited = async (...words: readonly string[]) => {
  const { findings } = await json('audit', '--from', groups, '--policies', ...words);
  return findings.map((one: Record<'policy' | 'mode', string>) => `${one.policy} ${one.mode}`);
};
const simulated = (...words: readonly string[]) => json('simulate', EVENT, '--policies', ...words);

describe('a policy that is off', () => {
  it('is evaluated by an audit and a simulation only when it is asked for', async () => {
    expect(await audited(off)).not.toContain(`${ADMIN} off`);
    expect(await audited(off, '--policy', ADMIN)).toEqual([`${ADMIN} off`]);
    expect(await audited(off, '--all-modes')).toEqual(
      expect.arrayContaining([`${ADMIN} off`, 'no-world-open-high-risk enforce']),
    );
    const asked = await simulated(off, '--policy', ADMIN);
    expect(asked.outcomes).toMatchObject([{ outcome: 'dry-run', policies: [ADMIN] }]);
    expect((await simulated(off)).plan.revoke[0]).not.toHaveProperty('wouldAlso');
    expect((await simulated(off, '--all-modes')).plan.revoke[0]?.wouldAlso).toEqual([ADMIN]);
  });

  it('is checked by validate, and its tests are run', async () => {
    expect((await portcullis(['validate', off])).stdout).toMatch(/^\d+ policies, no errors, 0 warnings\n$/);
    expect((await portcullis(['test', off])).stdout).toMatch(
      new RegExp(`^${ADMIN}: \\d+ of \\d+ pass$`, 'm'),
    );
    expect(
      (await json('test', off, '--policy', ADMIN)).map(({ policy }: { policy: string }) => policy),
    ).toEqual([ADMIN]);
  });
});

describe('a policy in dry run', () => {
  it('is named as such in an audit and a simulation', async () => {
    expect((await portcullis(['audit', '--from', groups, '--policies', dry])).stdout).toContain('(dry run)');
    const { stdout } = await portcullis(['simulate', EVENT, '--policies', dry]);

    expect(stdout).toContain(
      `violation  ${ADMIN} (dry run), no-world-open-high-risk and web-only-to-the-world  sgr-`,
    );
    expect(stdout).toContain(
      `because of no-world-open-high-risk and web-only-to-the-world; would also: ${ADMIN} (dry run)`,
    );
    expect(stdout).toContain(`Dry run   ${ADMIN} would revoke SSH from the whole internet`);
  });

  it('shows what it would do where nothing else is evaluated', async () => {
    const { stdout } = await portcullis(['simulate', EVENT, '--policies', dry, '--policy', ADMIN]);

    expect(stdout).toMatch(new RegExp(`in dry run: would revoke sgr-\\w+, because of ${ADMIN}`));
  });
});

describe('--policy', () => {
  it('with an id that no policy has is refused, with the one that was meant', async () => {
    for (const command of [['audit', '--from', groups], ['simulate', EVENT], ['test']]) {
      expect(await portcullis([...command, '--policy', 'no-world-open-admn'])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(
          '--policy: no policy `no-world-open-admn` in test/fixtures/shipped, did you mean `no-world-open-admin`?',
        ),
      });
    }
  });
});
