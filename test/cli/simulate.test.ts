// `portcullis simulate`, and the command itself, as its users run them.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { portcullis as runCommand } from './portcullis.ts';

const SSH_WORLD = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';
const GROUP_ID = 'sg-0e79c7acdf4a0225e';
const directory = mkdtempSync(join(tmpdir(), 'portcullis-test-'));

const portcullis = (...words: readonly string[]) => runCommand(words);

function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function groupFile(name: string, ...ports: readonly number[]): string {
  const IpPermissions = ports.map((port) => ({
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    IpRanges: [{ CidrIp: '0.0.0.0/0', Description: `port ${port}` }],
    Ipv6Ranges: [],
    PrefixListIds: [],
    UserIdGroupPairs: [],
  }));
  return file(name, {
    SecurityGroups: [{ GroupId: GROUP_ID, GroupName: 'web-prod', VpcId: 'vpc-0abc', IpPermissions }],
  });
}

/** The group as account 999999999999 owns it. */
function ownedFile(name: string): string {
  const [group] = JSON.parse(readFileSync(groupFile(`of-${name}`, 22), 'utf8')).SecurityGroups;
  return file(name, { SecurityGroups: [{ ...group, OwnerId: '999999999999' }] });
}

describe('portcullis', () => {
  it.each([[[]], [['--help']]])('teaches when it is called with %j', async (words) => {
    const { status, stdout } = await portcullis(...words);

    expect(status).toBe(0);
    expect(stdout).toContain('simulate');
    expect(stdout).toContain('npm run demo');
  });
});

describe('a command that there is not', () => {
  it('is refused, with the one that was meant', async () => {
    const { status, stderr } = await portcullis('simulat');

    expect(status).toBe(2);
    expect(stderr).toMatch(/unknown command 'simulat'\n\(Did you mean simulate\?\)/);
  });
});

describe('portcullis simulate', () => {
  it('shows the mail first, then change, verdicts, plan, calls where asked, and the group before and after', async () => {
    const { status, stdout } = await portcullis('simulate', SSH_WORLD, '--verbose');
    const { stdout: short } = await portcullis('simulate', SSH_WORLD);

    expect(stdout).toMatch(/^The mail\n {2}Subject: Revoked: SSH open to internet/);
    expect(short).toBe(stdout.replace(/Calls to AWS\n.*?\n\n/s, ''));
    expect(short).not.toContain('Calls to AWS');

    expect(status).toBe(0);
    for (const text of [
      'AuthorizeSecurityGroupIngress by test_user',
      'violation  no-world-open-admin, no-world-open-high-risk and web-only-to-the-world  sgr-0ab4202bcd11d93d2',
      'It allows tcp/22 from the whole internet.',
      'revoke sgr-0ab4202bcd11d93d2',
      'RevokeSecurityGroupIngress {"GroupId":"sg-0e79c7acdf4a0225e","IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]}',
      'sgr-0ab4202bcd11d93d2  revoked',
      'The group before',
      'The group after',
    ]) {
      expect(stdout).toContain(text);
    }
  });

  it('answers JSON for machines', async () => {
    const { status, stdout } = await portcullis('simulate', SSH_WORLD, '--format', 'json');
    const answer = JSON.parse(stdout);

    expect(status).toBe(0);
    expect(Object.keys(answer)).toEqual(['change', 'verdicts', 'plan', 'outcomes', 'message', 'calls']);
    expect(answer.change).toMatchObject({ kind: 'changed', rules: { ids: ['sgr-0ab4202bcd11d93d2'] } });
    expect(answer.outcomes).toEqual([
      {
        ruleId: 'sgr-0ab4202bcd11d93d2',
        groupId: GROUP_ID,
        direction: 'ingress',
        outcome: 'revoked',
        policies: ['no-world-open-admin', 'no-world-open-high-risk', 'web-only-to-the-world'],
      },
    ]);
    expect(answer.calls.map(({ api }: { api: string }) => api)).toContain('RevokeSecurityGroupIngress');
    expect(Object.keys(answer.message)).toEqual(['subject', 'email', 'chat', 'record', 'attributes']);
  });

  it('takes the live group from a file, and leaves alone what the event did not add', async () => {
    const { stdout } = await portcullis(
      'simulate',
      SSH_WORLD,
      '--format',
      'json',
      '--group',
      groupFile('two.json', 22, 3389),
    );
    const answer = JSON.parse(stdout);

    expect(answer.plan.revoke.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([
      'sgr-0ab4202bcd11d93d2',
    ]);
    expect(answer.plan.untouched).toHaveLength(1);
    expect(answer.message.record.group.name).toBe('web-prod');
  });

  it('says of a protected group what is left open and why', async () => {
    const group = JSON.parse(readFileSync(groupFile('cluster.json', 22), 'utf8')).SecurityGroups[0];
    const Tags = [{ Key: 'kubernetes.io/cluster/prod', Value: 'owned' }];
    const given = file('cluster.json', { SecurityGroups: [{ ...group, Tags }] });
    const { stdout } = await portcullis('simulate', SSH_WORLD, '--group', given);

    expect(stdout).toMatch(
      /leave open sgr-0ab4202bcd11d93d2, because of .*: a service looks after the group/,
    );
    expect(stdout).not.toContain('made from the event');
  });

  it('leaves open what the deployment protects', async () => {
    const { stdout } = await portcullis(
      'simulate',
      SSH_WORLD,
      '--protect',
      `name=other, ${GROUP_ID}`,
      '--verbose',
    );

    expect(stdout).toContain(`the group is protected by ${GROUP_ID} in the setting protect`);
    expect(stdout).not.toContain('RevokeSecurityGroup');
  });

  it('leaves open what belongs to another account than the event is of', async () => {
    const { stdout } = await portcullis(
      'simulate',
      SSH_WORLD,
      '--group',
      ownedFile('theirs.json'),
      '--verbose',
    );

    expect(stdout).toMatch(
      /leave open sgr-0ab4202bcd11d93d2, because of .*: the group belongs to account 999999999999/,
    );
    expect(stdout).toContain('Subject: Ask the owner: SSH open to internet');
    expect(stdout).not.toContain('RevokeSecurityGroup');
  });

  it("takes the group's account for that of an event that does not say where it is from", async () => {
    const { recipientAccountId: _, userIdentity: __, ...event } = JSON.parse(readFileSync(SSH_WORLD, 'utf8'));
    const { stdout } = await portcullis(
      'simulate',
      file('anywhere.json', event),
      '--group',
      ownedFile('owned.json'),
    );

    expect(stdout).toContain('revoke sgr-0ab4202bcd11d93d2');
    expect(stdout).toContain('(999999999999/');
  });

  it('names the word that protects nothing', async () => {
    const { status, stderr } = await portcullis('simulate', SSH_WORLD, '--protect', 'web-*');

    expect(status).toBe(2);
    expect(stderr).toContain('`web-*` is not a group: use sg-0abc, name=bastion-*');
  });

  /** tcp 20-25 from anywhere, under a policy about SSH that trims. */
  async function simulateWide(otherwise: string, ...words: readonly string[]) {
    const policies = mkdtempSync(join(directory, 'trim-'));
    const ssh = readFileSync('test/fixtures/policies/no-world-open-admin.yaml', 'utf8');
    const trims = ssh.replace('action: revoke', `action: trim\notherwise: ${otherwise}`);
    writeFileSync(join(policies, 'no-world-open-admin.yaml'), trims);
    const event = readFileSync(SSH_WORLD, 'utf8');
    const wide = file(
      'wide.json',
      event.replaceAll('"fromPort": 22', '"fromPort": 20').replaceAll('"toPort": 22', '"toPort": 25'),
    );
    return await portcullis('simulate', wide, '--policies', policies, '--verbose', ...words);
  }

  it.each([
    ['1', false],
    ['2', true],
  ])('keeps what may stay of a rule where --trim-limit %s has room for it', async (limit, isKept) => {
    const { stdout } = await simulateWide('revoke', '--trim-limit', limit);

    expect(stdout.includes('AuthorizeSecurityGroupIngress {"GroupId"')).toBe(isKept);
    expect(stdout).toContain('RevokeSecurityGroupIngress {"GroupId"');
  });

  it.each([
    ['0', 'this deployment may not add the rules that would keep what is allowed (trimLimit is 0)'],
    ['1', 'keeping what is allowed would take more rules than the limit for trimming'],
  ])(
    'leaves a rule to people where --trim-limit %s has no room and the policy gives way, and says why',
    async (limit, why) => {
      const { stdout } = await simulateWide('notify', '--trim-limit', limit);
      const { stdout: json } = await simulateWide('notify', '--trim-limit', limit, '--format', 'json');

      expect(stdout).toContain(
        `notify about sgr-0ab4202bcd11d93d2, because of no-world-open-admin: left as it is, and not trimmed: ${why}`,
      );
      expect(stdout).toContain(
        `- inbound tcp ports 20-25 from the whole internet (0.0.0.0/0)  sgr-0ab4202bcd11d93d2\n        left as it is, and not trimmed: ${why}`,
      );
      expect(stdout).not.toMatch(/(Authorize|Revoke)SecurityGroupIngress {"GroupId"/);
      expect(JSON.parse(json)).toMatchObject({
        verdicts: [{ action: 'trim', otherwise: 'notify' }],
        plan: { trim: [], notify: [{ obstacle: limit === '0' ? 'deployment' : 'limit' }] },
      });
    },
  );

  it('says where the deployment may not trim that a rule is revoked as a whole', async () => {
    const { stdout } = await simulateWide('revoke', '--trim-limit', '0');

    expect(stdout).toContain('revoked as a whole: this deployment may not add the rules that would keep');
    expect(stdout).toContain('RevokeSecurityGroupIngress {"GroupId"');
  });

  it('says that it has made the group up where none is given', async () => {
    expect((await portcullis('simulate', SSH_WORLD)).stdout).toContain(
      'made from the event, with the outbound rule',
    );
  });

  it('reads an event from standard input', async () => {
    const fromFile = await portcullis('simulate', SSH_WORLD);

    expect(await runCommand(['simulate', '-'], {}, readFileSync(SSH_WORLD, 'utf8'))).toEqual(fromFile);
  });

  it('has nothing to do when the rule is gone already', async () => {
    const { status, stdout } = await portcullis(
      'simulate',
      SSH_WORLD,
      '--group',
      groupFile('gone.json', 443),
    );

    expect(status).toBe(0);
    expect(stdout).toContain('No mail');
  });

  it('revokes nothing in a dry run', async () => {
    const { stdout } = await portcullis('simulate', SSH_WORLD, '--mode', 'dry-run', '--format', 'json');
    const answer = JSON.parse(stdout);

    expect(answer.outcomes[0].outcome).toBe('dry-run');
    expect(answer.calls.map(({ api }: { api: string }) => api)).not.toContain('RevokeSecurityGroupIngress');
  });

  it.each([
    ['a file that is not there', ['no-such-file.json'], 'no-such-file.json: cannot be read'],
    ['malformed JSON', [file('broken.json', '{\n  "detail": nope\n}')], 'broken.json:2:13: not JSON'],
    ['an empty file', [file('empty.json', '')], 'empty.json: the file is empty'],
    ['JSON that is no event', [file('number.json', 42)], 'number.json: event is not an object'],
    ['an event without a name', [file('nameless.json', { detail: {} })], 'nameless.json: eventName'],
    [
      'a group file that is none',
      [SSH_WORLD, '--group', file('list.json', [])],
      '--group: not what is expected: ',
    ],
    [
      'a group file without the group',
      [SSH_WORLD, '--group', file('none.json', { SecurityGroups: [] })],
      `no group \`${GROUP_ID}\``,
    ],
    [
      'a policy directory that is not there',
      [SSH_WORLD, '--policies', 'no-such-dir'],
      'no-such-dir:1:1: cannot be read',
    ],
    ['a mode that is none', [SSH_WORLD, '--mode', 'maybe'], "argument 'maybe' is invalid"],
    ['an unknown option', [SSH_WORLD, '--fast'], "unknown option '--fast'"],
    ['no event', [], 'simulate takes an event, or --rule'],
  ])('says in one line what is wrong: %s', async (_, words, message) => {
    const { status, stdout, stderr } = await portcullis('simulate', ...words);

    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => !line.includes('--help')),
    ).toHaveLength(1);
  });

  it('names file, line and column of what is wrong in a policy', async () => {
    const policies = mkdtempSync(join(tmpdir(), 'portcullis-policies-'));
    writeFileSync(join(policies, 'no-ssh.yaml'), 'id: no-ssh\nprots: [22]\n');

    const { status, stderr } = await portcullis('simulate', SSH_WORLD, '--policies', policies);

    expect(status).toBe(2);
    expect(stderr).toContain('no-ssh.yaml:2:1: unknown key `prots`, did you mean `ports`, under `match`?');
  });
});
