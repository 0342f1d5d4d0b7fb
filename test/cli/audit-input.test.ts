// What `portcullis audit` reads: files in every shape that exports come in, and several regions and profiles.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { addGroup, createAccount, fail } from '../../lib/sandbox/index.ts';
import { type Ended, type Environment, file, onAccount, portcullis } from './portcullis.ts';

const SSH = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const group = (GroupId: string, more: object = {}) => ({
  ...{ GroupId, GroupName: `name-${GroupId}`, OwnerId: '111122223333', VpcId: 'vpc-0abc' },
  ...{ Tags: [{ Key: 'team', Value: `team of ${GroupId}` }], IpPermissions: [SSH], ...more },
});
const [a, b] = [group('sg-0a'), group('sg-0b')];
const WORDS = ['audit', '--format', 'json', '--policy', 'no-world-open-admin'];

function groupsIn({ stdout }: Ended): readonly string[] {
  const { findings } = JSON.parse(stdout) as { findings: readonly { groupId: string; region: string }[] };
  return findings.map(({ groupId, region }) => (region === 'unknown' ? groupId : `${groupId} ${region}`));
}
const audit = (...words: readonly string[]) => portcullis([...WORDS, ...words]);
const lines = (...values: readonly object[]) => values.map((one) => `${JSON.stringify(one)}\n`).join('');

/** A file of bytes. */
function packed(name: string, text: string): string {
  const path = file(name, '');
  writeFileSync(path, gzipSync(text));
  return path;
}

function directory(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = mkdtempSync(join(tmpdir(), 'export-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

describe('an export', () => {
  const whole = { SecurityGroups: [a, b] };
  const pretty = JSON.stringify(whole, null, 4);

  it.each<[string, string]>([
    ['one document', file('one.json', whole)],
    ['several documents', file('several.json', lines({ SecurityGroups: [a] }, { SecurityGroups: [b] }))],
    ['several documents on several lines', file('concatenated.json', `${pretty}\n${'{"Vpcs": []}'}`)],
    ['JSON lines of groups', file('groups.jsonl', lines(a, b))],
    ['a list of groups', file('list.json', [a, b])],
    ['a list of documents', file('documents.json', [{ SecurityGroups: [a] }, { SecurityGroups: [b] }])],
    ['what gzip packed', packed('packed.json.gz', pretty)],
    ['JSON lines that gzip packed, under any name', packed('packed', lines(a, b))],
    [
      'a directory',
      directory({ 'eu/a.json': JSON.stringify([a]), 'us/b.jsonl': lines(b), 'notes.txt': 'x' }),
    ],
    [
      'a directory of packed files',
      directory({ 'a.json.gz': gzipSync(lines(a)), 'b.ndjson.gz': gzipSync(lines(b)) }),
    ],
  ])('is read as %s', async (_, path) => {
    expect(groupsIn(await audit('--from', path))).toEqual(['sg-0a', 'sg-0b']);
  });

  it('is read from several files, and from standard input among them', async () => {
    const [one, two] = [file('a.json', [a]), lines(b)];

    expect(groupsIn(await portcullis([...WORDS, '--from', one, '--from', '-'], {}, two))).toEqual([
      'sg-0a',
      'sg-0b',
    ]);
  });

  it('may have its groups in one file and what surrounds them in another', async () => {
    const outside = { ...policyOutsideVpc };
    const policies = directory({ 'outside-vpc.yaml': JSON.stringify(outside) });
    const groups = file('without-vpcs.json', [
      group('sg-0a', { IpPermissions: [{ ...SSH, IpRanges: [{ CidrIp: '198.51.100.0/24' }] }] }),
    ]);
    const vpcs = file('vpcs-alone.json', { Vpcs: [{ VpcId: 'vpc-0abc', CidrBlock: '198.51.100.0/24' }] });
    const associations = file('associations-alone.json', { SecurityGroupVpcAssociations: [] });
    const words = ['audit', '--policies', policies, '--region', 'eu-west-1', '--from', groups];

    expect((await portcullis(words)).status).toBe(1);
    expect((await portcullis([...words, '--from', vpcs, '--from', associations])).status).toBe(0);
  });

  const policyOutsideVpc = {
    ...{ id: 'outside-vpc', title: 'x', severity: 'high', description: 'x' },
    ...{ match: { protocol: ['tcp'], ports: [22], source: { outside: ['vpc'] } }, action: 'notify' },
  };

  it.each<[string, readonly string[], string]>([
    ['an empty directory', [directory({ 'notes.txt': 'x' })], 'no file to read in this directory'],
    [
      'groups in no file',
      [file('v.json', { Vpcs: [] }), file('w.jsonl', '{}')],
      'no list of SecurityGroups in it',
    ],
    ['a number among groups', [file('n.json', [a, 1])], 'SecurityGroups.1: not what is expected'],
    [
      'a page that is not the last',
      [file('page.json', { SecurityGroups: [a], NextToken: 'abc' }), file('vpcs.json', { Vpcs: [] })],
      'the last page names a NextToken, so there are more SecurityGroups: export all of them, without --max-items',
    ],
    [
      'a group without its rules',
      [file('cut.json', [{ GroupId: 'sg-0abc', GroupName: 'web', ipPermissions: [SSH] }])],
      'sg-0abc has neither IpPermissions nor IpPermissionsEgress',
    ],
    [
      'a source that nobody knows',
      [file('6.json', [group('sg-0a', { IpPermissions: [{ ...SSH, IPv6Ranges: [{ CidrIpv6: '::/0' }] }] })])],
      'unknown key `IPv6Ranges`',
    ],
    [
      'a text in place of a list',
      [file('no-list.json', [group('sg-0a', { IpPermissions: 'none' })])],
      'SecurityGroups.0: not what is expected: IpPermissions: a list is expected here',
    ],
    ['a broken second document', [file('2.json', `${lines(a)}{"GroupId":`)], '2.json:2:12: cannot be read'],
    [
      'what is not quite packed',
      [cut(packed('cut.gz', pretty))],
      'cut.gz: cannot be read: unexpected end of file',
    ],
  ])('is refused with its place: %s', async (_, paths, message) => {
    const { status, stderr } = await audit(...paths.flatMap((path) => ['--from', path]));

    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it('may come in pages, of which the last names no other', async () => {
    const pages = lines({ SecurityGroups: [a], NextToken: 'abc' }, { SecurityGroups: [b] });

    expect(groupsIn(await audit('--from', file('pages.jsonl', pages)))).toEqual(['sg-0a', 'sg-0b']);
  });

  function cut(path: string): string {
    writeFileSync(path, gzipSync(pretty).subarray(0, 60));
    return path;
  }

  it('has one region, and its rules are its own', async () => {
    const twice = await audit(
      '--from',
      file('r.json', [a]),
      '--region',
      'eu-west-1',
      '--region',
      'us-east-1',
    );
    expect([twice.status, twice.stderr]).toEqual([2, expect.stringContaining('give it once')]);

    const rules = await audit('--rules', file('rules-alone.json', { SecurityGroupRules: [] }));
    expect([rules.status, rules.stderr]).toEqual([
      2,
      expect.stringContaining('--rules is for groups of --from'),
    ]);
  });
});

describe('a file of rules', () => {
  const rule = (GroupId: string) => ({
    ...{ SecurityGroupRuleId: `sgr-${GroupId}`, GroupId, IsEgress: false },
    ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' },
  });
  const rulesIn = ({ stdout }: Ended) =>
    (JSON.parse(stdout) as { findings: readonly { ruleId?: string }[] }).findings.map(({ ruleId }) => ruleId);

  it('gives the rules of many groups their ids, in whatever order it has them', async () => {
    const ids = Array.from({ length: 5003 }, (_, index) => `sg-${index}`);
    const odd = ids.filter((_, index) => index % 500 === 0 || index > 4998);
    const groups = file('many-groups.jsonl', lines(...ids.map((id) => group(id, { IpPermissions: [] }))));
    const rules = file('many-rules.jsonl', lines(...odd.toReversed().map(rule)));

    expect(rulesIn(await audit('--from', groups, '--rules', rules))).toEqual(odd.map((id) => `sgr-${id}`));
  });

  it('leaves a group that it does not have its own rules: it must not look clean', async () => {
    const rules = file('rules-of-a.json', { SecurityGroupRules: [rule('sg-0a')] });
    const ended = await audit('--from', file('a-and-b.json', [a, b]), '--rules', rules);

    expect(groupsIn(ended)).toEqual(['sg-0a', 'sg-0b']);
    expect(rulesIn(ended)).toEqual(['sgr-sg-0a', undefined]);
  });

  it('is not standard input where the groups are', async () => {
    const { status, stderr } = await portcullis([...WORDS, '--from', '-', '--rules', '-'], {}, lines(a));

    expect([status, stderr]).toEqual([2, expect.stringContaining('standard input can be read once')]);
  });

  it('may be standard input', async () => {
    const words = [...WORDS, '--from', file('a-alone.json', [a]), '--rules', '-'];

    expect(rulesIn(await portcullis(words, {}, lines(rule('sg-0a'))))).toEqual(['sgr-sg-0a']);
  });
});

describe('the groups that are audited', () => {
  const from = file('chosen.json', [a, b, group('sg-0c', { Tags: [{ Key: 'env', Value: 'prod' }] })]);

  it.each<[readonly string[], readonly string[]]>([
    [['--group', 'sg-0a'], ['sg-0a']],
    [['--group', 'name-*b'], ['sg-0b']],
    [
      ['--group', 'sg-0a', '--group', 'sg-0c'],
      ['sg-0a', 'sg-0c'],
    ],
    [
      ['--tag', 'team'],
      ['sg-0a', 'sg-0b'],
    ],
    [['--tag', 'team=team of sg-0b'], ['sg-0b']],
    [['--tag', 'env=p*'], ['sg-0c']],
    [['--tag', 'env=prod', '--tag', 'team'], []],
    [
      ['--severity', 'critical'],
      ['sg-0a', 'sg-0b', 'sg-0c'],
    ],
  ])('are those of %s', async (words, expected) => {
    const ended = await audit('--from', from, ...words);

    if (expected.length > 0) expect(groupsIn(ended)).toEqual(expected);
    else expect([ended.status, ended.stderr]).toEqual([2, expect.stringContaining('no group fits')]);
  });

  it('are evaluated by the policies that are severe enough', async () => {
    const open = file('odd-port.json', [
      group('sg-0a', { IpPermissions: [{ ...SSH, FromPort: 8443, ToPort: 8443 }] }),
    ]);

    expect((await portcullis(['audit', '--from', open, '--severity', 'high'])).status).toBe(1);
    expect((await portcullis(['audit', '--from', open, '--severity', 'critical'])).status).toBe(0);
  });

  it.each<[readonly string[], string]>([
    [['--tag', '=x'], 'KEY=VALUE'],
    [['--limit', '0'], 'from 1 to 999999'],
    [['--group-by', 'vpc'], 'account, region, group, policy, service or tag:KEY'],
    [['--limit', '3'], '--limit is for the table'],
    [['--commands'], '--commands is for the table'],
  ])('are not asked for by %s', async (words, message) => {
    const { status, stderr } = await audit('--from', from, ...words);

    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('a live account', () => {
  const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
  for (let index = 0; index < 450; index += 1)
    addGroup(account, {
      GroupId: `sg-${index}`,
      VpcId: 'vpc-0abc',
      IpPermissions: index % 200 === 0 ? [SSH] : [],
    });
  const keys = 'region=eu-west-1\naws_access_key_id=test\naws_secret_access_key=test\n';
  const config = file('two-profiles', `[profile one]\n${keys}[profile two]\n${keys}`);
  const live = (words: readonly string[]) =>
    onAccount(account, [...WORDS, ...words], (said, env: Environment) =>
      portcullis(said, { ...env, AWS_CONFIG_FILE: config }),
    );

  it('is read whole, a page of groups after the other, each with its rules', async () => {
    const ended = await live(['--region', 'eu-west-1']);

    expect(groupsIn(ended)).toEqual(['sg-0', 'sg-200', 'sg-400'].map((id) => `${id} eu-west-1`));
    expect(JSON.parse(ended.stdout).summary).toMatchObject({ groups: 450 });
  });

  it('may have several regions', async () => {
    const ended = await live(['--region', 'eu-west-1', '--region', 'us-east-1', '--group', 'sg-0']);

    expect(groupsIn(ended)).toHaveLength(2);
  });

  it('may be several, by their profiles, which stand in the commands that close', async () => {
    const { stdout } = await onAccount(
      account,
      ['audit', '--profile', 'one', '--profile', 'two', '--group', 'sg-0', '--commands'],
      (said, env) =>
        portcullis(said, {
          ...env,
          AWS_CONFIG_FILE: config,
          AWS_ACCESS_KEY_ID: undefined,
          AWS_SECRET_ACCESS_KEY: undefined,
        }),
    );

    expect(stdout.match(/--profile (one|two) --region eu-west-1 --group-id sg-0/g)).toHaveLength(2);
  });

  it('says which profile there is not', async () => {
    const { status, stderr } = await live(['--profile', 'one', '--profile', 'three']);

    expect([status, stderr]).toEqual([2, expect.stringContaining('no profile `three`')]);
  });

  it('says which one it could not read', async () => {
    fail(account, 'DescribeSecurityGroups', 'UnauthorizedOperation');
    const { status, stderr } = await live(['--profile', 'two', '--region', 'eu-west-1']);

    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('the account (two, eu-west-1) cannot be read'),
    ]);
  });
});
