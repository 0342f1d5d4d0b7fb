// The verdicts on a file, policy by policy, before and after some of it is known.
import { expect } from 'vitest';
import type { Declared } from '../../../lib/infrastructure/declared.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { findingsIn } from './judged.ts';

const said = { title: 'closed', severity: 'high', description: 'Use the VPN.', action: 'revoke' };
const ssh = { protocol: ['tcp'], ports: [22], source: 'world' };
const exception = { reason: 'Ours', owner: 'us', expires: '2027-01-01' };
/** All that a policy may turn on. */
export const POLICIES = [
  { id: 'ssh', match: ssh },
  { id: 'mail', match: { direction: 'egress', protocol: ['tcp'], ports: [25], destination: 'world' } },
  { id: 'any', match: { protocol: ['tcp'], ports: [443], source: 'any' } },
  { id: 'tagged', match: ssh, scope: { groups: { tags: { env: 'prod' } } } },
  { id: 'named', match: ssh, scope: { groups: { names: ['web*'] }, regions: ['eu-*'] } },
  { id: 'listed', match: { ...ssh, source: { outside: ['office', '10.0.0.0/8'] } } },
  { id: 'excused', match: ssh, exceptions: [{ ...exception, groups: { names: ['web-1'] } }] },
].map((one) => compilePolicy(policySchema.parse({ ...said, ...one })));

type Verdicts = ReadonlyMap<string, string>;

/** By policy, the worst that is found. */
export function verdictsOn(declared: Declared): Verdicts {
  const found = findingsIn([declared], POLICIES);
  return new Map(
    POLICIES.map(({ id }) => {
      const own = found.filter(({ policy }) => policy === id).map(({ verdict }) => verdict);
      return [
        id,
        (['violation', 'undecided', 'exempt'] as const).find((one) => own.includes(one)) ?? 'compliant',
      ];
    }),
  );
}

/** What violates where all is known is never called compliant where less is known, and what violates there violates. */
export function comparedVerdicts(all: Verdicts, less: Verdicts): readonly string[] {
  return [...all].map(([policy, verdict]) => {
    const now = less.get(policy) ?? '';
    if (verdict === 'violation')
      expect([policy, now]).toEqual([policy, expect.stringMatching(/violation|undecided/)]);
    if (now === 'violation') expect([policy, verdict]).toEqual([policy, 'violation']);
    return `${policy} ${verdict} ${now}`;
  });
}
