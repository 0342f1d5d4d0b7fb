// `portcullis restore` as its users run it: what was revoked comes back, on the sandbox over HTTP.
import { brotliCompressSync } from 'node:zlib';
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { load, save } from '../../lib/io/ledger/entries.ts';
import { compilePolicy } from '../../lib/policy/policy.ts';
import { policySchema } from '../../lib/policy/schema.ts';
import { contentOf, parseRule } from '../../lib/rule.ts';
import { addRule, fail, inForce } from '../../lib/sandbox/index.ts';
import { calls, GROUP, left, makeEvent, makeWorld, reconcile, type TestWorld, tcp } from '../lib/io/world.ts';
import { type Ended, file, onAccount, portcullis } from './portcullis.ts';

const OWNED = { Key: 'team', Value: 'web' };
const ssh = { ...tcp('sgr-0ssh', 22), Description: 'temporary, ask Jane', Tags: [OWNED] };
const rdp = tcp('sgr-0rdp', 3389, { CidrIpv6: '::/0' });
const ID = 'event-1';
const NOTED = [ID, '--region', 'eu-west-1'];

let test: TestWorld;
beforeEach(async () => {
  test = makeWorld([ssh, rdp]);
  await reconcile(test.world, makeEvent([ssh, rdp]));
  test.account.calls.length = 0;
});

const restore = (...words: readonly string[]): Promise<Ended> =>
  onAccount(test.account, ['restore', ...words]);
const rules = (): readonly AwsSecurityGroupRule[] => inForce(test.account, GROUP);
const written = (): readonly AwsSecurityGroupRule[] =>
  rules().map(({ Description, Tags }) => ({ ...(Description && { Description }), ...(Tags && { Tags }) }));
const restores = () => [...test.account.items.values()].filter(({ kind }) => kind?.S === 'restore');

function same(a: readonly AwsSecurityGroupRule[], b: readonly AwsSecurityGroupRule[]): void {
  const contents = (of: readonly AwsSecurityGroupRule[]) =>
    of.map((rule) => contentOf(parseRule(rule))).toSorted();
  expect(contents(a)).toEqual(contents(b));
}

describe('portcullis restore', () => {
  it('gives back what was revoked, with descriptions and tags', async () => {
    expect(rules()).toEqual([]);

    const { status, stdout } = await restore(...NOTED);

    expect(status).toBe(0);
    same(rules(), [ssh, rdp]);
    expect(written()).toContainEqual({ Description: 'temporary, ask Jane', Tags: [OWNED] });
    expect(stdout).toMatch(
      /Restored as sgr-\w+: SSH \(tcp\/22\) from the whole internet .* "temporary, ask Jane"/,
    );
  });

  it('is on record before anything is sent, and after', async () => {
    fail(test.account, 'PutItem', 'AccessDeniedException');

    const { status, stderr } = await restore(...NOTED);
    expect([status, rules()]).toEqual([2, []]);
    expect(stderr).toContain('nothing is sent: the ledger cannot be written: AccessDeniedException');

    test.account.faults.length = 0;
    await restore(...NOTED);
    expect(restores().map(({ id, state }) => [id?.S?.slice(0, 16), state?.S])).toEqual([
      ['restore/event-1/', 'restored'],
    ]);
  });

  it('says which rules are there already, and gives back the rest', async () => {
    addRule(test.account, { ...tcp('sgr-0new', 22), GroupId: GROUP, GroupOwnerId: '111122223333' });

    const { status, stdout } = await restore(...NOTED);

    expect(status).toBe(0);
    expect(stdout).toContain('Already there, as sgr-0new: SSH');
    expect(stdout).toContain('Restored as');
    expect(rules()).toHaveLength(2);
  });

  it('finds all there when it is run twice', async () => {
    await restore(...NOTED);
    const { status, stdout } = await restore(...NOTED);

    expect(status).toBe(0);
    expect(stdout.match(/Already there/g)).toHaveLength(2);
    expect(rules()).toHaveLength(2);
  });

  it('sends nothing where the group has no room for all', async () => {
    for (let port = 1000; port < 1060; port += 1)
      addRule(test.account, { ...tcp(`sgr-0${port}`, port), GroupId: GROUP });

    const { status, stdout } = await restore(...NOTED);

    expect(status).toBe(1);
    expect(stdout).toContain('Nothing is sent: the group has no room');
    expect(stdout).toContain('ingress over ipv4: 61 rules, the quota is 60');
    expect(calls(test).filter((api) => api.startsWith('Authorize'))).toEqual([]);
    expect(rules()).toHaveLength(60);
    expect((await restore(...NOTED, '--rule', 'sgr-0rdp')).status).toBe(0);
  });

  it('shows in a dry run what it would do, and does nothing', async () => {
    const { status, stdout } = await restore(...NOTED, '--dry-run');

    expect(status).toBe(0);
    expect(stdout).toContain('Would restore to web-prod (sg-0web, 111122223333, eu-west-1)');
    expect([rules(), restores()]).toEqual([[], []]);
  });

  it('picks rules', async () => {
    expect((await restore('--rule', 'sgr-0rdp', ...NOTED)).status).toBe(0);

    same(rules(), [rdp]);
  });

  it('says what AWS refuses, and notes it', async () => {
    fail(test.account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');

    const { status, stdout } = await restore(...NOTED);

    expect(status).toBe(1);
    expect(stdout).toContain('NOT RESTORED: SSH');
    expect(stdout).toContain('AWS said: UnauthorizedOperation');
    const history = await onAccount(test.account, ['history', '--format', 'json']);
    expect(JSON.parse(history.stdout).entries[0].rules[0]).toMatchObject({ outcome: 'refused' });
  });

  it('does not let a rule that is refused take others along', async () => {
    const mysql = tcp('sgr-0mysql', 3306);
    test = makeWorld([mysql, tcp('sgr-0rdp', 3389)]);
    await reconcile(test.world, makeEvent([mysql, tcp('sgr-0rdp', 3389)]));
    // Only the first call, which has both.
    fail(test.account, 'AuthorizeSecurityGroupIngress', 'InvalidPermission.Duplicate', 1);

    expect((await restore(...NOTED)).status).toBe(0);
    expect(rules()).toHaveLength(2);
  });

  it('says so when the group is gone', async () => {
    test.account.groups.delete(GROUP);

    const { status, stdout } = await restore(...NOTED);

    expect(status).toBe(1);
    expect(stdout).toContain('security group sg-0web does not exist');
  });

  it('leaves alone what somebody else had removed, unless it is named', async () => {
    const entry = await load(test.world.ledger, ID);
    if (entry === undefined) throw new Error('no entry');
    const findings = entry.record.findings.map((finding) => ({ ...finding, outcome: 'absent' as const }));
    await save(test.world.ledger, { ...entry, record: { ...entry.record, findings } });

    const all = await restore(...NOTED);
    expect(all.status).toBe(1);
    expect(all.stdout).toContain('was already gone when Portcullis came. To restore it too: --rule sgr-0ssh');

    expect((await restore(...NOTED, '--rule', 'sgr-0ssh')).status).toBe(0);
    same(rules(), [ssh]);
  });

  it('gives back the whole of a trimmed rule, beside the rules that keep a part of it', async () => {
    const wide = { ...tcp('sgr-0wide', 20), ToPort: 25 };
    const trimming = policySchema.parse({
      ...{ id: 'no-ssh', title: 'closed', severity: 'high', description: 'Use the VPN.' },
      match: { ports: [22], source: 'world' },
      action: 'trim',
    });
    test = makeWorld([wide]);
    await reconcile({ ...test.world, policies: [compilePolicy(trimming)] }, makeEvent([wide]));
    const kept = rules();

    const { status, stdout } = await restore(...NOTED);

    expect(status).toBe(0);
    expect(kept.length).toBeGreaterThan(0);
    same(rules(), [wide, ...kept]);
    expect(stdout).toMatch(/It was trimmed: the .*keeps? .* stays? beside it/);
  });

  it('waits for Portcullis to end', async () => {
    const entry = await load(test.world.ledger, ID);
    if (entry === undefined) throw new Error('no entry');
    await save(test.world.ledger, { ...entry, state: 'planned', leaseUntil: Date.now() + 60_000 });

    expect((await restore(...NOTED)).stderr).toContain('still at `event-1`');
  });

  it('gives back what a try that was cut short had removed', async () => {
    const entry = await load(test.world.ledger, ID);
    if (entry === undefined) throw new Error('no entry');
    const findings = entry.record.findings.map(({ outcome: _, ...finding }) => finding);
    await save(test.world.ledger, {
      ...entry,
      state: 'planned',
      leaseUntil: 0,
      record: { ...entry.record, findings },
    });

    expect((await restore(...NOTED)).status).toBe(0);
    expect(left(test)).toHaveLength(2);
  });

  it.each([
    ['an id that the ledger does not have', ['none'], 'no record `none` in the ledger'],
    [
      'a stage that is not deployed',
      [...NOTED, '--stage', 'staging'],
      'account 111122223333 has no stack `portcullis-staging` in eu-west-1',
    ],
    ['neither id nor file', [], 'Give the id of a record, or --from'],
    ['both id and file', [ID, '--from', 'a.json'], 'or --from, not both'],
    ['another region', [ID, '--region', 'us-east-1'], 'the record is of eu-west-1'],
    ['a rule of another record', [...NOTED, '--rule', 'sgr-0other'], '`sgr-0other` is not one of the record'],
    [
      'no exception to write',
      ['--write'],
      '--write writes an exception: --until, --reason and --owner go together',
    ],
    ['half an exception', [...NOTED, '--until', '2099-01-01'], '--until, --reason and --owner go together'],
    [
      'a day that is none',
      [...NOTED, '--until', '2099-02-30', '--reason', 'x', '--owner', 'y'],
      'is not a day',
    ],
    ['a day that is over', [...NOTED, '--until', '2020-01-01', '--reason', 'x', '--owner', 'y'], 'is over'],
    ['a quota that is none', [...NOTED, '--quota', 'many'], 'Use a number from 1 to 9999'],
    [
      'a file that is no record',
      ['--from', file('no.json', { a: 1 })],
      'no.json: this is not a record of Portcullis',
    ],
    [
      'a simulation that found nothing',
      ['--from', file('found-nothing.json', { change: {}, message: null })],
      'found-nothing.json: of a simulation in which nothing was found: there is nothing to restore',
    ],
  ])('says in one line what is wrong, and sends nothing: %s', async (_, words, message) => {
    const { status, stdout, stderr } = await restore(...words);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(rules()).toEqual([]);
  });
});

describe('portcullis restore, with the beginning of an id', () => {
  const UUID = '1beb5d85-3e0f-4000-b7d7-edb9300e0594';
  const remediate = (eventID: string) => reconcile(test.world, makeEvent([ssh], { eventID }));
  beforeEach(async () => {
    test = makeWorld([ssh]);
    await remediate(UUID);
  });

  it('takes the one record whose id begins so', async () => {
    expect((await restore('1beb5d85')).status).toBe(0);
    same(rules(), [ssh]);
  });

  it('lists the records where several ids begin so, and sends nothing', async () => {
    addRule(test.account, { ...ssh, GroupId: GROUP });
    await test.world.wait(60_000);
    await remediate('1beb5d85-ffff-4000-b7d7-edb9300e0594');

    const { status, stderr } = await restore('1beb5d85');

    expect([status, rules()]).toEqual([2, []]);
    expect(stderr).toMatch(
      /several ids begin with.*\n {2}1beb5d85-ffff-4000-b7d7-edb9300e0594 {2}\(2026-.*\n {2}1beb5d85-3e0f-/,
    );
    expect((await restore(UUID)).status).toBe(0);
  });

  it('wants eight characters', async () => {
    expect((await restore('1beb5d8')).stderr).toContain('give at least 8 characters of its id');
  });
});

describe('portcullis restore --from', () => {
  const record = async (): Promise<object> => {
    const entry = await load(test.world.ledger, ID);
    if (entry === undefined) throw new Error('no entry');
    return entry.record;
  };
  const pack = (value: unknown) => brotliCompressSync(JSON.stringify(value)).toString('base64');

  it.each<[string, (record: object) => unknown]>([
    ['the record alone', (it) => it],
    ['an SNS notification', (it) => ({ Type: 'Notification', Message: JSON.stringify(it) })],
    ['an SQS message of one', (it) => ({ Body: JSON.stringify({ Message: JSON.stringify(it) }) })],
    ["the ledger's entry", (it) => ({ id: ID, state: 'notified', record: it })],
    ["the ledger's item", (it) => ({ Item: { id: { S: ID }, body: { B: pack({ record: it }) } } })],
    ['a simulation', (it) => ({ change: {}, message: { subject: 'x', record: it } })],
  ])('takes %s, and needs no ledger', async (_, wrap) => {
    const { status, stdout } = await restore('--from', file('record.json', wrap(await record())));

    expect(status).toBe(0);
    expect(stdout).toContain('Not noted in the ledger');
    same(rules(), [ssh, rdp]);
  });

  it('is not done while the message had no room for all', async () => {
    const { status, stdout } = await restore('--from', file('cut.json', { ...(await record()), omitted: 1 }));

    expect(status).toBe(1);
    expect(stdout).toContain('no room for 1 more finding:');
  });

  it('has nothing to give back of a dry run', async () => {
    const from = file('dry.json', { ...(await record()), mode: 'dry-run' });

    expect(await restore('--from', from)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('dry run'),
    });
    expect(calls(test)).not.toContain('DescribeSecurityGroups');
  });
});

it('prints the exception for a record from a file before it asks AWS, and so without credentials', async () => {
  const { record } = (await load(test.world.ledger, ID)) ?? {};
  const terms = ['--until', '2099-01-01', '--reason', 'migration', '--owner', 'team-a'];
  const nobody = {
    AWS_ACCESS_KEY_ID: undefined,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const { status, stdout, stderr } = await portcullis(
    ['restore', '--from', file('record.json', record ?? {}), '--dry-run', ...terms],
    nobody,
  );

  expect(status).toBe(2);
  expect(stdout).toContain('reason: "migration"');
  expect(stderr).toContain('the group cannot be read');
});
