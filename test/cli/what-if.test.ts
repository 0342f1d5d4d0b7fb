// `portcullis simulate --rule`: what would happen if I opened this?
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accountOf, exportedGroup } from './exported-group.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

const ask = (rule: string, ...words: readonly string[]) => portcullis(['simulate', '--rule', rule, ...words]);
const ssh = ['--policy', 'no-world-open-admin'];
const web = exportedGroup('sg-0abc', 'web', '40.0.0.0/8');

describe('portcullis simulate --rule', () => {
  it('answers in three lines: what, why, and what to do instead', async () => {
    const { status, stdout } = await ask('tcp 22 0.0.0.0/0', ...ssh);

    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'Portcullis would revoke SSH (tcp/22) from the whole internet (0.0.0.0/0).',
      'Why: no-world-open-admin: It allows tcp/22 from the whole internet.',
      expect.stringMatching(/^Instead: Use Session Manager, which needs no inbound rule/),
    ]);
  });

  it('says that it would leave alone what no policy forbids', async () => {
    expect((await ask('tcp 443 0.0.0.0/0', ...ssh)).stdout.split('\n')).toEqual([
      'Portcullis would leave alone HTTPS (tcp/443) from the whole internet (0.0.0.0/0).',
      'Why: no policy in force forbids it.',
      'Evaluated in a new group without other rules (--group evaluates it in one of yours), against the policies in force today.',
      '',
    ]);
  });

  it('says which policies tolerate what they forbid', async () => {
    const { stdout } = await ask('tcp 22 8.0.0.0/8');

    expect(stdout).toContain('Portcullis would leave alone SSH (tcp/22) from 8.0.0.0/8.\n');
    expect(stdout).toContain(
      'Why: no-world-open-admin, no-world-open-high-risk and web-only-to-the-world: It admits 16,777,216 IPv4 addresses, no more than the policy tolerates.',
    );
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
    const account = accountOf(web);
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

  it.each([
    ['tcp 22', '`22` is not a CIDR block'],
    ['tcp 0.0.0.0/0', '`tcp` needs a port or a range, such as `tcp 22`; for all ports, write `tcp 0-65535`'],
    ['tcp all 0.0.0.0/0', '`all` is no port from 0 to 65535, no range and no service; for all ports, write'],
    ['tcp 22-20 0.0.0.0/0', '`22-20` is no port from 0 to 65535'],
    ['tcp 70000 0.0.0.0/0', '`70000` is no port from 0 to 65535'],
    ['22 0.0.0.0/0', 'the first word, `22`, is not a protocol: write it as `tcp 22 0.0.0.0/0`'],
    ['tcp/22 0.0.0.0/0', 'the first word, `tcp/22`, is not a protocol'],
    ['tpc 22 0.0.0.0/0', 'the first word, `tpc`, is not a protocol'],
    ['tcp 22 1.2.3', '`1.2.3` is not a CIDR block'],
    ['all 22 0.0.0.0/0', '`all` is all protocols, which have no ports'],
    ['esp 22 0.0.0.0/0', '`esp` has no ports: leave out `22`'],
    ['icmp 22/ 0.0.0.0/0', '`22/` is not an ICMP type: write `icmp echo` or `icmp 3/4`'],
    ['tcp 22 80 0.0.0.0/0', 'write it as `tcp 22 0.0.0.0/0`'],
  ])('refuses `%s`, and says what is wrong with it', async (rule, why) => {
    expect(await ask(rule)).toMatchObject({ status: 2, stderr: expect.stringContaining(`--rule: ${why}`) });
  });

  it('names the grace only if every policy that asks for the rule gives one, and then the shortest', async () => {
    const policy = (id: string, more: object) => ({
      ...{ id, title: id, severity: 'high', description: 'Why.', match: { ports: 22, source: 'world' } },
      ...{ action: 'revoke', ...more },
    });
    const asked = async (...policies: readonly object[]) => {
      const directory = mkdtempSync(join(tmpdir(), 'what-if-'));
      for (const [index, one] of policies.entries())
        writeFileSync(join(directory, `p${index}.yaml`), JSON.stringify({ ...one, id: `p${index}` }));
      return (await ask('tcp 22 0.0.0.0/0', '--policies', directory)).stdout;
    };

    expect(await asked(policy('a', { grace: '10m' }))).toContain(', 10m after it is seen.');
    expect(await asked(policy('a', { grace: '10m' }), policy('b', { grace: '5m' }))).toContain(
      ', 5m after it',
    );
    expect(await asked(policy('a', { grace: '10m' }), policy('b', {}))).not.toContain('after it is seen');
    expect(await asked(policy('a', { grace: '10m' }), policy('b', { action: 'notify' }))).toContain(
      ', 10m after',
    );
  });

  it('takes an event or a rule, and one group', async () => {
    expect((await portcullis(['simulate'])).status).toBe(2);
    expect((await ask('tcp 22 0.0.0.0/0', 'event.json')).stderr).toContain('and not both');
    const two = file('two.json', { SecurityGroups: [web, { ...web, GroupId: 'sg-0def' }] });
    expect((await ask('tcp 22 0.0.0.0/0', '--group', two)).stderr).toContain('holds 2 groups');
  });
});
