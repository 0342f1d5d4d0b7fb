// A baseline from one day and an audit of the next: only what is new fails.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { file, portcullis } from '../portcullis.ts';

const open = (port: number, CidrIp = '0.0.0.0/0', Description = 'as it was') => ({
  ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port },
  IpRanges: [{ CidrIp, Description }],
});
const group = (GroupId: string, ...IpPermissions: readonly object[]) => ({
  ...{ GroupId, GroupName: `name of ${GroupId}`, OwnerId: '111122223333', VpcId: 'vpc-0abc', IpPermissions },
});
const exported = (name: string, ...SecurityGroups: readonly object[]) => file(name, { SecurityGroups });
const audit = (from: string, ...words: readonly string[]) =>
  portcullis(['audit', '--from', from, '--region', 'eu-west-1', '--policy', 'no-world-open-admin', ...words]);

const before = exported('before.json', group('sg-0a', open(22), open(3389)), group('sg-0b', open(22)));

/** Writes a baseline of that export. */
async function baselineOf(from: string, ...words: readonly string[]): Promise<string> {
  const path = file('baseline.json', '');
  await audit(from, '--write-baseline', path, ...words);
  return path;
}

describe('a baseline', () => {
  it('lets pass what it was made of', async () => {
    const baseline = await baselineOf(before);

    expect((await audit(before)).status).toBe(1);
    expect(await audit(before, '--baseline', baseline)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('3 other findings in the baseline; 0 of the baseline were not found'),
    });
  });

  it('passes itself when it is written', async () => {
    expect((await audit(before, '--write-baseline', file('new.json', ''))).status).toBe(0);
  });

  it('knows rules that were made again, described again, listed in another order or spelled differently', async () => {
    const after = exported(
      'after.json',
      group('sg-0b', { ...open(22, '198.51.100.7/0', 'made again'), IpProtocol: '6' }),
      { ...group('sg-0a', open(3389, '0.0.0.0/0', ''), open(22)), GroupName: 'renamed' },
    );

    expect((await audit(after, '--baseline', await baselineOf(before))).status).toBe(0);
  });

  it.each<[string, object]>([
    ['another port', group('sg-0a', open(22), open(3389), open(5900))],
    ['another source', group('sg-0a', open(22), open(3389), open(22, '0.0.0.0/1'))],
    ['another group', group('sg-0c', open(22))],
    ['another account', { ...group('sg-0a', open(22)), OwnerId: '444455556666' }],
  ])('fails on %s, and lists that alone', async (_, changed) => {
    const after = exported('changed.json', changed);
    const { status, stdout } = await audit(after, '--baseline', await baselineOf(before));

    expect(status).toBe(1);
    expect(stdout).toMatch(/new: [12] violations?,/);
  });

  it('fails for another region, and for another policy', async () => {
    const baseline = await baselineOf(before);
    const words = ['audit', '--from', before, '--baseline', baseline];

    expect((await portcullis([...words, '--region', 'us-east-1'])).status).toBe(1);
    expect((await portcullis([...words, '--region', 'eu-west-1'])).status).toBe(1);
  });

  it('counts what was not found again', async () => {
    const { stdout } = await audit(
      exported('less.json', group('sg-0a', open(22))),
      '--baseline',
      await baselineOf(before),
    );

    expect(stdout).toContain('1 other finding in the baseline; 2 of the baseline were not found');
  });

  it('fails for a rule that could not be evaluated then, and violates now, and not the other way round', async () => {
    const from = exported(
      'listed.json',
      group('sg-0a', {
        ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22 },
        PrefixListIds: [{ PrefixListId: 'pl-0abc' }],
      }),
    );
    const lists = ['--prefix-lists', file('world.json', { 'pl-0abc': ['0.0.0.0/0'] })];
    const [undecided, violating] = [
      await baselineOf(from),
      await baselineOf(from, ...lists).then((path) => file('copy.json', readFileSync(path, 'utf8'))),
    ];

    expect((await audit(from, '--baseline', violating)).status).toBe(0);
    const old = file('undecided-baseline.json', '');
    await audit(from, '--write-baseline', old);
    expect(undecided).toBeDefined();
    expect((await audit(from, '--baseline', old)).status).toBe(0);
    expect((await audit(from, '--baseline', old, ...lists)).status).toBe(1);
  });

  it('marks for machines what it knows', async () => {
    const after = exported('more.json', group('sg-0a', open(22), open(5900)));
    const { stdout } = await audit(after, '--format', 'json', '--baseline', await baselineOf(before));
    const { findings, summary } = JSON.parse(stdout);

    expect(findings.map(({ known }: { known?: true }) => known)).toEqual([true, undefined]);
    expect(summary).toMatchObject({ violation: 2, baseline: { known: 1, gone: 2 } });
  });

  it('tells code scanning what is new', async () => {
    const after = exported('sarif-more.json', group('sg-0a', open(22), open(5900)));
    const states = async (...words: readonly string[]) => {
      const { stdout } = await audit(after, '--format', 'sarif', ...words);
      const [{ results }] = JSON.parse(stdout).runs;
      return results.map(({ baselineState }: { baselineState?: string }) => baselineState);
    };

    expect(await states('--baseline', await baselineOf(before))).toEqual(['unchanged', 'new']);
    expect(await states()).toEqual([undefined, undefined]);
  });

  it('is a file in which the next day changes the lines that have changed', async () => {
    const lines = (text: string) => text.split('\n').filter((line) => line.includes('"group"'));
    const first = lines(readFileSync(await baselineOf(before), 'utf8'));
    const more = exported(
      'one-more.json',
      group('sg-0b', open(22), open(5900)),
      group('sg-0a', open(3389), open(22)),
    );
    const second = lines(readFileSync(await baselineOf(more), 'utf8'));

    expect(first).toHaveLength(3);
    expect(first.map((line) => line.replace(/,$/, ''))).toEqual(
      second.map((line) => line.replace(/,$/, '')).filter((line) => !line.includes('5900')),
    );
    expect(JSON.parse(first[0]?.replace(/,$/, '') ?? '')).toEqual({
      account: '111122223333',
      region: 'eu-west-1',
      group: 'sg-0a',
      policy: 'no-world-open-admin',
      direction: 'ingress',
      protocol: 'tcp',
      ports: '22',
      peer: '0.0.0.0/0',
    });
  });

  it.each([
    ['is not there', 'no-such.json', 'no-such.json: cannot be read'],
    ['is none', file('none.json', { version: 2, findings: [] }), 'not what is expected: version'],
    ['has a finding that is none', file('odd.json', { version: 1, findings: [{}] }), 'findings.0.account'],
  ])('that %s is refused in one line', async (_, path, message) => {
    const { status, stdout, stderr } = await audit(before, '--baseline', path);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('that cannot be written is said', async () => {
    const { status, stderr } = await audit(before, '--write-baseline', '/no/such/dir/baseline.json');

    expect(status).toBe(2);
    expect(stderr).toContain('--write-baseline: /no/such/dir/baseline.json cannot be written');
  });
});
