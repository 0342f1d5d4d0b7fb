// Whether other groups still let in what was closed, against an oracle that counts sources at each port.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrefixLists } from '../../../lib/evaluate/prefix-lists.ts';
import { type Closing, openElsewhere, type RulesByGroup } from '../../../lib/exposure/other-groups.ts';
import { parseInterface } from '../../../lib/exposure/parse-interface.ts';
import { parseSet } from '../../../lib/network/cidr.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { portTraffic, TCP } from '../../../lib/network/ports.ts';
import { parseRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';

const GROUPS = ['sg-1', 'sg-2', 'sg-3'];
const PORTS = [20, 21, 22, 23];
const SOURCES = Array.from({ length: 8 }, (_, i) => `8.8.8.${i}`);

interface TinyRule {
  readonly groupId: string;
  readonly from: number;
  readonly to: number;
  /** How many sources from the first one on, as a power of two; `list` for the prefix list. */
  readonly bits: number | 'list';
  readonly isEgress: boolean;
}

interface TinyWorld {
  readonly rules: readonly TinyRule[];
  readonly groupIds: readonly string[];
  readonly closed: { readonly from: number; readonly to: number; readonly bits: number };
  readonly tolerance: number;
  readonly listBits: number;
  readonly isListRead: boolean;
  readonly unread: readonly string[];
}

const port = fc.constantFrom(...PORTS);
const range = fc.tuple(port, port).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const bits = fc.integer({ min: 0, max: 3 });
const tinyWorld: fc.Arbitrary<TinyWorld> = fc.record({
  rules: fc.array(
    fc
      .record({
        groupId: fc.constantFrom(...GROUPS),
        range,
        bits: fc.oneof(
          { weight: 4, arbitrary: bits },
          { weight: 1, arbitrary: fc.constant('list' as const) },
        ),
        isEgress: fc.oneof(
          { weight: 6, arbitrary: fc.constant(false) },
          { weight: 1, arbitrary: fc.constant(true) },
        ),
      })
      .map(({ range: { from, to }, ...rest }) => ({ ...rest, from, to })),
    { maxLength: 5 },
  ),
  groupIds: fc.subarray(['sg-2', 'sg-3']).map((others) => ['sg-1', ...others]),
  closed: fc.record({ range, bits }).map(({ range: { from, to }, bits: size }) => ({ from, to, bits: size })),
  tolerance: fc.constantFrom(0, 1, 3),
  listBits: bits,
  isListRead: fc.boolean(),
  unread: fc.oneof(fc.constant([]), fc.subarray(['sg-2', 'sg-3'])),
});

const blockOf = (size: number) => `8.8.8.0/${32 - size}`;

function answer({ isListRead, unread, ...world }: TinyWorld) {
  const lists: PrefixLists = new Map(isListRead ? [['pl-1', parseBlockList([blockOf(world.listBits)])]] : []);
  const rules = world.rules.map(({ groupId, from, to, bits: size, isEgress }, i) =>
    parseRule({
      SecurityGroupRuleId: `sgr-${i}`,
      GroupId: groupId,
      IsEgress: isEgress,
      IpProtocol: 'tcp',
      FromPort: from,
      ToPort: to,
      ...(size === 'list' ? { PrefixListId: 'pl-1' } : { CidrIpv4: blockOf(size) }),
    }),
  );
  const read = GROUPS.filter((id) => !unread.includes(id));
  const byGroup: RulesByGroup = new Map(
    read.map((id) => [id, rules.filter(({ groupId }) => groupId === id)]),
  );
  const closing: Closing = {
    sources: parseSet([blockOf(world.closed.bits)]),
    traffic: [portTraffic(TCP, world.closed.from, world.closed.to)],
    tolerance: { ipv4: BigInt(world.tolerance), ipv6: 0n },
  };
  const Groups = world.groupIds.map((GroupId) => ({ GroupId }));
  const one = parseInterface({ NetworkInterfaceId: 'eni-1', Groups });
  return openElsewhere('sg-1', [one], [closing], byGroup, lists);
}

/** Whether the groups beside the first let in too much at some port, alone or beside what the first lets in. */
function isOpen(world: TinyWorld): boolean {
  const others = world.groupIds.filter((id) => id !== 'sg-1');
  return atSomePort(
    world,
    (isTooMany) => isTooMany(others) || (isTooMany([...others, 'sg-1']) && !isTooMany(['sg-1'])),
  );
}

function atSomePort(
  world: TinyWorld,
  holds: (isTooMany: (ids: readonly string[]) => boolean) => boolean,
): boolean {
  return PORTS.filter((at) => world.closed.from <= at && at <= world.closed.to).some((at) => {
    const admitted = (ids: readonly string[]) =>
      SOURCES.slice(0, 2 ** world.closed.bits).filter((_, index) =>
        world.rules.some(
          ({ groupId, from, to, bits: size, isEgress }) =>
            !isEgress &&
            ids.includes(groupId) &&
            from <= at &&
            at <= to &&
            index < 2 ** (size === 'list' ? world.listBits : size),
        ),
      ).length;
    return holds((ids) => admitted(ids) > world.tolerance);
  });
}

describe('what is open through other groups', () => {
  it('is right where all is read: open exactly when more is let in than is tolerated', () => {
    fc.assert(
      fc.property(tinyWorld, (world) => {
        const all = { ...world, isListRead: true, unread: [] };

        expect(answer(all).kind).toBe(isOpen(all) ? 'open' : 'closed');
      }),
      RUNS,
    );
  });

  it('is sound where something is unread: closed is closed whatever it holds, and what is called open lets in too much', () => {
    fc.assert(
      fc.property(tinyWorld, (world) => {
        const { kind } = answer(world);

        if (kind === 'closed') expect(isOpen(world)).toBe(false);
        if (kind === 'open') expect(atSomePort(world, (isTooMany) => isTooMany(world.groupIds))).toBe(true);
      }),
      RUNS,
    );
  });

  it('names only groups of the interface, and never the one that was closed', () => {
    fc.assert(
      fc.property(tinyWorld, (world) => {
        const elsewhere = answer(world);
        const named =
          elsewhere.kind === 'open'
            ? elsewhere.through
            : elsewhere.kind === 'unknown'
              ? elsewhere.groupIds
              : [];

        expect(named.filter((id) => id === 'sg-1' || !world.groupIds.includes(id))).toEqual([]);
        if (elsewhere.kind !== 'closed') expect(named.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });
});

describe('a group of the same interface', () => {
  const closed: Closing = {
    sources: parseSet(['0.0.0.0/0']),
    traffic: [portTraffic(TCP, 22, 22)],
    tolerance: { ipv4: 256n, ipv6: 0n },
  };
  const one = parseInterface({
    NetworkInterfaceId: 'eni-1',
    Groups: [{ GroupId: 'sg-1' }, { GroupId: 'sg-2' }],
  });
  const ruleOf = (groupId: string, CidrIpv4: string) =>
    parseRule({ GroupId: groupId, IpProtocol: '-1', CidrIpv4 });
  const answerTo = (...rules: readonly ReturnType<typeof parseRule>[]) =>
    openElsewhere(
      'sg-1',
      [one],
      [closed],
      Map.groupBy(rules, ({ groupId }) => groupId),
      new Map(),
    );

  it('is in doubt where the source of a rule is none that this version reads', () => {
    const own = ruleOf('sg-1', '10.0.0.0/8');

    expect(answerTo(own, ruleOf('sg-2', 'somewhere'))).toEqual({ kind: 'unknown', groupIds: ['sg-2'] });
  });

  it('is in doubt beside what nobody can read of the group itself, if it lets in any of it', () => {
    const unclear = ruleOf('sg-1', 'somewhere');

    expect(answerTo(unclear, ruleOf('sg-2', '8.8.8.0/25'))).toEqual({ kind: 'unknown', groupIds: ['sg-2'] });
    expect(
      answerTo(
        unclear,
        parseRule({ GroupId: 'sg-2', IsEgress: true, IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' }),
      ),
    ).toEqual({
      kind: 'closed',
    });
  });

  it('is named with the interface, as the one of several that it is so with', () => {
    const bare = parseInterface({ NetworkInterfaceId: 'eni-0', Groups: [{ GroupId: 'sg-1' }] });
    const rules = Map.groupBy(
      [ruleOf('sg-1', '10.0.0.0/8'), ruleOf('sg-2', '8.0.0.0/8')],
      ({ groupId }) => groupId,
    );

    expect(openElsewhere('sg-1', [bare, one, one], [closed], rules, new Map())).toMatchObject({
      kind: 'open',
      of: { id: 'eni-1' },
      through: ['sg-2'],
      count: 2,
    });
  });

  it('is one of at most twenty that are named', () => {
    const Groups = Array.from({ length: 50 }, (_, i) => ({ GroupId: `sg-${i}` }));
    const crowded = parseInterface({ NetworkInterfaceId: 'eni-1', Groups });
    const elsewhere = openElsewhere('sg-0', [crowded], [closed], new Map(), new Map());

    expect(elsewhere.kind === 'unknown' && elsewhere.groupIds.length).toBe(20);
  });
});
