// The slips of people who write a policy for the first time, or come from another tool, and what they are answered.
import { describe, expect, it } from 'vitest';
import { parsePolicyFile } from '../../../lib/policy/policy-file.ts';

const VALID = `id: no-ssh
title: SSH is closed
severity: high
description: Use Session Manager.
references: [CIS 5.3]
scope: { regions: [eu-*] }
match:
  protocol: [tcp]
  ports: [22, 8000-8100]
  source: world
action: revoke
exceptions:
  - groups: { names: [bastion-*] }
    reason: Bastion
    owner: platform
    expires: 2027-03-31
`;

const SOURCE = 'source: world';
const OUTSIDE = (block: string) => `source: { outside: ${block} }`;

type Mistake = readonly [what: string, found: string, written: string, answer: string];

const KEYS: readonly Mistake[] = [
  ['a key with a slip', 'ports:', 'prots:', 'unknown key `prots`, did you mean `ports`?'],
  ['a key in the singular', 'ports:', 'port:', 'unknown key `port`, did you mean `ports`?'],
  ['a key in capitals', 'severity:', 'Severity:', 'unknown key `Severity`, did you mean `severity`?'],
  ['`action` inside of `match`', '  source', '  action: revoke\n  source', '`action` belongs one level up'],
  [
    '`otherwise` inside of `match`',
    '  source',
    '  otherwise: notify\n  source',
    '`otherwise` belongs one level up',
  ],
  [
    '`else` for `otherwise`',
    'action:',
    'else: notify\naction:',
    'unknown key `else`, did you mean `otherwise`?',
  ],
  ['`ports` beside `match`', 'action:', 'ports: [22]\naction:', '`ports` belongs under `match`'],
  ['`source` beside `match`', 'action:', 'source: world\naction:', '`source` belongs under `match`'],
  [
    '`expires` beside `exceptions`',
    'action:',
    'expires: 2027-01-01\naction:',
    '`expires` belongs under `exceptions`',
  ],
  ['`names` without `groups`', 'regions: [eu-*]', 'names: [web-*]', '`names` belongs under `groups`'],
  [
    '`severity` in an exception',
    'owner:',
    'severity: low\n    owner:',
    '`severity` belongs at the top of the file',
  ],
  [
    'the word of Terraform for addresses',
    SOURCE,
    'cidr_blocks: [0.0.0.0/0]',
    'unknown key `cidr_blocks`, did you mean `source` or `destination`?',
  ],
  [
    '`cidr` in `source`',
    SOURCE,
    'source: { cidr: 10.0.0.0/8 }',
    'unknown key `cidr`, did you mean `outside`?',
  ],
  [
    '`cidrs` in an exception',
    'groups: { names: [bastion-*] }',
    'cidrs: [198.51.100.0/24]',
    'unknown key `cidrs`, did you mean `sources`?',
  ],
  [
    '`cidr` beside `match`',
    'action:',
    'cidr: 0.0.0.0/0\naction:',
    'unknown key `cidr`, did you mean `source`, under `match`?',
  ],
  ['`from`', SOURCE, 'from: world', 'unknown key `from`, did you mean `source`?'],
  ['`from_port`', 'ports:', 'from_port:', 'unknown key `from_port`, did you mean `ports`?'],
  ['`proto`', 'protocol:', 'proto:', 'unknown key `proto`, did you mean `protocol`?'],
  [
    '`tag` in `groups`',
    'names: [bastion-*]',
    'tag: { env: prod }',
    'unknown key `tag`, did you mean `tags`?',
  ],
  [
    '`tag` in `scope`',
    'regions: [eu-*]',
    'tag: { env: prod }',
    'unknown key `tag`, did you mean `tags`, under `groups`?',
  ],
  ['`name` of a policy', 'title:', 'name:', 'unknown key `name`, did you mean `id` or `title`?'],
  ['`until` in an exception', 'expires:', 'until:', 'unknown key `until`, did you mean `expires`?'],
  ['`why` in an exception', 'reason:', 'why:', 'unknown key `why`, did you mean `reason`?'],
  ['`effect`', 'action:', 'effect:', 'unknown key `effect`, did you mean `action`?'],
  [
    '`allow` in `match`',
    SOURCE,
    'source: world\n  allow: [10.0.0.0/8]',
    'unknown key `allow`, did you mean `exceptions`, one level up?',
  ],
  [
    '`egress` in `match`',
    '  ports',
    '  egress: true\n  ports',
    'unknown key `egress`, did you mean `direction`?',
  ],
  [
    '`role` in an exception',
    'groups: { names: [bastion-*] }',
    'role: admin',
    'unknown key `role`, did you mean `principals`?',
  ],
  [
    '`outside` without its key',
    SOURCE,
    'outside: [10.0.0.0/8]',
    '`outside` belongs under `protocol` or `ports` or `icmp` or `source` or `destination`',
  ],
  [
    '`tags` in an exception',
    'groups: { names: [bastion-*] }',
    'tags: { env: prod }',
    '`tags` belongs under `groups` or `rule`',
  ],
  [
    'a key like no other',
    'action:',
    'xyzzy: 1\naction:',
    'unknown key `xyzzy`: the keys here are `id`, `title`,',
  ],
];

const VALUES: readonly Mistake[] = [
  [
    'two letters swapped',
    'severity: high',
    'severity: hgih',
    'severity: `hgih` is unknown, did you mean `high`?',
  ],
  [
    'the severity of another tool',
    'severity: high',
    'severity: warning',
    'severity: `warning` is unknown, did you mean `medium`?',
  ],
  [
    'a word for revoking',
    'action: revoke',
    'action: delete',
    'action: `delete` is unknown, did you mean `revoke`?',
  ],
  [
    'a word for notifying',
    'action: revoke',
    'action: alert',
    'action: `alert` is unknown, did you mean `notify`?',
  ],
  [
    'a value in capitals',
    'action: revoke',
    'action: Revoke',
    'action: `Revoke` is unknown, did you mean `revoke`?',
  ],
  [
    '`inbound`',
    '  ports',
    '  direction: inbound\n  ports',
    'match.direction: `inbound` is unknown, did you mean `ingress`?',
  ],
  [
    'a value like no other',
    'severity: high',
    'severity: xyzzy',
    'severity: `xyzzy` is unknown: write one of `critical`,',
  ],
  [
    'another word for the world',
    SOURCE,
    'source: internet',
    'match.source: `internet` is unknown, did you mean `world`?',
  ],
  [
    'the whole of IPv4',
    SOURCE,
    'source: 0.0.0.0/0',
    'match.source: `0.0.0.0/0` is unknown, did you mean `world`?',
  ],
  ['the allowed block as the source', SOURCE, 'source: 10.0.0.0/8', 'write { outside: [10.0.0.0/8] }'],
  [
    'allowed blocks as the source',
    SOURCE,
    'source: [10.0.0.0/8, private]',
    'write { outside: [10.0.0.0/8, private] }',
  ],
  ['`world` in a list', SOURCE, 'source: [world]', 'match.source: write `world`, without the list'],
  [
    'host bits',
    SOURCE,
    OUTSIDE('10.1.2.3/8'),
    'has host bits or no prefix length, did you mean `10.0.0.0/8`?',
  ],
  ['a lone address', SOURCE, OUTSIDE('[10.1.2.3]'), 'did you mean `10.1.2.3/32`?'],
  ['a prefix length beyond 32', SOURCE, OUTSIDE('[10.0.0.0/33]'), 'the prefix length of IPv4 is at most 32'],
  [
    'a prefix length beyond 128',
    SOURCE,
    OUTSIDE('["2001:db8::/129"]'),
    'the prefix length of IPv6 is at most 128',
  ],
  ['a number beyond 255', SOURCE, OUTSIDE('[10.0.256.0/24]'), '256 is more than 255'],
  ['a netmask', SOURCE, OUTSIDE('[10.0.0.0/255.255.0.0]'), 'did you mean `10.0.0.0/16`?'],
  ['a short address', SOURCE, OUTSIDE('[10/8]'), 'did you mean `10.0.0.0/8`?'],
  ['zeros in front', SOURCE, OUTSIDE('[010.001.000.000/16]'), 'did you mean `10.1.0.0/16`?'],
  [
    'a range of addresses',
    SOURCE,
    OUTSIDE('[10.0.0.1-10.0.0.9]'),
    'write a range of addresses as CIDR blocks',
  ],
  [
    'two blocks in one text',
    SOURCE,
    OUTSIDE('"10.0.0.0/8, 172.16.0.0/12"'),
    'write a list: [10.0.0.0/8, 172.16.0.0/12]',
  ],
  ['a range the wrong way round', '8000-8100', '8100-8000', 'did you mean `8000-8100`?'],
  ['a range with spaces', '8000-8100', '8000 - 8100', 'did you mean `8000-8100`?'],
  ['a range with dots', '8000-8100', '8000..8100', 'did you mean `8000-8100`?'],
  ['a port beyond 65535', '8000-8100', '70000', 'ports end at 65535'],
  ['all ports', '[22, 8000-8100]', 'all', 'leave `ports` out for any port'],
  ['ports in one text', '[22, 8000-8100]', '22, 80', 'write a list: [22, 80]'],
  ['a port with its protocol', '[22, 8000-8100]', 'tcp/22', 'write the protocol in `protocol`'],
  ['a service in capitals', '[22, 8000-8100]', 'SSH', 'did you mean `ssh`?'],
  ['a service with a slip', '[22, 8000-8100]', 'postgrse', 'did you mean `postgres`?'],
  [
    'a service that has another port',
    '[22, 8000-8100]',
    'winrm',
    'IANA calls 5985 `wsman` and 5986 `wsmans`',
  ],
  ['a protocol with a slip', '[tcp]', 'tpc', 'did you mean `tcp`?'],
  ['a service as the protocol', '[tcp]', '[https]', 'that is a service or a port: write it in `ports`'],
  ['all protocols', '[tcp]', '[any]', 'leave `protocol` out for any'],
  [
    'an account id as a number',
    'regions: [eu-*]',
    'accounts: 111122223333',
    'an account id needs quotes: "111122223333"',
  ],
  [
    'an account id that lost its zero',
    'regions: [eu-*]',
    'accounts: [11122223333]',
    'an account id needs quotes: "011122223333"',
  ],
  [
    'an account id with a zero and no quotes',
    'regions: [eu-*]',
    'accounts: [011122223333]',
    'an account id needs quotes: "011122223333"',
  ],
  [
    'an account id of eleven digits',
    'regions: [eu-*]',
    'accounts: ["11122223333"]',
    'did it lose a zero at its front, "011122223333"?',
  ],
  [
    'an account id with hyphens',
    'regions: [eu-*]',
    'accounts: [1111-2222-3333]',
    'no hyphens: "111122223333"',
  ],
  [
    'the ARN of an account',
    'regions: [eu-*]',
    'accounts: ["arn:aws:iam::111122223333:root"]',
    'write "111122223333"',
  ],
  ['regions in one text', '[eu-*]', '"eu-west-1, eu-west-2"', 'write a list: [eu-west-1, eu-west-2]'],
  [
    'regions without brackets',
    '[eu-*]',
    'eu-west-1, eu-west-2',
    '`eu-west-2` has no value: write a value, or several in brackets',
  ],
  [
    'ports without brackets',
    '[22, 8000-8100]',
    '{ outside: 80, 443 }',
    '`443` has no value: write a value, or several in brackets',
  ],
  [
    'a dash without its space',
    '[bastion-*]',
    '\n        -bastion-*\n        -jump-*',
    'a dash needs a space behind it',
  ],
  ['references whose dashes are lost', '[CIS 5.3]', '\n  CIS 5.3\n  EC2.13', 'this goes over several lines'],
  [
    'a dash that is lost',
    '{ names: [bastion-*] }',
    '\n      names:\n        - bastion-*\n          jump-*',
    'this goes over several lines',
  ],
  ['references in one text', '[CIS 5.3]', 'CIS 5.3, EC2.13', 'write a list: [CIS 5.3, EC2.13]'],
  [
    'a single exception without its dash',
    '- groups',
    '  groups',
    'exceptions: write a list here, with `- ` before each item',
  ],
  ['a day that no calendar has', '2027-03-31', '2027-02-30', 'exceptions.0.expires: February has no 30th'],
  ['a leap day in another year', '2027-03-31', '2027-02-29', 'February 2027 has no 29th'],
  ['a month that no year has', '2027-03-31', '2027-31-03', 'there is no month 31'],
  ['a day without its zeros', '2027-03-31', '2027-3-1', 'a day is written 2027-03-01'],
  ['a moment', '2027-03-31', '2027-03-31T00:00:00Z', 'a day is written 2027-03-31'],
  ['no day at all', '2027-03-31', 'never', 'a day is written 2027-01-01'],
  [
    'a group where a map is meant',
    'regions: [eu-*]',
    'groups: [web-*]',
    'scope.groups: write keys and values here: the keys are ids, names, tags',
  ],
  [
    'tags as pairs',
    'names: [bastion-*]',
    'tags: [env=prod]',
    'exceptions.0.groups.tags: write keys and values here, as in { key: value }',
  ],
  ['a number as the title', 'SSH is closed', '22', 'title: `22` is a number to YAML: put it in quotes'],
  [
    'a prefix length with its slash',
    SOURCE,
    'source: public\n  tolerate: { ipv4: /24 }',
    'write the number 24 alone here',
  ],
  ['nothing behind a key', 'ports: [22, 8000-8100]', 'ports:', 'match.ports: there is no value here'],
  ['a key left out', 'severity: high\n', '', '`severity` is missing: add it'],
  [
    'a list as the source',
    SOURCE,
    'source: []',
    'match.source: write `world`, `public`, `any` or `{ outside: [...] }`',
  ],
  ['nothing behind the source', SOURCE, 'source:', 'match.source: there is no value here'],
  ['an empty title', 'SSH is closed', '""', 'title: this text is empty'],
  ['ICMP types in one text', 'ports: [22, 8000-8100]', 'icmp: echo, 3/4', 'write a list: [echo, 3/4]'],
  ['an ICMP type with a slip', 'ports: [22, 8000-8100]', 'icmp: ehco', 'did you mean `echo`?'],
  [
    '`world` as what is allowed',
    SOURCE,
    OUTSIDE('world'),
    '`outside` lists what is allowed: write `world` alone',
  ],
  [
    'a group among addresses',
    SOURCE,
    OUTSIDE('[sg-0abc]'),
    'references to security groups are not addresses',
  ],
  [
    'a word that every object has',
    '[22, 8000-8100]',
    'constructor',
    '`constructor` is not a port, range or service: use 22',
  ],
  ['a tab', '  ports', '\tports', 'this is a tab: indent with spaces'],
];

function issuesOf(text: string): readonly string[] {
  const result = parsePolicyFile('policies/no-ssh.yaml', text);
  return result.ok ? [] : result.issues.map(({ message }) => message);
}

describe('a mistake', () => {
  it('in a key is told once: what is written otherwise is not missing', () => {
    expect(issuesOf(VALID.replace('severity:', 'severety:'))).toEqual([
      'unknown key `severety`, did you mean `severity`?',
    ]);
    expect(issuesOf(VALID.replace('title:', 'name:'))).toHaveLength(2);
  });

  it.each([...KEYS, ...VALUES])('%s is answered with what to write', (_, found, written, answer) => {
    expect(VALID).toContain(found);
    const issues = issuesOf(VALID.replace(found, written));

    expect(
      issues.filter((message) => message.includes(answer)),
      issues.join('\n'),
    ).toHaveLength(1);
  });
});
