import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { makeMessage } from '../../../lib/report/message.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from './facts.ts';

const ALL_OUT = {
  ...SSH_FROM_ANYWHERE,
  SecurityGroupRuleId: 'sgr-0out',
  IsEgress: true,
  IpProtocol: '-1',
  FromPort: -1,
  ToPort: -1,
};

describe('the message about a revoked rule', () => {
  const { subject, email, chat, record, attributes } = makeMessage(makeFacts());

  it('says in its subject what was done, to what, and where', () => {
    expect(subject).toBe('Revoked: SSH open to internet on web-prod (111122223333/eu-west-1)');
  });

  it.each([
    ['who did it, by role and session', 'role developer, session "jane@example.com"'],
    ['from where and with what', 'client Terraform, from 203.0.113.9, 2026-06-01 12:00 UTC'],
    ['what it was', 'inbound SSH (tcp/22) from the whole internet (0.0.0.0/0)  sgr-0ssh'],
    ['how long it was open', 'Open for about 45 seconds'],
    ['what becomes of open connections', 'may continue until they end'],
    ['which policy, how severe', 'no-world-open-admin (critical); also no-world-open-high-risk (critical)'],
    ['what to do instead', 'Session Manager'],
    [
      'whom to ask',
      'Ask the people who run Portcullis for an exception first: without one, Portcullis revokes the rule again.',
    ],
    [
      'the command that undoes it',
      'npx --no -- portcullis restore 1beb5d85-3e0f-4000-b7d7-edb9300e0594 --stage prod --region eu-west-1',
    ],
    ['the record', 'Record 1beb5d85-3e0f-4000-b7d7-edb9300e0594'],
  ])('tells people %s', (_, text) => {
    expect(email).toContain(text);
  });

  it('carries the whole rule for machines', () => {
    expect(record.findings[0]).toMatchObject({
      action: 'revoke',
      outcome: 'revoked',
      ruleId: 'sgr-0ssh',
      rule: SSH_FROM_ANYWHERE,
    });
  });

  it('is a custom notification that Amazon Q Developer takes', () => {
    expect(chat).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: { textType: 'client-markdown' },
    });
    expect(chat.content.title.length).toBeLessThanOrEqual(250);
    expect(chat.metadata.threadId).toBe('sg-0web');
  });

  it('can be filtered by severity, account, region, policy and outcome', () => {
    expect(attributes).toEqual({
      severity: 'critical',
      account: '111122223333',
      region: 'eu-west-1',
      policy: ['no-world-open-admin', 'no-world-open-high-risk', 'web-only-to-the-world'],
      outcome: ['revoked'],
    });
  });
});

describe('the message', () => {
  it('says loudly that access was denied, and what AWS said', () => {
    const { subject, email } = makeMessage(
      makeFacts({ outcome: 'denied', detail: 'UnauthorizedOperation: You are not authorized' }),
    );

    expect(subject).toMatch(/^ACTION: SSH still open to internet on web-prod/);
    expect(email).toContain('AWS said   UnauthorizedOperation: You are not authorized');
    expect(email).toContain(
      'Revoke it  aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id sg-0web',
    );
  });

  it('says of a dry run that the rule is open, and how to close it', () => {
    const { subject, email } = makeMessage(makeFacts({ outcome: 'dry-run' }));

    expect(subject).toContain('Dry run: SSH open to internet');
    expect(email).toMatch(/in enforce mode Portcullis would have revoked 1 rule of .* It is still open:/);
    expect(email).toContain('--security-group-rule-ids sgr-0ssh');
  });

  it.each(['dry-run', 'denied', 'absent'] as const)(
    'says why a group was judged whose rules nobody has touched, also where they are %s',
    (outcome) => {
      const facts = makeFacts({ outcome });
      const change = {
        ...facts.change,
        rules: { by: 'prefix-list', prefixListId: 'pl-0a', groupIds: [] },
      } as const;

      expect(makeMessage({ ...facts, change }).email).toContain('The entries of a prefix list changed');
    },
  );

  it('says up to when rules were open that did not go at the same time', () => {
    const both = [
      SSH_FROM_ANYWHERE,
      { ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: 'sgr-0rdp', FromPort: 3389, ToPort: 3389 },
    ];
    const facts = makeFacts({ rules: both });
    const [first, ...others] = facts.outcomes.map((outcome) => ({
      ...outcome,
      time: '2026-06-01T12:01:30Z',
    }));
    const late = others.map((outcome) => ({ ...outcome, time: '2026-06-01T12:14:00Z' }));
    const outcomes = first === undefined ? [] : [first, ...late];

    expect(makeMessage({ ...facts, outcomes }).email).toContain('Open for up to 14 minutes.');
  });

  it('says that untracked connections are cut', () => {
    const { email } = makeMessage(makeFacts({ rules: [SSH_FROM_ANYWHERE, ALL_OUT], changed: ['sgr-0ssh'] }));

    expect(email).toContain('most likely cut');
  });

  it('says that open connections may live on when nothing lets the answers out untracked', () => {
    const ssh6 = { ...SSH_FROM_ANYWHERE, CidrIpv4: undefined, CidrIpv6: '::/0' } as never;
    const { email } = makeMessage(makeFacts({ rules: [ssh6, ALL_OUT], changed: ['sgr-0ssh'] }));

    expect(email).toContain('may continue until they end');
  });

  it('warns that the port is still open when an older rule lets in the same', () => {
    const wide = { ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: 'sgr-0wide', FromPort: 0, ToPort: 65535 };
    const { subject, email } = makeMessage(
      makeFacts({ rules: [SSH_FROM_ANYWHERE, wide], changed: ['sgr-0ssh'] }),
    );

    expect(subject).toMatch(/^Still open by another rule: SSH on web-prod/);
    expect(email).toContain(
      'Also open  inbound all tcp ports from the whole internet (0.0.0.0/0) [sgr-0wide] allows this traffic or a part of it',
    );
    expect(email).toContain('--security-group-rule-ids sgr-0wide');
  });

  it('warns that the port is still open over the other address family', () => {
    const { CidrIpv4: _, ...rest } = SSH_FROM_ANYWHERE;
    const ssh6 = { ...rest, SecurityGroupRuleId: 'sgr-0six', CidrIpv6: '::/0' };
    const { subject } = makeMessage(makeFacts({ rules: [SSH_FROM_ANYWHERE, ssh6], changed: ['sgr-0ssh'] }));

    expect(subject).toMatch(/^Still open by another rule: SSH on web-prod/);
  });

  it('names the other rules that together are too many', () => {
    const rule = (id: string, CidrIpv4: string) => ({
      ...SSH_FROM_ANYWHERE,
      SecurityGroupRuleId: id,
      CidrIpv4,
    });
    const rules = [rule('sgr-0old', '8.0.0.0/8'), rule('sgr-0office', '81.2.69.142/32')];
    const { email } = makeMessage(makeFacts({ rules, changed: ['sgr-0office'] }));

    expect(email).toContain(
      'Together with SSH from 8.0.0.0/8 [sgr-0old] it allows tcp/22 from 16,777,217 IPv4 addresses',
    );
  });

  it('says so when the event does not tell which rules are new', () => {
    const facts = makeFacts();
    const { email } = makeMessage({ ...facts, change: { ...facts.change, rules: { by: 'group' } } });

    expect(email).toContain('does not say which rules are new');
    expect(email).not.toContain('Open for');
  });

  it('names rules that violate too and were left alone', () => {
    const older = { ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: 'sgr-0old', FromPort: 3306, ToPort: 3306 };
    const { email, record } = makeMessage(
      makeFacts({ rules: [SSH_FROM_ANYWHERE, older], changed: ['sgr-0ssh'] }),
    );

    expect(email).toContain(
      'inbound MySQL (tcp/3306) from the whole internet (0.0.0.0/0) [sgr-0old] violates a policy too; Portcullis left it, because this change did not touch it',
    );
    expect(record.findings.map(({ ruleId }) => ruleId)).toEqual(['sgr-0ssh']);
  });

  it('has an undo command that keeps description and tags, and cannot be broken out of', () => {
    const Description = "it's; rm -rf ~ $(id) `id`";
    const Tags = [{ Key: 'env', Value: 'prod' }];
    const { record } = makeMessage(makeFacts({ rules: [{ ...SSH_FROM_ANYWHERE, Description, Tags }] }));

    const words = shellWords(record.findings[0]?.undo ?? '');
    expect(JSON.parse(words[words.indexOf('--ip-permissions') + 1] ?? '')).toEqual([
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0', Description }] },
    ]);
    expect(JSON.parse(words[words.indexOf('--tag-specifications') + 1] ?? '')).toEqual([
      { ResourceType: 'security-group-rule', Tags },
    ]);
  });

  it.each(['--profile=x', '-x', 'https://evil.example/x', 'x; rm -rf ~', 'evil.example', '$(id)', 'x y', ''])(
    'has the AWS CLI command instead of one for a record that is called %j: whoever sends an event chose that',
    (id) => {
      const { email } = makeMessage({ ...makeFacts(), id });

      expect(email).not.toContain('portcullis restore');
      expect(email).toContain('aws ec2 authorize-security-group-ingress --region eu-west-1');
    },
  );

  it.each(['event-1', '1beb5d85-3e0f-4000-b7d7-edb9300e0594/sg-0web', 'a1b2.2'])(
    'has a command for the record %s',
    (id) => {
      const { email } = makeMessage({ ...makeFacts(), id });

      expect(email).toContain(`portcullis restore ${id} --stage`);
      expect(email).toContain('aws ec2 authorize-security-group-ingress --region eu-west-1');
    },
  );

  it('names a rule that somebody else removed, which comes back only so', () => {
    const { email } = makeMessage(makeFacts({ outcome: 'absent' }));

    expect(email).toMatch(/portcullis restore .* --rule sgr-0ssh$/m);
  });

  it('has no command to restore where nothing is gone', () => {
    expect(makeMessage(makeFacts({ outcome: 'denied' })).email).not.toMatch(
      /portcullis restore|aws ec2 authorize/,
    );
  });

  it('makes hostile names, descriptions and user agents harmless everywhere people read', () => {
    const hostile = 'x\u001b[31m\r\nBcc: all <!channel> https://evil.example `end`';
    const facts = makeFacts({
      groupName: hostile,
      actor: { name: hostile, role: hostile, sourceAddress: hostile, userAgent: hostile },
      rules: [{ ...SSH_FROM_ANYWHERE, Description: hostile }],
    });
    const { subject, email, chat } = makeMessage(facts);

    for (const text of [subject, email, chat.content.title, chat.content.description]) {
      expect(text).not.toMatch(/[^\P{Cc}\n]|https:\/\/|<!channel>|^Bcc/mu);
    }
  });

  it('shows the name of a group as it is, also where it looks like a part of a sentence', () => {
    const groupName = '{it|them} $& {rules}';

    expect(makeMessage(makeFacts({ groupName })).email).toContain(
      `Portcullis revoked 1 rule of security group ${groupName} (sg-0web,`,
    );
  });

  it('mentions nobody in the title of the chat, which has no code marks', () => {
    const { title } = makeMessage(makeFacts({ groupName: '@here @U123' })).chat.content;

    expect(title).toContain('here U123');
    expect(title).not.toContain('@');
  });

  it('grows no longer than two screens, however many rules there are', () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({
      ...SSH_FROM_ANYWHERE,
      SecurityGroupRuleId: `sgr-${i}`,
      FromPort: 1 + i,
      ToPort: 22 + i,
    }));
    const { email, subject, chat } = makeMessage(makeFacts({ rules: many }));

    expect(email.split('\n').length).toBeLessThan(65);
    expect(subject.length).toBeLessThanOrEqual(99);
    expect(chat.content.description.length).toBeLessThanOrEqual(8000);
  });
});

/** The words of a command as a POSIX shell splits them. */
function shellWords(command: string): string[] {
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return printed.split('\0');
}
