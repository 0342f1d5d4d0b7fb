// The recipes of docs/policies.md do what they say.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { evaluate } from '../lib/evaluate/evaluate.ts';
import { tick } from '../lib/io/tick.ts';
import { parseBlockList } from '../lib/network/nat64.ts';
import { makePlan } from '../lib/plan/make-plan.ts';
import { compilePolicy, type Policy } from '../lib/policy/policy.ts';
import { type PolicyDocument, policySchema } from '../lib/policy/schema.ts';
import { parseRule } from '../lib/rule.ts';
import { addGroup } from '../lib/sandbox/index.ts';
import { CONTEXT } from './lib/context.ts';
import { GROUP, left, makeEvent, makeWorld, outcomes, ssh, tcp } from './lib/io/world.ts';

const text = readFileSync('docs/policies.md', 'utf8');

function sectionOf(heading: string): string {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  return section.split('\n## ')[0] ?? '';
}

/** The policies that a section shows. */
function recipe(heading: string): readonly Policy[] {
  return [...sectionOf(heading).matchAll(/```yaml\n(id: .*?)```/gs)].map(([, yaml = '']) =>
    compilePolicy(policySchema.parse(parse(yaml))),
  );
}

const LISTS = new Map(
  Object.entries({
    'com.amazonaws.global.cloudfront.origin-facing': ['13.124.199.0/24', '130.176.0.0/16'],
    'com.amazonaws.global.ipv6.cloudfront.origin-facing': ['2600:9000:1000::/36'],
    'company-vpn': ['198.18.0.0/24', '9.9.9.0/24'],
  }).map(([name, blocks]) => [name, parseBlockList(blocks)]),
);
/** A rule refers to a list by its id. */
const IDS = { cloudfront: 'com.amazonaws.global.cloudfront.origin-facing', vpn: 'company-vpn' };
const prefixLists = new Map([
  ...LISTS,
  ...Object.entries(IDS).map(([id, name]) => [`pl-${id}`, LISTS.get(name) ?? parseBlockList([])] as const),
]);

interface At {
  readonly group?: string;
  readonly groupId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly day?: string;
  readonly lists?: typeof prefixLists;
}

/** `tcp 443 0.0.0.0/0`, `udp 1024-65535 pl-vpn`, `-1 sg-2`. */
function ruleOf(said: string) {
  const [IpProtocol = '', ...more] = said.split(' ');
  const [from = Number.NaN, to = from] = (more.length > 1 ? (more[0] ?? '') : '').split('-').map(Number);
  const ports = more.length > 1 ? { FromPort: from, ToPort: to } : {};
  const peer = peerOf(more.at(-1) ?? '');
  return parseRule({ SecurityGroupRuleId: 'sgr-1', GroupId: 'sg-1', IpProtocol, ...ports, ...peer });
}

function peerOf(source: string) {
  if (source.startsWith('pl-')) return { PrefixListId: source };
  if (source.startsWith('sg-')) return { ReferencedGroupInfo: { GroupId: source } };
  return source.includes(':') ? { CidrIpv6: source } : { CidrIpv4: source };
}

/** What the policies do about a rule. */
function doneTo(policies: readonly Policy[], said: string, at: At = {}): 'revoked' | 'reported' | 'left' {
  const {
    group: name = 'web',
    groupId: id = 'sg-1',
    tags = {},
    day = '2026-06-01',
    lists = prefixLists,
  } = at;
  const group = { ...CONTEXT.group, id, name, tags };
  const context = { ...CONTEXT, group, prefixLists: lists, now: new Date(`${day}T12:00:00Z`) };
  const verdicts = evaluate([ruleOf(said)], new Set(['sgr-1']), policies, context);
  const { revoke, notify } = makePlan(verdicts, 0);
  if (revoke.length > 0) return 'revoked';
  return notify.length > 0 ? 'reported' : 'left';
}

describe('the recipe for CloudFront alone, and on 443 alone', () => {
  const policies = recipe('CloudFront alone, and on 443 alone');

  it.each([
    ['tcp 443 pl-cloudfront', 'left'],
    ['tcp 443 130.176.4.0/24', 'left'],
    ['tcp 443 2600:9000:1000::/40', 'left'],
    ['tcp 443 sg-2', 'left'],
    ['tcp 80 pl-cloudfront', 'revoked'],
    ['tcp 80-443 pl-cloudfront', 'revoked'],
    ['udp 53 pl-cloudfront', 'revoked'],
    ['-1 pl-cloudfront', 'revoked'],
    ['tcp 443 0.0.0.0/0', 'revoked'],
    ['tcp 443 ::/0', 'revoked'],
    ['tcp 443 8.8.8.8/32', 'revoked'],
    ['tcp 22 10.0.0.0/8', 'revoked'],
  ] as const)('has a rule for %s %s', (rule, done) => {
    expect(doneTo(policies, rule, { group: 'origin-web' })).toBe(done);
    expect(doneTo(policies, rule, { group: 'web' })).toBe('left');
  });

  it('takes both policies', () => {
    for (const rule of ['tcp 80 pl-cloudfront', 'tcp 443 8.8.8.8/32']) {
      const each = policies.map((policy) => doneTo([policy], rule, { group: 'origin-web' }));
      expect(each.toSorted()).toEqual(['left', 'revoked']);
    }
  });
});

describe('the recipe for SSH from the VPN list alone', () => {
  const policies = recipe('SSH from the VPN list alone');

  it.each([
    ['tcp 22 pl-vpn', 'left'],
    ['tcp 22 9.9.9.0/28', 'left'],
    ['tcp 22 sg-2', 'left'],
    ['tcp 443 0.0.0.0/0', 'left'],
    ['tcp 22 9.9.8.0/23', 'revoked'],
    ['tcp 22 10.0.0.0/8', 'revoked'],
    ['tcp 20-30 pl-cloudfront', 'revoked'],
    ['-1 0.0.0.0/0', 'revoked'],
    ['tcp 22 ::/0', 'revoked'],
  ] as const)('has a rule for %s %s', (rule, done) => {
    expect(doneTo(policies, rule)).toBe(done);
  });

  it.each([
    ['9.9.8.0/22', 'left'],
    ['9.9.8.0/21', 'revoked'],
  ])('lets the list have 1,024 addresses: with %s in it its rule is %s', (block, done) => {
    const entries = parseBlockList([block]);
    const lists = new Map([...prefixLists, ['pl-vpn', entries], ['company-vpn', entries]]);

    expect(doneTo(policies, 'tcp 22 pl-vpn', { lists })).toBe(done);
  });
});

describe('the recipe for databases, never', () => {
  const policies = recipe('Databases, never');

  it.each([
    ['tcp 3306 8.8.8.8/32', 'revoked'],
    ['tcp 5432 0.0.0.0/0', 'revoked'],
    ['tcp 1433 2600::/64', 'revoked'],
    ['tcp 1024-65535 9.9.9.0/24', 'revoked'],
    ['tcp 27017 pl-vpn', 'revoked'],
    ['tcp 3306 10.0.0.0/8', 'left'],
    ['tcp 3306 sg-2', 'left'],
    ['tcp 443 0.0.0.0/0', 'left'],
    ['udp 27015-27030 0.0.0.0/0', 'left'],
  ] as const)('has a rule for %s %s', (rule, done) => {
    expect(doneTo(policies, rule)).toBe(done);
  });
});

describe('the recipe for a bastion until March', () => {
  const policies = recipe('A bastion until March');
  const bastion: At = { groupId: 'sg-0123456789abcdef0', tags: { env: 'production' } };

  it.each([
    ['the office on the last day', 'tcp 22 198.51.100.0/24', { ...bastion, day: '2027-03-31' }, 'left'],
    ['the office the day after', 'tcp 22 198.51.100.0/24', { ...bastion, day: '2027-04-01' }, 'revoked'],
    ['somebody else', 'tcp 22 8.8.8.8/32', bastion, 'revoked'],
    ['more than the office', 'tcp 22 198.51.100.0/23', bastion, 'revoked'],
    [
      'the office to a bastion without the tag',
      'tcp 22 198.51.100.0/24',
      { groupId: 'sg-0123456789abcdef0' },
      'revoked',
    ],
    ['the office to another group', 'tcp 22 198.51.100.0/24', {}, 'revoked'],
  ] as const)('has a rule for %s: %s, %j, %s', (_, rule, at, done) => {
    expect(doneTo(policies, rule, at)).toBe(done);
  });
});

describe('the recipe for mail hosts, and on 25 alone', () => {
  const section = sectionOf('Mail hosts, and on 25 alone');
  const [, yaml = ''] = /```yaml exception\n(.*?)```/s.exec(section) ?? [];
  const { exceptions }: Pick<PolicyDocument, 'exceptions'> = parse(yaml);
  const shipped = ['no-world-open-admin', 'no-world-open-high-risk', 'web-only-to-the-world'].map((id) => {
    const document: object = parse(readFileSync(`test/fixtures/shipped/${id}.yaml`, 'utf8'));
    const named = section.includes(`\`${id}\``) ? { exceptions } : {};
    return compilePolicy(policySchema.parse({ ...document, ...named }));
  });
  const policies = [...recipe('Mail hosts, and on 25 alone'), ...shipped];

  it('excuses port 25 from the shipped policies, each alone, and no other port', () => {
    const done = ['tcp 25 0.0.0.0/0', 'tcp 22 0.0.0.0/0', 'tcp 23 0.0.0.0/0'].map((rule) =>
      shipped.map((policy) => doneTo([policy], rule, { group: 'mail-in' })),
    );

    expect(done).toEqual([
      ['left', 'left', 'left'],
      ['revoked', 'revoked', 'reported'],
      ['left', 'revoked', 'reported'],
    ]);
  });

  it.each([
    ['tcp 25 0.0.0.0/0', 'left', 'revoked'],
    ['tcp 25 ::/0', 'left', 'revoked'],
    ['tcp 22 0.0.0.0/0', 'revoked', 'revoked'],
    ['tcp 25-26 0.0.0.0/0', 'revoked', 'revoked'],
    ['tcp 587 8.8.8.8/32', 'revoked', 'left'],
    ['tcp 443 0.0.0.0/0', 'revoked', 'left'],
    ['udp 53 0.0.0.0/0', 'revoked', 'left'],
    ['tcp 587 10.0.0.0/8', 'left', 'left'],
  ] as const)('has a rule for %s %s on a mail host, and %s on others', (rule, onMail, onOthers) => {
    expect(doneTo(policies, rule, { group: 'mail-in' })).toBe(onMail);
    expect(doneTo(policies, rule, { group: 'web' })).toBe(onOthers);
  });
});

describe('the recipe for one policy enforced, the rest in dry run', () => {
  const policies = recipe('One policy enforced, the rest in dry run');

  it('closes what the first forbids, and reports the others', async () => {
    const database = tcp('sgr-0database', 5432);
    const test = makeWorld([ssh, database]);
    const world = { ...test.world, policies };

    expect(await outcomes({ ...test, world }, makeEvent([ssh, database]))).toEqual([
      'sgr-0database: dry-run',
      'sgr-0ssh: revoked',
    ]);
  });
});

describe('the recipe for tagging within ten minutes', () => {
  const policies = recipe('Tag within ten minutes');

  it.each([
    ['revokes', 'was not', [], 9, 1],
    ['leaves alone', 'was', [{ Key: 'reachable', Value: 'yes' }], 10, 0],
  ] as const)('%s a rule at the end where the group %s tagged', async (_, __, tags, minutes, closed) => {
    const test = makeWorld([ssh]);
    const world = { ...test.world, policies };
    expect(await outcomes({ ...test, world }, makeEvent([ssh]))).toEqual([]);
    addGroup(test.account, { GroupId: GROUP, GroupName: 'web-prod', VpcId: 'vpc-0other', Tags: [...tags] });
    for (let minute = 1; minute <= minutes; minute += 1) {
      await world.wait(60_000);
      await tick(world);
    }
    expect(left(test)).toContain('sgr-0ssh');

    await world.wait(60_000);
    await tick(world);

    expect(left(test).filter((id) => id === 'sgr-0ssh')).toHaveLength(1 - closed);
  });
});
