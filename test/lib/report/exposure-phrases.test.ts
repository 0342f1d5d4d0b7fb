import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exposure, GroupExposure } from '../../../lib/exposure/exposure.ts';
import { exposureInWords } from '../../../lib/report/exposure-phrases.ts';
import { RUNS } from '../../runs.ts';
import { exposureOf } from '../exposure/read.ts';
import { tinyNetwork } from '../exposure/tiny-network.ts';

const of = { id: 'eni-0abc', instanceId: 'i-0abc', name: 'web-1' };
const arrival = { source: '8.8.8.8', clientPort: 32_768, address: '203.0.113.7', traffic: 'tcp/22' };
const reached = { exposure: { kind: 'reachable', arrival }, of, counts: { reachable: 1 } } as const;

describe('exposure in words', () => {
  it.each<readonly [exposure: Exposure, expected: string]>([
    [
      {
        kind: 'blocked',
        blocked: { code: 'SUBNET_ACL_RESTRICTION', id: 'acl-1', ruleNumber: 50, direction: 'ingress' },
      },
      'No direct path from the internet: network ACL acl-1 rule 50 denies it.',
    ],
    [
      { kind: 'blocked', blocked: { code: 'SUBNET_ACL_RESTRICTION', id: 'acl-1', direction: 'egress' } },
      'No direct path from the internet: network ACL acl-1 has no rule that allows the answers.',
    ],
    [
      { kind: 'blocked', blocked: { code: 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED', id: 'vpc-1' } },
      'No direct path from the internet: VPC Block Public Access is on for vpc-1.',
    ],
    [{ kind: 'unattached' }, 'Attached only to interfaces that nothing uses, such as eni-0abc.'],
  ])('%o', (exposure, expected) => {
    expect(exposureInWords({ exposure, of, counts: {} })).toBe(expected);
  });

  it('says how many other interfaces are reached', () => {
    expect(exposureInWords({ ...reached, counts: { reachable: 3, blocked: 1 } })).toMatch(
      /not known\. The same holds for 2 other interfaces\.$/,
    );
  });

  it('says that one blocked interface of several is an example', () => {
    const blocked = { code: 'NO_PATH', id: 'vpc-1' } as const;

    expect(exposureInWords({ exposure: { kind: 'blocked', blocked }, of, counts: { blocked: 2 } })).toBe(
      'No direct path from the internet to any of its 2 interfaces. To eni-0abc: vpc-1 has no internet gateway.',
    );
  });

  it('says that only unusual clients get an answer', () => {
    const exposure = { kind: 'reachable', arrival: { ...arrival, clientPort: 22 } } as const;

    expect(exposureInWords({ ...reached, exposure })).toContain('though only from client ports below 1024;');
  });

  it("makes strangers' names harmless", () => {
    const name = '`rm`\n<https://evil.example>';

    expect(exposureInWords({ ...reached, of: { ...of, name } })).toContain(
      "i-0abc ('rm' ‹https[:]//evil[.]example›) at",
    );
  });

  it('never says that something is not reachable', () => {
    fc.assert(
      fc.property(tinyNetwork, (tiny) => {
        const said: GroupExposure = exposureOf(tiny);

        expect(exposureInWords(said)).not.toMatch(/not reachable|unreachable|cannot reach/);
      }),
      { numRuns: Math.ceil(RUNS.numRuns / 10) },
    );
  });
});
