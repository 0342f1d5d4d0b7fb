// Outbound rules in the spelling of NAT64: judged as the IPv4 destinations that they reach.
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { evaluate, type Violation } from '../../../lib/evaluate/evaluate.ts';
import { printAddress } from '../../../lib/network/cidr.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { reasonOf } from '../../../lib/report/reason.ts';
import { parseRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';
import { CONTEXT } from '../context.ts';
import { stateOf, verdictsOn } from '../tiny/judge.ts';
import { type Block, type TinyGroup, tinyPolicy, wholeGroup } from '../tiny/world.ts';

interface Said {
  readonly tolerate?: object;
  readonly exceptions?: readonly object[];
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  readonly direction?: 'ingress' | 'egress';
}

/** The verdicts on SMTP to these blocks or prefix lists, a rule for each. */
function judge(blocks: readonly string[], peers: unknown, said: Said = {}) {
  const { tolerate, exceptions, lists = {}, direction = 'egress' } = said;
  const key = direction === 'egress' ? 'destination' : 'source';
  const policy = compilePolicy(
    policySchema.parse({
      ...{ id: 'p', title: 'p', severity: 'high', description: 'p', action: 'revoke' },
      match: { direction, protocol: ['tcp'], ports: [25], [key]: peers, tolerate },
      exceptions,
    }),
  );
  const rules = blocks.map((text, i) => {
    const peer = text.startsWith('pl-') ? 'PrefixListId' : text.includes(':') ? 'CidrIpv6' : 'CidrIpv4';
    const ports = { IpProtocol: 'tcp', FromPort: 25, ToPort: 25 };
    return parseRule({
      ...{ SecurityGroupRuleId: `sgr-${i}`, GroupId: 'sg-1', IsEgress: direction === 'egress' },
      ...ports,
      [peer]: text,
    });
  });
  const prefixLists = new Map(Object.entries(lists).map(([id, texts]) => [id, parseBlockList(texts)]));
  return evaluate(rules, new Set(rules.map(({ id }) => id)), [policy], { ...CONTEXT, prefixLists });
}

function said(...asked: Parameters<typeof judge>): readonly string[] {
  return judge(...asked).map(({ verdict }) => verdict);
}

const NAT64_WORLD = ['64:ff9b::/96'];

describe('practically anyone by NAT64', () => {
  it.each([
    ['the whole prefix', NAT64_WORLD],
    ['a larger block that holds it', ['64:ff9b::/95']],
    ['a much larger block that holds it', ['64::/16']],
    ['all of IPv6', ['::/0']],
    ['two /8', ['64:ff9b::800:0/103']],
    ['an IPv4 /8 and half of another by NAT64', ['8.0.0.0/8', '64:ff9b::900:0/105']],
  ])('is %s', (_, blocks) => {
    expect(said(blocks, 'world')).toContain('violation');
  });

  it('is the whole prefix in halves, of which each is already', () => {
    expect(said(['64:ff9b::/97', '64:ff9b::8000:0/97'], 'world')).toEqual(['violation', 'violation']);
  });

  it.each([
    ['one /8', ['64:ff9b::800:0/104']],
    ['the same /8 in both spellings', ['64:ff9b::800:0/104', '8.0.0.0/8']],
    ['private IPv4', ['64:ff9b::a00:0/104', '64:ff9b::ac10:0/108', '64:ff9b::c0a8:0/112']],
    ['the prefix that RFC 8215 leaves to each network', ['64:ff9b:1::/48']],
  ])('is not %s', (_, blocks) => {
    expect(said(blocks, 'world')).not.toContain('violation');
  });

  it('is nobody for inbound rules', () => {
    expect(said(NAT64_WORLD, 'world', { direction: 'ingress' })).toEqual(['compliant']);
    expect(said(NAT64_WORLD, 'public', { direction: 'ingress' })).toEqual(['compliant']);
  });

  it('is found in a prefix list', () => {
    const lists = { 'pl-0nat64': ['64:ff9b::/97', '64:ff9b::8000:0/97'] };

    expect(said(['pl-0nat64'], 'world', { lists })).toEqual(['violation']);
  });
});

describe('what is tolerated of IPv4', () => {
  const TOLERANT: Said = { tolerate: { ipv4: 24 } };

  it('is tolerated by NAT64, and counted once in both spellings', () => {
    expect(said(['64:ff9b::808:800/120', '8.8.8.0/24'], 'public', TOLERANT)).toEqual([
      'compliant',
      'compliant',
    ]);
    expect(said(['64:ff9b::808:800/120', '8.8.9.0/24'], 'public', TOLERANT)).toContain('violation');
  });

  it('is not tolerated as IPv6', () => {
    expect(said(['64:ff9b::808:808/128'], 'public', { tolerate: { ipv6: 64 } })).toEqual(['violation']);
  });

  it('is kept narrowest first, whatever the spelling', () => {
    expect(said(['64:ff9b::808:800/121', '9.9.9.0/24'], 'public', TOLERANT)).toEqual([
      'compliant',
      'violation',
    ]);
    expect(said(['8.8.8.0/25', '64:ff9b::909:900/120'], 'public', TOLERANT)).toEqual([
      'compliant',
      'violation',
    ]);
    // By its IPv6 addresses alone the first would be the narrower.
    expect(
      said(['64:ff9b::808:800/120', '9.9.9.0/25', '2600::/64'], 'public', {
        tolerate: { ipv4: 24, ipv6: 64 },
      }),
    ).toEqual(['violation', 'compliant', 'compliant']);
  });
});

describe('a destination that is allowed', () => {
  const OFFICE = '198.51.100.0/24';
  const OFFICE_NAT64 = '64:ff9b::c633:6400/120';

  it.each([
    ['an IPv4 block', [OFFICE_NAT64], [OFFICE], 'compliant'],
    ['a larger IPv4 block', [OFFICE_NAT64], ['198.51.0.0/16'], 'compliant'],
    ['private', ['64:ff9b::a01:200/120'], ['private'], 'compliant'],
    ['its own spelling', [OFFICE_NAT64], [OFFICE_NAT64], 'compliant'],
    ['the whole prefix', NAT64_WORLD, NAT64_WORLD, 'compliant'],
    ['all IPv4 and all IPv6', ['::/0'], ['0.0.0.0/0', '::/0'], 'compliant'],
    ['the whole prefix and all IPv6', ['::/0'], ['64:ff9b::/96', '::/0'], 'compliant'],
    ['another IPv4 block', [OFFICE_NAT64], ['198.51.101.0/24'], 'violation'],
    ['its NAT64 spelling alone, said in IPv4', [OFFICE], [OFFICE_NAT64], 'violation'],
    ['all of NAT64, said in IPv4', ['0.0.0.0/0'], NAT64_WORLD, 'violation'],
    ['all IPv6 alone, by NAT64', [OFFICE_NAT64], ['::/0'], 'violation'],
    ['all IPv6 alone, in a block around NAT64', ['64:ff9b::/95'], ['::/0'], 'violation'],
    ['all IPv6 alone', ['::/0'], ['::/0'], 'violation'],
    ['all IPv6 alone, natively', ['2000::/3'], ['::/0'], 'compliant'],
  ])('by %s: %j where %j may be reached is %s', (_, blocks, outside, verdict) => {
    expect(said(blocks, { outside })).toEqual([verdict]);
  });

  it.each([
    [[OFFICE], OFFICE_NAT64, 'compliant'],
    [[OFFICE_NAT64], OFFICE_NAT64, 'compliant'],
    [[OFFICE_NAT64], OFFICE, 'violation'],
    [['::/0'], OFFICE_NAT64, 'violation'],
    [['::/1', '8000::/1'], OFFICE_NAT64, 'violation'],
    [['0.0.0.0/1', '128.0.0.0/1'], OFFICE_NAT64, 'compliant'],
  ])('by a prefix list of %j: %s is %s', (entries, block, verdict) => {
    expect(said([block], { outside: ['pl-0000000a'] }, { lists: { 'pl-0000000a': entries } })).toEqual([
      verdict,
    ]);
    const excused = verdict === 'compliant' ? 'exempt' : verdict;
    const exceptions = [{ sources: ['pl-0000000a'], reason: 'r', owner: 'o', expires: '2026-12-31' }];
    const asked = { exceptions, lists: { 'pl-0000000a': entries } };
    expect(said([block], { outside: ['private'] }, asked)).toEqual([excused]);
  });

  it.each([
    [[OFFICE], OFFICE_NAT64, 'exempt'],
    [[OFFICE_NAT64], OFFICE_NAT64, 'exempt'],
    [[OFFICE_NAT64], OFFICE, 'violation'],
    [['::/0'], OFFICE_NAT64, 'violation'],
  ])(
    'by an exception for %j: %s is %s, also where any destination is forbidden',
    (sources, block, verdict) => {
      const exceptions = [{ sources, reason: 'r', owner: 'o', expires: '2026-12-31' }];

      expect(said([block], { outside: ['private'] }, { exceptions })).toEqual([verdict]);
      expect(said([block], 'any', { exceptions })).toEqual([verdict]);
    },
  );

  it('is no inbound matter', () => {
    const direction = 'ingress' as const;

    expect(said([OFFICE_NAT64], { outside: [OFFICE] }, { direction })).toEqual(['violation']);
    expect(said([OFFICE_NAT64], { outside: ['::/0'] }, { direction })).toEqual(['compliant']);
  });
});

describe('the example of a destination by NAT64', () => {
  const shown = (...asked: Parameters<typeof judge>) =>
    judge(...asked).flatMap((verdict) => (verdict.verdict === 'violation' ? [reasonOf(verdict)] : []));

  it('has both spellings', () => {
    expect(shown(NAT64_WORLD, 'world')).toEqual([
      'It allows tcp/25 to the whole internet, for example 64:ff9b::808:808, which NAT64 translates to 8.8.8.8.',
    ]);
    expect(shown(['64:ff9b::909:909/128'], { outside: ['private'] })).toEqual([
      'It allows tcp/25 to 1 IPv4 address, for example 64:ff9b::909:909, which NAT64 translates to 9.9.9.9.',
    ]);
  });

  it('is native where there is a native one', () => {
    expect(shown(['::/0'], 'public')[0]).toContain('for example 2001:4860:4860::8888.');
    expect(shown(['::/0'], { outside: ['::/0'] })[0]).toContain('for example 64:ff9b::808:808, which NAT64');
  });

  it('is one that the rule itself adds, in its own spelling', () => {
    const rules = ['8.8.8.0/25', '8.8.9.0/25', '64:ff9b::808:800/120'];

    expect(shown(rules, 'public', { tolerate: { ipv4: 24 } })[0]).toContain(
      'for example 64:ff9b::808:880, which NAT64 translates to 8.8.8.128.',
    );
  });

  it('is an address that the rule admits, alone and together with others', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, (group, policy) => {
        for (const violation of verdictsOn(group, policy).filter(isAddressed)) {
          const { cidr } = violation.rule.peer;
          const block = ipaddr.parseCIDR(violation.rule.aws.CidrIpv4 ?? violation.rule.aws.CidrIpv6 ?? '');
          const { address } = violation.witness;
          if (address === undefined) throw new Error('a block has addresses');
          const example = ipaddr.parse(printAddress(address.family, address.value));
          expect(example.kind()).toBe(cidr.family);
          expect(example.match(block)).toBe(true);
        }
      }),
      RUNS,
    );
  });
});

type Verdict = ReturnType<typeof verdictsOn>[number];
type Addressed = Violation & { readonly rule: { readonly peer: { readonly kind: 'cidr' } } };

function isAddressed(verdict: Verdict): verdict is Addressed {
  return verdict.verdict === 'violation' && verdict.rule.peer.kind === 'cidr';
}

describe('a group whose IPv4 rules are said by NAT64 too', () => {
  it('violates outbound policies exactly when it did', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, (plain, policy) => {
        fc.pre(policy.direction === 'egress' && policy.allowed !== 'nobody');
        const twins = plain.rules.flatMap((rule) =>
          rule.source !== 'group' && 'line' in rule.source && rule.source.line === 'ipv4'
            ? [{ ...rule, source: { ...rule.source, line: 'nat64' } satisfies Block }]
            : [],
        );
        const group: TinyGroup = { ...plain, rules: [...plain.rules, ...twins] };

        expect(stateOf(group, policy)).toBe(stateOf(plain, policy));
      }),
      RUNS,
    );
  });
});
