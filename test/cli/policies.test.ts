// `portcullis validate` and `portcullis test` as their users run them.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { portcullis as runCommand } from './portcullis.ts';

const portcullis = (...words: readonly string[]) => runCommand(words);

/** A copy of the shipped policies in which one text is replaced. */
function copyWith(file: string, found: string, replacement: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-policies-'));
  cpSync('test/fixtures/shipped', directory, { recursive: true });
  const text = readFileSync(join(directory, file), 'utf8');
  writeFileSync(join(directory, file), text.replace(found, replacement));
  expect(text).toContain(found);
  return directory;
}

describe('portcullis validate', () => {
  it('passes the policies of this project', async () => {
    const { status, stdout } = await portcullis('validate');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+ policies, no errors, 0 warnings\n$/);
  });

  it.each([
    [
      'an unknown key',
      'severity:',
      'severety:',
      '4:1: error: unknown key `severety`, did you mean `severity`?',
    ],
    [
      'an unquoted account id',
      'action: revoke',
      'scope: { accounts: [111122223333] }\naction: revoke',
      'error: scope.accounts.0: an account id needs quotes',
    ],
    ['an octal-looking number', '[22,', '[022,', 'error: `022` is the number 22 to YAML'],
    [
      'a key twice',
      'action: revoke',
      'action: revoke\naction: notify',
      'error: this key is already in the map',
    ],
    ['host bits', 'source: world', 'source: { outside: [10.1.0.0/8] }', 'did you mean `10.0.0.0/8`?'],
    [
      'an exception without a reason',
      'action: revoke',
      'action: revoke\nexceptions: [{ accounts: ["111122223333"], owner: me, expires: 2027-01-01 }]',
      '`exceptions.0.reason` is missing: add it',
    ],
    [
      'an exception for everything',
      'action: revoke',
      'action: revoke\nexceptions: [{ reason: r, owner: me, expires: 2027-01-01 }]',
      'it would excuse everything',
    ],
    [
      'a day that no calendar has',
      'action: revoke',
      'action: revoke\nexceptions: [{ accounts: ["111122223333"], reason: r, owner: me, expires: 2027-02-30 }]',
      'February has no 30th',
    ],
    [
      'an exception outside of a list',
      'action: revoke',
      'action: revoke\nexceptions: { reason: r, owner: me }',
      'exceptions: write a list here, with `- ` before each item',
    ],
    ['an empty scope', 'action: revoke', 'scope: {}\naction: revoke', 'this `scope` is empty'],
  ])('names file, line and column of %s, and fails', async (_, found, replacement, message) => {
    const { status, stdout } = await portcullis(
      'validate',
      copyWith('no-world-open-admin.yaml', found, replacement),
    );

    expect(status).toBe(1);
    expect(stdout).toMatch(/no-world-open-admin\.yaml:\d+:\d+: error: /);
    expect(stdout).toContain(message);
  });

  it('warns about what is valid and cannot be meant, and passes', async () => {
    const expired =
      'action: revoke\nexceptions: [{ accounts: ["111122223333"], reason: r, owner: me, expires: 2020-01-01 }]';
    const { status, stdout } = await portcullis(
      'validate',
      copyWith('no-world-open-admin.yaml', 'action: revoke', expired),
    );

    expect(status).toBe(0);
    expect(stdout).toMatch(
      /no-world-open-admin\.yaml:16:\d+: warning: this exception of me expired on 2020-01-01/,
    );
  });

  it('reports an id that is not the name of the file beside other errors', async () => {
    const directory = copyWith(
      'no-world-open-admin.yaml',
      'id: no-world-open-admin',
      'id: other\nseverety: high',
    );

    expect((await portcullis('validate', directory)).stdout).toMatch(
      /must be the name of the file.*unknown key `severety`/s,
    );
  });

  it('fails for a test file whose policy is not there, and warns of one without cases', async () => {
    const directory = copyWith('no-world-open-admin.yaml', 'action', 'action');
    writeFileSync(join(directory, 'no-world-open-admin.test.yaml'), 'now: 2026-06-01\nviolation: []\n');
    expect((await portcullis('validate', directory)).stdout).toContain(
      'no-world-open-admin.test.yaml:1:1: warning: no cases in it',
    );

    writeFileSync(join(directory, 'no-world-open-admn.test.yaml'), 'now: 2026-06-01\n');
    const { status, stdout } = await portcullis('validate', directory);
    expect(status).toBe(1);
    expect(stdout).toContain(
      'no-world-open-admn.test.yaml:1:1: error: no policy `no-world-open-admn.yaml` is here: rename or remove this, did you mean `no-world-open-admin.test.yaml`?',
    );
  });

  it('reports the issues of all test files', async () => {
    const directory = copyWith('no-world-open-admin.test.yaml', 'violation:', 'violations:');
    writeFileSync(join(directory, 'no-world-open-databases.test.yaml'), 'violation: []\n');
    const { status, stdout } = await portcullis('validate', directory);

    expect(status).toBe(1);
    expect(stdout).toMatch(
      /no-world-open-admin\.test\.yaml:9:1: error: unknown key .*databases\.test\.yaml:1:1: error: `now` is missing/s,
    );
  });

  it('fails for a directory without policies, and for what is not there', async () => {
    expect((await portcullis('validate', 'test')).stdout).toContain(
      'test:1:1: error: no policy file (*.yaml) here',
    );
    expect((await portcullis('validate', 'no-such-dir')).stdout).toContain(
      'no-such-dir:1:1: error: cannot be read: there is no such file or directory',
    );
  });

  it('takes single files, as a pre-commit hook names them, and counts a policy and its tests as one', async () => {
    const admin = 'test/fixtures/shipped/no-world-open-admin';
    const one = '1 policy, no errors, 0 warnings\n';

    expect(await portcullis('validate', `${admin}.yaml`)).toMatchObject({ status: 0, stdout: one });
    expect(await portcullis('validate', `${admin}.test.yaml`)).toMatchObject({ status: 0, stdout: one });
    expect((await portcullis('validate', `${admin}.test.yaml`, `./${admin}.yaml`)).stdout).toBe(one);
    expect(
      (await portcullis('validate', `${admin}.yaml`, 'test/fixtures/shipped/no-world-open-databases.yaml'))
        .stdout,
    ).toMatch(/^2 policies, no errors/);
  });

  it('takes files and directories side by side, and reads each policy once', async () => {
    const all = (await portcullis('validate', 'test/fixtures/shipped')).stdout;
    const directory = copyWith('no-world-open-admin.yaml', 'action', 'action');

    expect(
      (
        await portcullis(
          'validate',
          'test/fixtures/shipped/',
          'test/fixtures/shipped/no-world-open-admin.yaml',
        )
      ).stdout,
    ).toBe(all);
    expect(
      (await portcullis('validate', 'test/fixtures/shipped', `${directory}/no-world-open-admin.yaml`)).stdout,
    ).toBe(all.replace(/^\d+/, (count) => String(Number(count) + 1)));
  });

  it('reports the issues of a policy when only its test file is named, and the other way round', async () => {
    const directory = copyWith('no-world-open-admin.yaml', 'severity:', 'severety:');
    const broken = copyWith('no-world-open-admin.test.yaml', 'violation:', 'violations:');

    expect((await portcullis('validate', `${directory}/no-world-open-admin.test.yaml`)).stdout).toMatch(
      /no-world-open-admin\.yaml:4:1: error: unknown key/,
    );
    expect((await portcullis('validate', `${broken}/no-world-open-admin.yaml`)).stdout).toMatch(
      /no-world-open-admin\.test\.yaml:\d+:1: error: unknown key/,
    );
  });

  it('says what a file is that is no policy, and reads the others', async () => {
    const directory = copyWith('no-world-open-admin.yaml', 'severity:', 'severety:');
    for (const name of ['a.yml', 'no-world-open-admn.test.yaml']) writeFileSync(join(directory, name), '');
    const files = [
      'a.yml',
      'no-world-open-admn.test.yaml',
      'README.md',
      'none.yaml',
      'no-world-open-admin.yaml',
    ];
    const { status, stdout } = await portcullis('validate', ...files.map((name) => join(directory, name)));

    expect(status).toBe(1);
    expect(stdout.replaceAll(`${directory}/`, '').split('\n')).toEqual([
      expect.stringContaining('no-world-open-admin.yaml:4:1: error: unknown key `severety`'),
      'a.yml:1:1: error: nobody reads this: rename it to end in .yaml',
      expect.stringContaining(
        'no-world-open-admn.test.yaml:1:1: error: no policy `no-world-open-admn.yaml` is here',
      ),
      'README.md:1:1: error: the name of a policy file ends in .yaml',
      'none.yaml:1:1: error: cannot be read: there is no such file or directory',
      '5 errors',
      '',
    ]);
  });

  it('answers a list of one without brackets as the list', async () => {
    const directory = copyWith('no-world-open-admin.yaml', 'protocol: [tcp]', 'protocol: tcp');

    expect((await portcullis('validate', directory)).status).toBe(0);
  });
});

describe('portcullis test', () => {
  it('passes the shipped policies', async () => {
    const { status, stdout } = await portcullis('test');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^no-world-open-admin: 34 of 34 pass$/m);
  });

  it.each([
    ['a port is dropped', 'no-world-open-admin.yaml', '[22, 3389,', '[3389,'],
    ['a protocol is added', 'no-world-open-databases.yaml', '[tcp]', '[tcp, udp]'],
    [
      'the tolerance is loosened',
      'no-world-open-admin.yaml',
      'source: world',
      'source: public\n  tolerate: { ipv4: 4, ipv6: 4 }',
    ],
    [
      'IPv6 is forgotten',
      'no-world-open-databases.yaml',
      'source: world',
      'source: public\n  tolerate: { ipv4: 8, ipv6: 0 }',
    ],
    [
      'the direction is turned',
      'no-egress-mail-and-databases.yaml',
      'direction: egress',
      'direction: ingress',
    ],
    ['an allowed port is added', 'web-only-to-the-world.yaml', '[80, 443]', '[22, 80, 443]'],
  ])('fails when %s', async (_, file, found, replacement) => {
    const text = replacement.includes('ingress') ? ['destination: world', 'source: world'] : undefined;
    const directory = copyWith(file, found, replacement);
    if (text !== undefined) {
      const path = join(directory, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(text[0] ?? '', text[1] ?? ''));
    }

    const { status, stdout } = await portcullis('test', directory);

    expect(status).toBe(1);
    expect(stdout).toMatch(/expected \w+, got \w+\n\s+\w/);
  });

  it('reports for scripts and for CI systems', async () => {
    const json = JSON.parse((await portcullis('test', '--format', 'json')).stdout);
    const junit = (await portcullis('test', '--format', 'junit')).stdout;

    const admin = json.find(({ policy }: { policy: string }) => policy === 'no-world-open-admin');
    expect(admin.cases[0]).toMatchObject({ passed: true, expected: 'violation', got: 'violation' });
    expect(junit).toContain('<testsuite name="no-world-open-admin" tests="34" failures="0">');
  });

  it('says which test file cannot be read, and why', async () => {
    const directory = copyWith('no-world-open-admin.test.yaml', 'violation:', 'violations:');
    const { status, stderr } = await portcullis('test', directory);

    expect(status).toBe(2);
    expect(stderr).toContain(
      'no-world-open-admin.test.yaml:9:1: unknown key `violations`, did you mean `violation`?',
    );
  });

  it('fails for a test file without cases', async () => {
    const directory = copyWith('no-world-open-admin.yaml', 'action', 'action');
    writeFileSync(join(directory, 'no-world-open-admin.test.yaml'), 'now: 2026-06-01\nviolation: []\n');

    expect(await portcullis('test', directory)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no-world-open-admin.test.yaml:1:1: no cases in it'),
    });
  });

  it('says which ports are missing, instead of a wrong verdict', async () => {
    const directory = copyWith('no-world-open-admin.test.yaml', 'FromPort: 22, ToPort: 22', 'FromPort: 22');

    expect(await portcullis('test', directory)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('FromPort and ToPort: tcp and udp need both'),
    });
  });
});
