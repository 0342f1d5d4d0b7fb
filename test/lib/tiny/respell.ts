// The same connections, said otherwise; and more connections.
import fc from 'fast-check';
import { ALL_ICMP, type Block, type Lists, type TinyGroup, type TinyRule } from './world.ts';

type Spelling = 'as it is' | 'halves' | 'two ranges' | 'protocols' | 'a list' | 'entries' | 'twice';
const SPELLINGS: readonly Spelling[] = [
  'as it is',
  'halves',
  'two ranges',
  'protocols',
  'a list',
  'entries',
  'twice',
];

/** How to say a group otherwise: a spelling for each rule, then perhaps rules of the same traffic and description joined, then an order. */
export interface Respelling {
  readonly each: readonly Spelling[];
  readonly isJoined: boolean;
  readonly isReversed: boolean;
}
export const respelling: fc.Arbitrary<Respelling> = fc.record({
  each: fc.array(fc.constantFrom(...SPELLINGS), { minLength: 8, maxLength: 8 }),
  isJoined: fc.boolean(),
  isReversed: fc.boolean(),
});

/** The same connections in other words. */
export function respell(group: TinyGroup, { each, isJoined, isReversed }: Respelling): TinyGroup {
  const { rules, lists, place } = group;
  const parts = rules.map((rule, i) => respellRule(rule, each[i] ?? 'as it is', lists, `pl-0new${i}`));
  const spelled = { rules: parts.flatMap((part) => part.rules), lists: mergeLists(lists, parts) };
  const joined = isJoined ? join(spelled) : spelled;
  return { ...joined, place, rules: isReversed ? joined.rules.toReversed() : joined.rules };
}

/** Rules, and the lists that they refer to. */
type Spelled = Omit<TinyGroup, 'place'>;

function respellRule(rule: TinyRule, spelling: Spelling, lists: Lists, fresh: string): Spelled {
  const { source, protocol } = rule;
  const known = knownBlocks(rule, lists);
  const as = (...rules: readonly Partial<TinyRule>[]): Spelled => ({
    rules: rules.map((part) => ({ ...rule, ...part })),
    lists: {},
  });
  switch (spelling) {
    case 'halves':
      return source !== 'group' && 'bits' in source
        ? as(...halves(source).map((half) => ({ source: half })))
        : as({});
    case 'two ranges':
      return as(...twoRanges(rule));
    case 'protocols':
      return protocol === '-1' ? as(...PROTOCOLS) : as({});
    case 'a list':
      if (known.length === 0) return as({});
      return { ...as({ source: { list: fresh } }), lists: { [fresh]: readable(known.flatMap(halves)) } };
    case 'entries':
      return known.length === 0 ? as({}) : as(...known.map((block) => ({ source: block })));
    case 'twice':
      return as({}, {});
    case 'as it is':
      return as({});
  }
}

/** What a rule for all traffic is in this world. */
const PROTOCOLS: readonly Partial<TinyRule>[] = [
  { protocol: 'tcp', from: 20, to: 27 },
  { protocol: 'udp', from: 20, to: 27 },
  { protocol: 'icmp', ...ALL_ICMP },
];

/** ICMP cannot be cut in two, but said twice, once in part. */
function twoRanges({ protocol, from, to }: TinyRule): readonly Partial<TinyRule>[] {
  if (from === to) return [{}];
  if (protocol === 'icmp') return [{}, { to: from }];
  const middle = Math.floor((from + to) / 2);
  return [{ to: middle }, { from: middle + 1 }];
}

/** Rules of the same traffic and description as one rule for a prefix list of all their addresses. */
function join({ rules, lists }: Spelled): Spelled {
  const named = rules.filter((rule) => knownBlocks(rule, lists).length > 0);
  const others = rules.filter((rule) => !named.includes(rule));
  const alike = Map.groupBy(named, (rule) => {
    const { protocol, from, to, isApproved } = rule;
    return `pl-0join${protocol}x${from}x${to}x${isApproved}`;
  });
  const joined = [...alike].flatMap(([id, [first, ...more]]) =>
    first === undefined
      ? []
      : [
          {
            rules: [{ ...first, source: { list: id } }],
            lists: { [id]: entriesOf([first, ...more], lists) },
          },
        ],
  );
  return { rules: [...others, ...joined.flatMap((part) => part.rules)], lists: mergeLists(lists, joined) };
}

function entriesOf(rules: readonly TinyRule[], lists: Lists) {
  return readable(rules.flatMap((rule) => knownBlocks(rule, lists)));
}

/** The blocks that a rule is known to admit; none for groups, and for lists that are empty or cannot be read. */
export function knownBlocks({ source }: TinyRule, lists: Lists): readonly Block[] {
  if (source === 'group') return [];
  if (!('list' in source)) return [source];
  const list = lists[source.list];
  return list?.isReadable ? list.entries : [];
}

function readable(entries: readonly Block[]) {
  return { entries, isReadable: true };
}

function halves(block: Block): readonly Block[] {
  if (block.bits === 0) return [block];
  const bits = block.bits - 1;
  return [
    { ...block, bits },
    { ...block, bits, base: block.base + 2 ** bits },
  ];
}

function mergeLists(lists: Lists, parts: readonly { readonly lists: Lists }[]): Lists {
  return Object.assign({}, lists, ...parts.map((part) => part.lists));
}
