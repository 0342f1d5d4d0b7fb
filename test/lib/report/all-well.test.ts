// The mail of a quiet week.
import { expect, it } from 'vitest';
import { makeDigest } from '../../../lib/report/digest/digest.ts';
import type { DigestFacts } from '../../../lib/report/digest/digest-facts.ts';
import { emptyTotals } from '../../../lib/report/digest/sweep-totals.ts';

const facts: DigestFacts = {
  ...{ id: 'sweep/2026-06-08T12:00:00.000Z', stage: 'prod', mode: 'report', audience: {}, expiring: 0 },
  target: { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' },
  ...{ startedAt: '2026-06-08T12:00:00.000Z', endedAt: '2026-06-08T12:04:30.000Z' },
  totals: { ...emptyTotals(true), groups: 412, rules: 2315, exempt: 3 },
  ...{ previousAt: '2026-06-08T06:00:00.000Z', gone: 0, missed: [], wanted: undefined, hold: undefined },
  exposure: undefined,
  evidence: undefined,
  wellSince: '2026-06-01T12:01:30.000Z',
};

it('says that nothing violates a policy and since when, what was judged, and when the next mail comes', () => {
  const { subject, email, chat, attributes } = makeDigest(facts);

  expect(subject).toBe('Sweep: all well since 2026-06-01 (111122223333/eu-west-1)');
  expect(
    email,
  ).toBe(`No security group rule in account 111122223333, eu-west-1, violates a policy. No sweep since 2026-06-01 12:01 UTC found a violation.

Last sweep  2,315 rules in 412 security groups, finished 2026-06-08 12:04 UTC. Exceptions allow 3 of them.
Next mail   When a sweep finds something, or in a week. If neither comes, read docs/operations.md#alarms.
Check now   npx --no -- portcullis audit --region eu-west-1

Record sweep/2026-06-08T12:00:00.000Z
`);
  expect(chat.content.description).toBe('No rule violates a policy: 2,315 rules in 412 groups.');
  expect(attributes).toMatchObject({ severity: 'low', outcome: ['well'] });
});

it('keeps the subject whole in the longest region', () => {
  const { subject } = makeDigest({ ...facts, target: { ...facts.target, region: 'us-gov-northwest-1' } });

  expect(subject).toBe('Sweep: all well since 2026-06-01 (111122223333/us-gov-northwest-1)');
});
