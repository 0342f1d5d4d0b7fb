// `icmp` in a policy: what may be written, and which traffic it stands for.
import { describe, expect, it } from 'vitest';
import { minus, toIntervals } from '../../../lib/network/intervals.ts';
import { ICMP, ICMPV6, parseTraffic, protocolTraffic } from '../../../lib/network/ports.ts';
import { trafficOf } from '../../../lib/policy/match-traffic.ts';
import { parsePolicyFile } from '../../../lib/policy/policy-file.ts';
import { policySchema } from '../../../lib/policy/schema.ts';

/** The issues of a policy whose match says this about traffic. */
function issuesOf(traffic: string): string[] {
  const text = `id: p\ntitle: t\nseverity: low\ndescription: d\nmatch: { ${traffic}, source: world }\naction: revoke\n`;
  const result = parsePolicyFile('policies/p.yaml', text);
  return result.ok ? [] : result.issues.map(({ message }) => message);
}

it('an exception names ICMP as a match does, and is refused for the same', () => {
  const exception = { reason: 'r', owner: 'o', expires: '2027-01-01' };
  const said = { id: 'p', title: 't', severity: 'low', description: 'd', action: 'revoke' };
  const issuesWith = (traffic: object) =>
    policySchema
      .safeParse({ ...said, match: { source: 'world' }, exceptions: [{ ...exception, ...traffic }] })
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

  expect(issuesWith({ icmp: ['echo', '3/4'] })).toBeUndefined();
  expect(issuesWith({ protocol: ['tcp'], icmp: ['echo'] })).toEqual([
    'exceptions.0.icmp: protocol `tcp` has no ICMP types: only icmp and icmpv6 do',
  ]);
});

/** One type or code of ICMP, or of ICMPv6. */
const icmp = (type: number, code = -1) => parseTraffic('icmp', type, code) ?? ([0, 1] as const);
const icmpv6 = (type: number, code = -1) => parseTraffic('icmpv6', type, code) ?? ([0, 1] as const);
const all = [protocolTraffic(ICMP)];
const allV6 = [protocolTraffic(ICMPV6)];

describe('a policy about ICMP', () => {
  it.each([
    'protocol: [icmp], icmp: [echo, 3/4]',
    'protocol: [icmp], icmp: { outside: ["3/4", "8"] }',
    'protocol: [icmp, icmpv6], icmp: [fragmentation-needed, packet-too-big]',
    'protocol: [1, "58"], icmp: [0, 255, 255/255]',
    'icmp: [echo]',
  ])('may say %s', (traffic) => {
    expect(issuesOf(traffic)).toEqual([]);
  });

  it.each([
    ['icmp: [256]', '`256` is not an ICMP type: types and codes are numbers from 0 to 255'],
    ['icmp: [3/256]', '`3/256` is not an ICMP type: types and codes are numbers from 0 to 255'],
    ['icmp: [3/]', '`3/` is not an ICMP type: write `3` for all its codes, or one of them behind the `/`'],
    ['icmp: [-1]', '`-1` is not an ICMP type: leave `icmp` out for all types'],
    ['icmp: [ehco]', '`ehco` is not an ICMP type, did you mean `echo`?'],
    ['icmp: [packet-to-big]', '`packet-to-big` is not an ICMP type, did you mean `packet-too-big`?'],
    ['icmp: [something-else]', '`something-else` is not an ICMP type: use 8, 3/4 or a name such as echo'],
    ['icmp: [echo], ports: [22]', '`ports` and `icmp` are about different protocols'],
    ['protocol: [tcp], icmp: [echo]', 'protocol `tcp` has no ICMP types: only icmp and icmpv6 do'],
    ['protocol: [icmp, gre], icmp: [echo]', 'protocol `gre` has no ICMP types: only icmp and icmpv6 do'],
    [
      'protocol: { outside: [tcp] }, icmp: [echo]',
      '`icmp` needs `protocol` to be a list of icmp, icmpv6 or both',
    ],
    [
      'protocol: [icmp], icmp: [packet-too-big]',
      '`packet-too-big` is a type of icmpv6, which `protocol` does not name',
    ],
    ['protocol: [58], icmp: [3/4, fragmentation-needed]', '`fragmentation-needed` is a type of icmp, which'],
    [
      'protocol: [icmp], ports: [8]',
      'protocol `icmp` has no ports: only tcp and udp do, its types are named by `icmp`',
    ],
  ])('may not say %s', (traffic, message) => {
    expect(issuesOf(traffic)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    [{ protocol: ['icmp'], icmp: [8] }, [icmp(8)]],
    [{ protocol: ['icmp'], icmp: ['echo', '3/4'] }, [icmp(3, 4), icmp(8)]],
    [{ protocol: ['icmpv6'], icmp: ['echo'] }, [icmpv6(128)]],
    [{ protocol: ['icmp', 'icmpv6'], icmp: ['echo'] }, [icmp(8), icmpv6(128)]],
    [{ icmp: ['echo'] }, [icmp(8), icmpv6(128)]],
    [{ icmp: [3] }, [icmp(3), icmpv6(3)]],
    [{ icmp: ['packet-too-big'] }, [icmpv6(2)]],
    [{ protocol: ['icmp'], icmp: { outside: ['3/4', '8'] } }, minus(all, toIntervals([icmp(3, 4), icmp(8)]))],
    [
      { icmp: { outside: ['fragmentation-needed', 'packet-too-big'] } },
      [...minus(all, [icmp(3, 4)]), ...minus(allV6, [icmpv6(2)])],
    ],
    [{ icmp: { outside: ['fragmentation-needed'] } }, [...minus(all, [icmp(3, 4)]), ...allV6]],
  ])('that says %j is about exactly that', (traffic, expected) => {
    expect(trafficOf(traffic)).toEqual(expected);
  });
});
