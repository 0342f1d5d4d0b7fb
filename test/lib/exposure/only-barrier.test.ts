// What stands alone between the internet and an interface: somebody who changes that for another reason opens it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barrierOf } from '../../../lib/exposure/gates.ts';
import { RUNS } from '../../runs.ts';
import {
  ALL,
  DNS,
  entry,
  main,
  PUBLIC,
  route,
  SSH,
  TO_INTERNET,
  tcp,
  UNADDRESSED,
  withInterface,
} from './public-instance.ts';
import { exposureOf } from './read.ts';
import { type TinyNetwork, tinyNetwork } from './tiny-network.ts';

const barrierTo = (part: Partial<TinyNetwork>) => {
  const { exposure } = exposureOf({ ...PUBLIC, ...part });
  return exposure.kind === 'blocked' ? exposure.onlyBarrier : exposure.kind;
};
const DENIED = [entry(50, 'deny', false, tcp(22, 22)), ...ALL];
const BLOCKED = { ...PUBLIC.publicAccess, InternetGatewayBlockMode: 'block-bidirectional' as const };
const PRIVATE = main(TO_INTERNET.filter(({ GatewayId }) => GatewayId === 'local'));

describe('the only barrier', () => {
  it.each<readonly [what: string, part: Partial<TinyNetwork>, barrier: string | undefined]>([
    ['a network ACL that denies what comes in', { entries: DENIED }, 'acl'],
    [
      'a network ACL that denies the answers',
      { entries: ALL.filter(({ Egress }) => Egress === false) },
      'acl',
    ],
    ['a network ACL that denies both', { entries: [] }, 'acl'],
    ['a missing route', { routeTables: PRIVATE }, 'route'],
    [
      'a route that leads nowhere',
      { routeTables: main([route('0.0.0.0/0', { GatewayId: 'igw-1', State: 'blackhole' })]) },
      'route',
    ],
    [
      'a missing gateway, with the route that it would need',
      { hasGateway: false, routeTables: PRIVATE },
      'route',
    ],
    ['a missing gateway alone', { hasGateway: false }, 'route'],
    ['none, where two are in the way', { entries: DENIED, routeTables: PRIVATE }, undefined],
    ['none, where VPC Block Public Access is in the way', { publicAccess: BLOCKED }, undefined],
    [
      'none, where that stands behind a missing gateway',
      { hasGateway: false, publicAccess: BLOCKED },
      undefined,
    ],
    ['none, where no address is public', withInterface(UNADDRESSED), undefined],
    [
      'a missing gateway, for one packet that needs no answer',
      { rules: [DNS], hasGateway: false, routeTables: PRIVATE },
      'route',
    ],
    ['none, where nothing is in the way', { rules: [SSH] }, 'reachable'],
  ])('is %s', (_, part, barrier) => {
    expect(barrierTo(part)).toBe(barrier);
  });

  it('once opened lets packets in, and is what blocked them', () => {
    fc.assert(
      fc.property(tinyNetwork, (tiny) => {
        const { exposure } = exposureOf(tiny);
        if (exposure.kind !== 'blocked' || exposure.onlyBarrier === undefined) return;
        expect(barrierOf(exposure.blocked)).toBe(exposure.onlyBarrier);
        const opened =
          exposure.onlyBarrier === 'acl'
            ? { entries: ALL }
            : { hasGateway: true, routeTables: main(TO_INTERNET) };

        expect(exposureOf({ ...tiny, ...opened }).exposure.kind).toBe('reachable');
      }),
      RUNS,
    );
  });

  it('is there wherever a single barrier was put up', () => {
    const open = tinyNetwork.filter((tiny) => exposureOf(tiny).exposure.kind === 'reachable');
    fc.assert(
      fc.property(open, fc.boolean(), (tiny, isAcl) => {
        const closed = isAcl ? { entries: [] } : { hasGateway: false };
        const { exposure } = exposureOf({ ...tiny, ...closed });

        expect(exposure).toMatchObject({ kind: 'blocked', onlyBarrier: isAcl ? 'acl' : 'route' });
      }),
      { numRuns: Math.min(RUNS.numRuns, 500) },
    );
  });
});
