// `portcullis simulate --rule`: what would happen if I opened this?
import { describe, expect, it } from 'vitest';
import { addGroup, createAccount } from '../../lib/sandbox/index.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const ask = (rule: string, ...words: readonly string[]) => portcullis(['simulate', '--rule', rule, ...words]);
const ssh = ['--policy', 'no-world-open-admin'];
const permission = (CidrIp: string) => ({
  IpProtocol: 'tcp',
  FromPort: 22,
  ToPort: 22,
  IpRanges: [{ CidrIp }],
});
const web = {
  GroupId: 'sg-0abc',
  GroupName: 'web',
  OwnerId: '111122223333',
  VpcId: 'vpc-0abc',
  IpPermissions: [permission('40.0.0.0/8')],
};

describe('portcullis simulate --rule', () => {
  it('answers in three lines: what, why, and what to do instead', async () => {
    const { status, stdout } = await ask('tcp 22 0.0.0.0/0', ...ssh);

    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'Portcullis would revoke SSH (tcp/22) from the whole internet (0.0.0.0/0).',
      'Why: no-world-open-admin: Anyone on the internet can reach tcp/22.',
      expect.stringMatching(/^Instead: Scanners find an open admin port within minutes/),
    ]);
  });

  it('says that it would leave alone what no policy forbids', async () => {
    expect((await ask('tcp 443 0.0.0.0/0', ...ssh)).stdout.split('\n')).toEqual([
      'Portcullis would leave alone HTTPS (tcp/443) from the whole internet (0.0.0.0/0).',
      'Why: no policy in force forbids it.',
      'Judged in a new group without other rules (--group judges it in one of yours), by the policies in force today.',
      '',
    ]);
  });

  it.each([
    ['ssh by its name', 'tcp ssh 0.0.0.0/0', 'would revoke'],
    ['a range', 'tcp 20-25 0.0.0.0/0', 'would revoke'],
    ['all traffic', 'all ::/0', 'would revoke'],
    ['another direction', 'egress tcp 22 0.0.0.0/0', 'would leave alone'],
    ['ICMP', 'icmp echo 0.0.0.0/0', 'would leave alone'],
    ['a protocol without ports', 'esp 0.0.0.0/0', 'would leave alone'],
    ['a group', 'tcp 22 sg-0abc', 'would leave alone'],
    ['a list that is not known', 'tcp 22 pl-0abc', 'would only report'],
  ])('takes %s', async (_, rule, answer) => {
    expect((await ask(rule, ...ssh)).stdout).toContain(answer);
  });

  it('judges it beside the rules of a group, of a file or of the account', async () => {
    const account = createAccount({ accountId: '111122223333', region: 'eu-west-1' });
    addGroup(account, web);
    const half = 'tcp 22 41.0.0.0/8';
    const answer = expect.stringMatching(
      /^Portcullis would revoke SSH .* in web \(sg-0abc\)\.\nWhy: .*[Tt]ogether with/,
    );

    expect((await ask(half, ...ssh)).stdout).toContain('would leave alone');
    expect((await ask(half, ...ssh, '--group', file('web.json', { SecurityGroups: [web] }))).stdout).toEqual(
      answer,
    );
    expect(
      (await onAccount(account, ['simulate', '--rule', half, ...ssh, '--group', 'sg-0abc'])).stdout,
    ).toEqual(answer);
    expect(account.calls.filter(({ api }) => !api.startsWith('Describe'))).toEqual([]);
  });

  it('knows dry runs and protected groups', async () => {
    const one = file('one.json', { SecurityGroups: [web] });

    expect((await ask('tcp 22 0.0.0.0/0', ...ssh, '--mode', 'dry-run')).stdout).toContain(
      'would only report',
    );
    expect((await ask('tcp 22 0.0.0.0/0', ...ssh, '--group', one, '--protect', 'name=web')).stdout).toContain(
      'would only report',
    );
  });

  it('answers JSON for machines', async () => {
    const { stdout } = await ask('tcp 22 0.0.0.0/0', ...ssh, '--format', 'json');

    expect(JSON.parse(stdout)).toMatchObject({
      does: 'revoke',
      otherRules: 0,
      findings: [{ policy: 'no-world-open-admin', verdict: 'violation' }],
    });
  });

  it.each(['tcp 22', 'tcp 0.0.0.0/0', 'tpc 22 0.0.0.0/0', 'tcp 22 1.2.3', 'all 22 0.0.0.0/0', ''])(
    'refuses `%s`, and says how to write one',
    async (rule) => {
      expect(await ask(rule)).toMatchObject({ status: 2, stderr: expect.stringContaining('--rule: ') });
    },
  );

  it('takes an event or a rule, and one group', async () => {
    expect((await portcullis(['simulate'])).status).toBe(2);
    expect((await ask('tcp 22 0.0.0.0/0', 'event.json')).stderr).toContain('and not both');
    const two = file('two.json', { SecurityGroups: [web, { ...web, GroupId: 'sg-0def' }] });
    expect((await ask('tcp 22 0.0.0.0/0', '--group', two)).stderr).toContain('holds 2 groups');
  });
});
