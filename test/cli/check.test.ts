// `portcullis check` as its users run it: in CI, before anything is deployed.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Planned, planOf, references, refersTo } from '../lib/infrastructure/plan.ts';
import { group, type Said, vpcRule } from '../lib/infrastructure/planned.ts';
import { accountOf, exportedGroup } from './exported-group.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const check = (...words: readonly string[]) => portcullis(['check', ...words]);

const web = group();
const rule = (name: string, said: Said) => vpcRule(said, `aws_vpc_security_group_ingress_rule.${name}`);
const unknown: Planned = {
  ...rule('elastic', {}),
  unknown: { security_group_id: true, cidr_ipv4: true },
  config: {
    security_group_id: refersTo('aws_security_group.web'),
    cidr_ipv4: references('aws_eip.nat.public_ip', 'aws_eip.nat'),
  },
};
const halves = file(
  'halves.plan.json',
  planOf([web, rule('low', { cidr_ipv4: '0.0.0.0/1' }), rule('high', { cidr_ipv4: '128.0.0.0/1' })]),
);
const fixed = file(
  'fixed.plan.json',
  planOf([web, rule('low', { cidr_ipv4: '203.0.113.0/24' }), rule('high', { cidr_ipv4: '198.51.100.0/24' })]),
);
const perhaps = file('perhaps.plan.json', planOf([web, unknown]));

const template = `Parameters:
  Office: { Type: String }
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Web
      SecurityGroupIngress: { IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Office }
`;

describe('portcullis check of a plan', () => {
  it('fails one that would open SSH in halves, and passes it once that is corrected', async () => {
    const failing = await check(halves);

    expect(failing.status).toBe(1);
    expect(failing.stdout).toContain(`${halves}: critical violation: no-world-open-admin`);
    expect(failing.stdout).toContain(
      'aws_vpc_security_group_ingress_rule.low, in aws_security_group.web (web)',
    );
    expect(failing.stdout).toContain('1 group, 2 rules: 6 violations, 0 exempt, 0 undecided');
    expect(await check(fixed)).toMatchObject({
      status: 0,
      stdout: '1 group, 2 rules: 0 violations, 0 exempt, 0 undecided\n',
    });
  });

  it('fails what cannot be evaluated yet, unless that shall only be a warning', async () => {
    const failing = await check(perhaps);

    expect(failing.status).toBe(1);
    expect(failing.stdout).toContain('cidr_ipv4 is known only after apply');
    expect(failing.stdout).toContain('--unknown warn');
    expect(await check(perhaps, '--unknown', 'warn')).toMatchObject({ status: 0, stdout: failing.stdout });
  });

  it('fails by severity', async () => {
    expect((await check(halves, '--policy', 'no-world-open-admin', '--fail-on', 'critical')).status).toBe(1);
    expect((await check(halves, '--policy', 'web-only-to-the-world', '--fail-on', 'critical')).status).toBe(
      0,
    );
  });

  it('never passes one that is not finished', async () => {
    const errored = file('errored.json', planOf([web], { errored: true }));
    const { status, stdout } = await check(errored, '--unknown', 'warn');

    expect(status).toBe(1);
    expect(stdout).toContain('incomplete: Terraform could not finish this plan');
  });

  it('answers JSON as audit does, with the address of the rule', async () => {
    const { stdout } = await check(
      halves,
      '--format',
      'json',
      '--policy',
      'no-world-open-admin',
      '--account',
      '111122223333',
    );
    const { findings, summary, caveats } = JSON.parse(stdout);

    expect({ summary, caveats }).toEqual({
      summary: { groups: 1, rules: 2, violation: 2, exempt: 0, undecided: 0 },
      caveats: [],
    });
    expect(findings[0]).toEqual({
      policy: 'no-world-open-admin',
      severity: 'critical',
      verdict: 'violation',
      action: 'revoke',
      mode: 'enforce',
      groupId: 'aws_security_group.web',
      groupName: 'web',
      accountId: '111122223333',
      region: 'eu-west-1',
      address: 'aws_vpc_security_group_ingress_rule.low',
      file: halves,
      checked: halves,
      rule: expect.objectContaining({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/1' }),
      witness: 'tcp/22 from 8.8.8.8',
      share: expect.any(Number),
      reason: 'It allows tcp/22 from 57% of the internet, for example 8.8.8.8.',
    });
  });

  it('answers JUnit, a case for each policy', async () => {
    const { stdout } = await check(halves, fixed, '--format', 'junit', '--policy', 'no-world-open-admin');

    expect(stdout).toContain(`<testsuite name="${halves}" tests="1" failures="1" errors="0">`);
    expect(stdout).toContain(`<testsuite name="${fixed}" tests="1" failures="0" errors="0">`);
    expect(stdout.match(/<failure /g)).toHaveLength(2);
  });

  it('finds the lines of its source, also those of modules', async () => {
    const source = mkdtempSync(join(tmpdir(), 'source-'));
    mkdirSync(join(source, 'modules', 'web'), { recursive: true });
    writeFileSync(join(source, 'main.tf'), '\nresource "aws_security_group" "web" {}\n');
    writeFileSync(join(source, 'modules/web/rules.tf'), '\n\n  resource "aws_security_group_rule" "ssh" {\n');
    const inModule: Planned = {
      at: 'module.web["a.b"].aws_security_group_rule.ssh[0]',
      after: {
        type: 'ingress',
        protocol: 'tcp',
        from_port: 22,
        to_port: 22,
        cidr_blocks: ['0.0.0.0/0'],
        security_group_id: 'sg-1',
      },
    };
    const plan = file('modules.json', planOf([inModule]));

    expect((await check(plan, '--source', source)).stdout).toContain(
      `${join(source, 'modules/web/rules.tf')}:3: critical violation`,
    );
    expect((await check(plan)).stdout).toContain(`${plan}: critical violation`);
  });
});

describe('portcullis check of rules for a group that the plan does not know', () => {
  const added = (cidr: string): Planned => ({
    at: 'aws_security_group_rule.ssh',
    after: {
      type: 'ingress',
      protocol: 'tcp',
      from_port: 22,
      to_port: 22,
      cidr_blocks: [cidr],
      security_group_id: 'sg-0web',
    },
  });
  const removed = (cidr: string): Planned => ({
    at: 'aws_security_group_rule.old',
    actions: ['delete'],
    before: added(cidr).after ?? {},
    config: null,
  });
  const web = exportedGroup('sg-0web', 'bastion', '40.0.0.0/8');
  const plan = file('added.json', planOf([added('41.0.0.0/8')]));
  const ssh = ['--policy', 'no-world-open-admin'];

  it('adds what an export has of it, and finds fault only with what the plan adds', async () => {
    const from = file('live.json', { SecurityGroups: [web] });

    expect((await check(plan, ...ssh)).status).toBe(0);
    const { status, stdout } = await check(plan, ...ssh, '--from', from);
    expect(status).toBe(1);
    expect(stdout).toContain('aws_security_group_rule.ssh, in sg-0web (bastion)');
    expect(stdout).toContain('1 violation,');
  });

  it('adds what the account has of it', async () => {
    const account = accountOf(web);

    expect(await onAccount(account, ['check', plan, ...ssh, '--live'])).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('(bastion)'),
    });
  });

  it('reads the region of the provider', async () => {
    const account = accountOf(web);
    const elsewhere: typeof portcullis = (words, { AWS_REGION: _, ...env } = {}) => portcullis(words, env);

    expect((await onAccount(account, ['check', plan, ...ssh, '--live'], elsewhere)).stdout).toContain(
      '(bastion)',
    );
  });

  it('says how to learn the name of the group, where policies turn on it', async () => {
    const { stdout } = await check(plan);

    expect(stdout).toContain('the policy turns on the group name, not known here');
    expect(stdout).toContain(
      'For the name of existing groups, use --live to read them from your account, or --from FILE to read an export.',
    );
    expect((await check(plan, '--from', file('live.json', { SecurityGroups: [web] }))).stdout).not.toContain(
      '--live',
    );
  });

  it('leaves out what the plan removes', async () => {
    const from = file('live.json', { SecurityGroups: [web] });
    const exchange = file('exchange.json', planOf([added('41.0.0.0/8'), removed('40.0.0.0/8')]));

    expect((await check(exchange, ...ssh, '--from', from)).status).toBe(0);
  });
});

describe('portcullis check of a template', () => {
  const open = (...SecurityGroupIngress: readonly object[]) => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { GroupDescription: 'Web', SecurityGroupIngress },
  });
  const yaml = file('web.template.yaml', template);
  const world = file('world.json', [{ ParameterKey: 'Office', ParameterValue: '0.0.0.0/0' }]);

  it('judges it with its parameters, and leads to the line', async () => {
    expect((await check(yaml)).stdout).toContain(`${yaml}:8: critical undecided: no-world-open-admin`);
    expect((await check(yaml, '--parameters', world)).stdout).toContain(
      `${yaml}:8: critical violation: no-world-open-admin`,
    );
    expect(
      await check(yaml, '--parameters', file('office.json', { Parameters: { Office: '203.0.113.0/24' } })),
    ).toMatchObject({ status: 0 });
  });

  it('leads with the policy about all traffic where all of it is open', async () => {
    const all = file('all.template.json', {
      Resources: { Web: open({ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }) },
    });
    const ssh = file('ssh.template.json', {
      Resources: { Web: open({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' }) },
    });

    expect((await check(all)).stdout).toContain(': critical violation: no-world-open-all-traffic, ');
    expect((await check(ssh)).stdout).toContain(': critical violation: no-world-open-admin, ');
  });

  it('says under which conditions a rule is open, of those that are not decided', async () => {
    const conditional = file('conditional.template.json', {
      Parameters: { Stage: { Type: 'String', Default: 'dev' } },
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
      Resources: {
        Web: open(
          { IpProtocol: 'tcp', FromPort: 3389, ToPort: 3389, CidrIp: '0.0.0.0/0' },
          {
            'Fn::If': [
              'IsProd',
              { Ref: 'AWS::NoValue' },
              { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' },
            ],
          },
        ),
      },
    });
    const dev = file('dev.json', { Stage: 'dev' });

    expect((await check(conditional)).stdout.match(/This is so if .*/g)).toEqual([
      'This is so if not IsProd.',
    ]);
    expect((await check(conditional, '--parameters', dev)).stdout).not.toContain('This is so if');
  });

  it('reads all templates of a directory', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cdk-out-'));
    writeFileSync(join(directory, 'manifest.json'), '{}');
    for (const name of ['a', 'b'])
      writeFileSync(
        join(directory, `${name}.template.json`),
        JSON.stringify(parse('Resources: { Web: { Type: AWS::EC2::SecurityGroup } }')),
      );

    expect((await check(directory)).stdout).toContain('2 groups, 2 rules: 0 violations');
    expect(await check(mkdtempSync(join(tmpdir(), 'empty-')))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('holds no file that ends in'),
    });
  });

  it('names nested stacks, and passes', async () => {
    const nested = file('nested.json', { Resources: { Inner: { Type: 'AWS::CloudFormation::Stack' } } });

    expect(await check(nested)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('note: Inner: the template of a nested stack is not read'),
    });
  });

  it('does not pass what a macro may change', async () => {
    const macro = file('macro.json', { Transform: 'Mine', Resources: {} });

    expect((await check(macro)).status).toBe(1);
    expect((await check(macro, '--unknown', 'warn')).status).toBe(0);
  });
});

describe('portcullis check refuses', () => {
  it.each<[string, string | object, RegExp]>([
    [
      'a state',
      { format_version: '1.0', terraform_version: '1.11.4', values: {} },
      /it is a state and not a plan/,
    ],
    ['a plan as Terraform keeps it', 'PK\u0003\u0004', /terraform show -json/],
    [
      'anything else',
      { hello: 'world' },
      /neither what `terraform show -json PLAN` prints nor a CloudFormation template/,
    ],
    ['broken YAML', 'Resources: [', /:1:13: /],
    ['broken JSON', '{ "Resources": ', /:1:\d+: not JSON/],
  ])('%s', async (name, content, problem) => {
    expect(await check(file(`${name.replaceAll(' ', '-')}.txt`, content))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(problem),
    });
  });

  it('parameters that are none, and what is no account', async () => {
    expect(await check(halves, '--parameters', file('list.json', [1]))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no parameters'),
    });
    expect((await check(halves, '--account', '1')).status).toBe(2);
  });

  it('a value for a parameter that no template has', async () => {
    const named = (name: string) => file(`${name}.json`, { [name]: '0.0.0.0/0' });
    const web = join(mkdtempSync(join(tmpdir(), 'named-')), 'web.yaml');
    writeFileSync(web, template);

    expect((await check(web, '--parameters', named('Office'))).status).toBe(1);
    expect(await check(web, '--parameters', named('Ofice'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no template has a parameter `Ofice`, did you mean `Office`?'),
    });
    expect((await check(halves, '--parameters', named('Office'))).status).toBe(2);
  });

  it('a directory of sources that is not there', async () => {
    expect(await check(halves, '--source', 'no-such-dir')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--source: `no-such-dir` is not a directory'),
    });
  });

  it('nothing about a region that is not known: it warns, because AWS opens new ones', async () => {
    expect(await check(fixed, '--region', 'eu-wst-1')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^warning: --region: `eu-wst-1` .*, did you mean `eu-west-1`\?\n$/),
    });
    expect((await check(fixed, '--region', 'eu-west-1')).stderr).toBe('');
  });
});

it('portcullis check reads standard input, and files that gzip packed', async () => {
  expect((await portcullis(['check', '-'], {}, readFileSync(halves, 'utf8'))).status).toBe(1);
  const packed = join(mkdtempSync(join(tmpdir(), 'packed-')), 'plan.json.gz');
  writeFileSync(packed, gzipSync(readFileSync(halves)));

  expect((await check(packed)).status).toBe(1);
});

it.each(['github-workflow.yml', 'pre-commit-config.yaml'])(
  'examples/check/%s runs a check with options that there are',
  async (name) => {
    const text = readFileSync(`examples/check/${name}`, 'utf8');
    const { stdout: help } = await check('--help');

    expect(parse(text)).toBeTypeOf('object');
    const [, words = ''] = /portcullis\.js check (.*)$/m.exec(text) ?? [];
    expect(words.match(/--[a-z-]+/g)?.length).toBeGreaterThan(0);
    expect(words.match(/--[a-z-]+/g)?.filter((option) => !help.includes(option))).toEqual([]);
  },
);
