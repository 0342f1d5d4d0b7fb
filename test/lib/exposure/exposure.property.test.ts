// The laws of exposure, against an oracle that sends every packet of a tiny network on its way.
import type { NetworkAclEntry } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Network } from '../../../lib/exposure/network.ts';
import { arrivesAsSaid, someoneGetsIn } from './packet-walk.ts';
import { exposureOf } from './read.ts';
import { type TinyNetwork, tinyNetwork } from './tiny-network.ts';

/** A network takes longer than most of what properties are about. */
const RUNS = { numRuns: Math.min(Number(process.env.FC_RUNS ?? 500), 10_000) };

const kindOf = (tiny: TinyNetwork, other?: Partial<Network>) => exposureOf(tiny, other).exposure.kind;

/** Parts of a network that may be unread. */
const PARTS = [
  'subnets',
  'routeTables',
  'acls',
  'gateways',
  'publicAccess',
  'exclusions',
  'prefixLists',
] as const;
const unread = fc
  .subarray([...PARTS], { minLength: 1 })
  .map((parts) =>
    Object.fromEntries(parts.map((part) => [part, part === 'prefixLists' ? new Map() : undefined])),
  );
const denial: fc.Arbitrary<NetworkAclEntry> = fc.record({
  RuleNumber: fc.integer({ min: 1, max: 1000 }),
  RuleAction: fc.constant('deny' as const),
  Egress: fc.boolean(),
  Protocol: fc.constantFrom('-1', '6', '17'),
  CidrBlock: fc.constantFrom('0.0.0.0/0', '8.8.8.0/29', '8.8.8.4/30'),
});

describe('the tiny network', () => {
  it('is reached or not for every reason, each in at least one network of a hundred', () => {
    const all = fc.sample(tinyNetwork, { numRuns: 3000, seed: 1 }).map((tiny) => exposureOf(tiny).exposure);
    const reasons = all.map((exposure) =>
      exposure.kind === 'blocked' ? `${exposure.blocked.code} ${exposure.blocked.direction}` : exposure.kind,
    );

    const rare = [
      ...['reachable', 'unattached', 'SUBNET_ACL_RESTRICTION ingress', 'SUBNET_ACL_RESTRICTION egress'],
      ...['IGW_EXPECTS_PUBLIC_ADDRESS', 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', 'NO_PATH']
        .concat('VPC_BLOCK_PUBLIC_ACCESS_ENABLED', 'NO_ROUTE_TO_DESTINATION', 'BAD_STATE_ROUTE')
        .map((code) => `${code} undefined`),
    ].filter((reason) => reasons.filter((one) => one === reason).length < all.length / 100);
    expect(rare).toEqual([]);
  });
});

describe('exposure', () => {
  it('is right: reachable exactly when some packet gets in, and for TCP an answer out', () => {
    fc.assert(
      fc.property(tinyNetwork, (tiny) => {
        const kind = kindOf(tiny);

        expect(kind).not.toBe('unknown');
        expect(kind === 'reachable').toBe(someoneGetsIn(tiny));
      }),
      RUNS,
    );
  });

  it('names a packet that arrives', () => {
    fc.assert(
      fc.property(tinyNetwork, (tiny) => {
        const { exposure } = exposureOf(tiny);

        if (exposure.kind === 'reachable') expect(arrivesAsSaid(exposure.arrival, tiny)).toBe(true);
      }),
      RUNS,
    );
  });

  it('is sound: what is known while parts cannot be read is so when they can', () => {
    fc.assert(
      fc.property(tinyNetwork, unread, (tiny, other) => {
        const kind = kindOf(tiny, other);

        if (kind !== 'unknown') expect(kind).toBe(kindOf(tiny));
      }),
      RUNS,
    );
  });

  it('is monotone: no denial makes an interface reachable, not even where parts cannot be read', () => {
    fc.assert(
      fc.property(tinyNetwork, denial, fc.option(unread, { nil: {} }), (tiny, entry, other) => {
        const isTaken = tiny.entries.some(({ RuleNumber }) => RuleNumber === entry.RuleNumber);
        fc.pre(!isTaken);
        const more = { ...tiny, entries: [...tiny.entries, entry] };

        if (kindOf(tiny, other) !== 'reachable') expect(kindOf(more, other)).not.toBe('reachable');
      }),
      RUNS,
    );
  });

  it('is the same whatever the order in which EC2 lists entries, routes, tables and exclusions', () => {
    fc.assert(
      fc.property(tinyNetwork, (tiny) => {
        const reversed = {
          ...tiny,
          entries: tiny.entries.toReversed(),
          exclusions: tiny.exclusions.toReversed(),
          routeTables: tiny.routeTables
            .map((table) => ({ ...table, Routes: table.Routes?.toReversed() }))
            .toReversed(),
        };

        expect(exposureOf(reversed)).toEqual(exposureOf(tiny));
      }),
      RUNS,
    );
  });
});
