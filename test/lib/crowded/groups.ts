// Groups of up to sixty rules as people write them: blocks of all widths, port ranges that nest and overlap, prefix lists; and policies
// of every kind that count addresses.
import fc from 'fast-check';
import { parseSet, printSet } from '../../../lib/network/cidr.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

const ipv4Block = fc
  .tuple(fc.integer({ min: 20, max: 26 }), fc.nat(255), fc.constantFrom(8, 9, 10, 12, 16, 20, 24, 32))
  .map(([a, b, length]) => ({ CidrIpv4: aligned(`${a}.${b}.0.0/${length}`) }));
const ipv6Block = fc
  .tuple(fc.integer({ min: 0x2600, max: 0x2604 }), fc.nat(0xff), fc.constantFrom(16, 28, 29, 32, 48, 128))
  .map(([a, b, length]) => ({ CidrIpv6: aligned(`${a.toString(16)}:${b.toString(16)}::/${length}`) }));
/** Without host bits, as policies must write it. */
function aligned(text: string): string {
  return printSet(parseSet([text]))[0] ?? text;
}

const LISTS = ['pl-0000000a', 'pl-0000000b'];
const peer = fc.oneof(
  { weight: 8, arbitrary: ipv4Block },
  { weight: 4, arbitrary: ipv6Block },
  { weight: 1, arbitrary: fc.constantFrom(...LISTS).map((PrefixListId) => ({ PrefixListId })) },
  { weight: 1, arbitrary: fc.constantFrom({ CidrIpv4: '0.0.0.0/0' }, { CidrIpv6: '::/0' }) },
);
const traffic = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom('tcp', 'udp'), fc.nat(60), fc.nat(60)) },
  { weight: 1, arbitrary: fc.constant(['-1', 0, 0] as const) },
);
const rules = fc.array(fc.tuple(traffic, peer), { minLength: 1, maxLength: 60, size: 'max' }).map((all) =>
  all.map(([[IpProtocol, a, b], source], index) =>
    parseRule({
      ...{ SecurityGroupRuleId: `sgr-${index}`, GroupId: 'sg-1', IsEgress: false, IpProtocol },
      ...(IpProtocol === '-1' ? {} : { FromPort: Math.min(a, b), ToPort: Math.max(a, b) }),
      ...source,
    }),
  ),
);

const exceptions = fc.array(
  fc.record({
    sources: fc.array(
      fc.oneof(
        ipv4Block.map(({ CidrIpv4 }) => CidrIpv4),
        fc.constantFrom(...LISTS),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    ports: fc.constantFrom(['0-60'], [22], ['10-20', '30-40']),
  }),
  { maxLength: 4 },
);
const match = fc.constantFrom(
  { source: 'world' },
  { source: 'public', tolerate: { ipv4: 15, ipv6: 40 } },
  { source: { outside: ['20.0.0.0/8', ...LISTS] }, tolerate: { ipv4: 9, ipv6: 30 }, protocol: 'tcp' },
  { source: 'world', ports: ['0-30', 45] },
);
const policy = fc.tuple(match, exceptions).map(([of, except]) =>
  compilePolicy(
    policySchema.parse({
      ...{ id: 'p', title: 'p', severity: 'high', description: 'p', match: of, action: 'revoke' },
      exceptions: except.map((one) => ({ ...one, reason: 'r', owner: 'o', expires: '2026-12-31' })),
    }),
  ),
);

const entries = fc.option(fc.array(ipv4Block, { maxLength: 20 }), { nil: undefined, freq: 5 });
const context = fc.tuple(entries, entries).map((lists) => ({
  ...CONTEXT,
  prefixLists: new Map(
    lists.flatMap((blocks, index) =>
      blocks === undefined
        ? []
        : [[LISTS[index] ?? '', parseBlockList(blocks.map(({ CidrIpv4 }) => CidrIpv4))] as const],
    ),
  ),
}));

/** A group, which of its rules are changed, and the policies that are asked. */
export const crowdedGroup = fc
  .tuple(
    rules,
    fc.array(fc.boolean(), { minLength: 60, maxLength: 60, size: 'max' }),
    fc.array(policy, { minLength: 1, maxLength: 2 }),
    context,
  )
  .map(([all, isChanged, policies, around]) => ({
    rules: all,
    changed: new Set(all.filter((_, index) => isChanged[index] === true).map(({ id }) => id)),
    policies,
    context: around,
  }));
