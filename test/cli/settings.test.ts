// Settings as the commands use them: `init` writes them, `validate` and `test` check them, `audit` evaluates what they put in force.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { file, portcullis } from './portcullis.ts';

const STAGES = 'stages: { prod: { regions: [eu-west-1] } }\n';
const OWN = `
id: no-gopher
title: Gopher is closed
severity: low
description: Use something else.
match: { ports: [70], source: world }
action: notify
`;
const web = { GroupId: 'sg-0web', GroupName: 'web', OwnerId: '111122223333', VpcId: 'vpc-0abc' };
const open = [22, 70].map((port) => ({
  ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
}));
const groups = file('settings-groups.json', { SecurityGroups: [{ ...web, IpPermissions: open }] });

/** A directory of settings, with these files beside them. */
function settingsWith(text: string, policies: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'settings-'));
  mkdirSync(join(directory, 'policies'));
  for (const [name, content] of Object.entries(policies))
    writeFileSync(join(directory, 'policies', name), content);
  writeFileSync(join(directory, 'settings.yml'), text);
  return join(directory, 'settings.yml');
}

async function found(settings: string): Promise<readonly string[]> {
  const words = ['audit', '--from', groups, '--region', 'eu-west-1', '--format', 'json'];
  const { stdout } = await portcullis(words, { PORTCULLIS_SETTINGS: settings });
  return JSON.parse(stdout).findings.map(
    (one: { policy: string; action: string }) => `${one.policy}: ${one.action}`,
  );
}

describe('portcullis init', () => {
  it('writes what validates and passes its tests, with no warnings', async () => {
    const directory = join(mkdtempSync(join(tmpdir(), 'init-')), 'our portcullis');
    const { status, stdout } = await portcullis(['init', directory], { AWS_REGION: 'eu-west-3' });
    const env = { PORTCULLIS_SETTINGS: join(directory, 'settings.yml') };

    expect(status).toBe(0);
    expect(stdout).toContain(`export PORTCULLIS_SETTINGS='${env.PORTCULLIS_SETTINGS}'`);
    expect(parse(readFileSync(env.PORTCULLIS_SETTINGS, 'utf8')).stages).toMatchObject({
      prod: { regions: ['eu-west-3'], mode: 'dry-run' },
    });
    expect(await portcullis(['validate'], env)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/settings\.yml: \d+ policies, 1 of your own, no errors, 0 warnings\n$/),
    });
    expect(await portcullis(['test'], env)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('internal-tools-stay-private: 7 of 7 pass'),
    });
  });

  it('writes what validates where no region is known yet, and a workflow that is YAML', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'init-'));
    await portcullis(['init', directory, '--stage', 'live'], { AWS_REGION: undefined });
    const workflow = readFileSync(join(directory, '.github/workflows/portcullis.yml'), 'utf8');

    expect((await portcullis(['validate', '--settings', join(directory, 'settings.yml')])).status).toBe(0);
    expect(parse(workflow).jobs.check.steps).toHaveLength(4);
    expect(readFileSync(join(directory, 'settings.yml'), 'utf8')).toContain('  live:\n');
  });

  it('prints a command that a shell takes, whatever the directory is called', async () => {
    const directory = join(mkdtempSync(join(tmpdir(), 'init-')), "o'brien & co");
    const { stdout } = await portcullis(['init', directory]);
    const [command = ''] = /export PORTCULLIS_SETTINGS=.*/.exec(stdout) ?? [];
    const script = `${command}; printf %s "$PORTCULLIS_SETTINGS"`;

    expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout).toBe(
      join(directory, 'settings.yml'),
    );
  });

  it('names the schemas by a way that leads to them', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'init-'));
    await portcullis(['init', directory]);
    const paths = ['settings.yml', 'policies/internal-tools-stay-private.yaml'];
    const ways = paths.map((path) => {
      const [, way = ''] = /\$schema=(.*)/.exec(readFileSync(join(directory, path), 'utf8')) ?? [];
      return JSON.parse(readFileSync(join(directory, path, '..', way), 'utf8')).title;
    });

    expect(ways).toEqual(['The settings of Portcullis', 'A Portcullis policy']);
  });

  it('refuses a directory inside the clone, and says why', async () => {
    expect(await portcullis(['init', 'our-portcullis'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        'our-portcullis: this is inside the clone of Portcullis, which an upgrade replaces',
      ),
    });
    expect(existsSync('our-portcullis')).toBe(false);
  });

  it('refuses a directory that is not empty, and a file', async () => {
    const settings = settingsWith(STAGES);
    for (const directory of [join(settings, '..'), settings]) {
      expect(await portcullis(['init', directory])).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/name a new directory/),
      });
    }
    expect(readFileSync(settings, 'utf8')).toBe(STAGES);
  });
});

describe('what is in force', () => {
  it('is what is shipped, as the settings change it, and what the owner wrote', async () => {
    const shipped =
      'shipped:\n  no-world-open-admin: { action: notify }\n  web-only-to-the-world: { mode: off }\n';
    const settings = settingsWith(`${STAGES}${shipped}policies: policies\n`, { 'no-gopher.yaml': OWN });

    const findings = await found(settings);

    expect(findings).toContain('no-world-open-admin: notify');
    expect(findings).toContain('no-gopher: notify');
    expect(findings.join()).not.toContain('web-only-to-the-world');
  });

  it('is what --policies names, where that is given', async () => {
    const settings = settingsWith(`${STAGES}policies: policies\n`, { 'no-gopher.yaml': OWN });
    const words = [
      'audit',
      '--from',
      groups,
      '--policies',
      join(settings, '../policies'),
      '--format',
      'json',
    ];
    const { stdout } = await portcullis([...words, '--settings', settings]);

    expect(JSON.parse(stdout).findings).toMatchObject([{ policy: 'no-gopher' }]);
  });
});

describe('portcullis validate', () => {
  const validate = (settings: string) => portcullis(['validate', '--settings', settings]);

  it.each([
    ['there is no file', 'settings.yml/none', '1:1: error: there are no settings here'],
    ['it is a directory', '.', '1:1: error: this is a directory: name the file'],
  ])('says so where %s', async (_, path, message) => {
    const settings = join(settingsWith(STAGES), '..', path);

    expect(await validate(settings)).toMatchObject({ status: 1, stdout: expect.stringContaining(message) });
  });

  it('says where a policy is not shipped, an own one is taken, or a directory is missing', async () => {
    const unknown = settingsWith(`${STAGES}shipped: { no-world-open-admn: { mode: off } }\n`);
    const id = 'no-world-open-admin';
    const taken = settingsWith(`${STAGES}policies: policies\n`, {
      [`${id}.yaml`]: OWN.replace('no-gopher', id),
    });
    const missing = settingsWith(`${STAGES}policies: rules\n`);

    expect((await validate(unknown)).stdout).toContain(
      `${unknown}:2:12: error: no policy \`no-world-open-admn\` is shipped, did you mean \`${id}\`?`,
    );
    expect((await validate(taken)).stdout).toContain(`${id}.yaml:2:5: error: a policy \`${id}\` is shipped`);
    expect((await validate(missing)).stdout).toContain(`${missing}:2:11: error: there is no directory`);
  });

  it('warns of an exception that is over at its place in the settings', async () => {
    const over = '{ sources: [9.9.9.9/32], reason: R, owner: O, expires: 2020-01-01 }';
    const settings = settingsWith(`${STAGES}shipped:\n  no-world-open-admin:\n    exceptions: [${over}]\n`);

    expect(await validate(settings)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/settings\.yml:4:\d+: warning: .*expired/),
    });
  });
});

it('validate warns of a region with a slip, at its place in the settings', async () => {
  const settings = settingsWith('stages: { prod: { regions: [eu-west-1, eu-wst-1] } }\n');

  expect(await portcullis(['validate', '--settings', settings])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/settings\.yml:1:\d+: warning: `eu-wst-1` .*, did you mean `eu-west-1`\?/),
  });
});

describe('a simulation of a stage', () => {
  const event = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';
  const settings = settingsWith(`
contact: the firewall team
stages:
  prod: { regions: [eu-west-1], mode: enforce }
  test: { regions: [eu-west-1] }
  careful: { regions: [eu-west-1], mode: enforce, protect: [sg-0e79c7acdf4a0225e] }
`);
  const simulated = async (...words: readonly string[]) => {
    const { stdout } = await portcullis(['simulate', event, '--format', 'json', ...words], {
      PORTCULLIS_SETTINGS: settings,
    });
    return JSON.parse(stdout);
  };

  it.each([
    ['acts as the settings say', ['--stage', 'prod'], ['revoked']],
    ['only reports where they say nothing', ['--stage', 'test'], ['dry-run']],
    ['leaves alone what they protect', ['--stage', 'careful'], []],
    ['obeys the command line before them', ['--stage', 'test', '--mode', 'enforce'], ['revoked']],
  ] as const)('%s', async (_, words, expected) => {
    const { outcomes } = await simulated(...words);

    expect(outcomes.map(({ outcome }: { outcome: string }) => outcome)).toEqual(expected);
  });

  it('is one of the only stage that the settings have, also where none is named', async () => {
    const only = settingsWith('stages: { test: { regions: [eu-west-1] } }\n');
    const { stdout } = await portcullis(['simulate', event, '--format', 'json', '--settings', only]);

    expect(JSON.parse(stdout).outcomes).toMatchObject([{ outcome: 'dry-run' }]);
    expect((await simulated()).outcomes).toMatchObject([{ outcome: 'revoked' }]);
  });

  it('has the messages name whom and what they name', async () => {
    const { message } = await simulated('--stage', 'prod');

    expect(message.email).toContain('the firewall team');
    expect(message.email).toContain('--stage prod');
  });

  it('needs settings, and one of their stages', async () => {
    const without = await portcullis(['simulate', event, '--stage', 'prod']);
    const unknown = await portcullis(['simulate', event, '--stage', 'dev'], {
      PORTCULLIS_SETTINGS: settings,
    });

    expect(without).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('name them with --settings'),
    });
    expect(unknown).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('it has prod, test, careful'),
    });
  });
});
