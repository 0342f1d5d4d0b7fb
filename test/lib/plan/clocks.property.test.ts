// The index of clocks against a search of all of them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Clock, extentOf, indexClocks } from '../../../lib/plan/clocks.ts';
import { parseRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const DAY = 24 * 3_600_000;

interface Place {
  readonly port: number;
  readonly ports: number;
  readonly block: number;
  readonly bits: number;
  readonly isGroup: boolean;
}

const anyPlace: fc.Arbitrary<Place> = fc.record({
  port: fc.nat(5),
  ports: fc.nat(2),
  block: fc.nat(15),
  bits: fc.nat(4),
  isGroup: fc.boolean(),
});

const anyClock = fc.record({
  place: anyPlace,
  policyId: fc.constantFrom('ssh', 'rdp'),
  ruleId: fc.constantFrom('sgr-1', 'sgr-2', 'sgr-3'),
  startedAgo: fc.nat(3 * DAY),
  seenAgo: fc.oneof(fc.nat(3 * DAY), fc.constantFrom(DAY - 1, DAY, DAY + 1)),
});

function toExtent(place: Place) {
  const { port, ports, block, bits, isGroup } = place;
  const peer = isGroup
    ? { ReferencedGroupInfo: { GroupId: `sg-${block % 3}` } }
    : { CidrIpv4: `8.8.8.${lowest(place)}/${32 - bits}` };
  return extentOf(
    parseRule({ IpProtocol: 'tcp', FromPort: port, ToPort: port + ports, IsEgress: false, ...peer }),
    new Map(),
  );
}

const lowest = ({ block, bits }: Place) => block - (block % 2 ** bits);
const highest = (place: Place) => lowest(place) + 2 ** place.bits - 1;

function touches(a: Place, b: Place): boolean {
  const isSameTraffic = a.port <= b.port + b.ports && b.port <= a.port + a.ports;
  if (a.isGroup !== b.isGroup || !isSameTraffic) return false;
  if (a.isGroup) return a.block % 3 === b.block % 3;
  return lowest(a) <= highest(b) && lowest(b) <= highest(a);
}

it('a rule inherits the earliest start of what overlaps it and was seen within a day, and has the clocks of its own', () => {
  fc.assert(
    fc.property(fc.array(anyClock, { maxLength: 12 }), anyPlace, (made, place) => {
      const clocks = made.map(({ place: at, policyId, ruleId, startedAgo, seenAgo }): Clock => {
        const startedAt = NOW - startedAgo;
        const said = { startedAt, madeAt: startedAt, seenAt: NOW - seenAgo, taskId: 'event-1' };
        return { policyId, ruleId, extent: toExtent(at), ...said };
      });
      const index = indexClocks(clocks, new Date(NOW));

      const inherited = made
        .filter((one) => one.policyId === 'ssh' && one.seenAgo < DAY && touches(one.place, place))
        .map(({ startedAgo }) => NOW - startedAgo);
      const earliest = inherited.length === 0 ? undefined : Math.min(...inherited);
      expect(index.inheritedStart('ssh', toExtent(place))).toBe(earliest);
      expect(index.inheritedStart('ssh', toExtent(place))).toBe(earliest);
      const own = clocks.filter(({ policyId, ruleId }) => policyId === 'ssh' && ruleId === 'sgr-2');
      expect(index.own('ssh', 'sgr-2')).toEqual(own);
    }),
    RUNS,
  );
});
