// The subject, whatever groups, rules and accounts are called: short enough for SNS, with account and region whole.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Outcome } from '../../../lib/plan/plan.ts';
import { OUTCOMES } from '../../../lib/plan/plan.ts';
import { makeMessage } from '../../../lib/report/message.ts';
import { RUNS } from '../../runs.ts';
import { makeFacts, SSH_FROM_ANYWHERE } from './facts.ts';

const LONGEST_REGION = 'us-gov-northwest-1';

const anyRule = fc.record({
  FromPort: fc.integer({ min: 0, max: 40_000 }),
  more: fc.integer({ min: 0, max: 25_000 }),
  CidrIpv4: fc.constantFrom('0.0.0.0/0', '0.0.0.0/1', '198.51.100.128/25'),
});

const anyMessage = fc
  .record({
    groupName: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 255 }),
      fc.constantFrom('@here', '<!channel> *x*', 'x'.repeat(255), '@U0123 #general'),
    ),
    rules: fc.array(anyRule, { minLength: 1, maxLength: 5 }),
    outcome: fc.constantFrom<Outcome['outcome']>(...OUTCOMES),
  })
  .map(({ groupName, rules, outcome }) => {
    const aws = rules.map(({ FromPort, more, CidrIpv4 }, index) => ({
      ...{ ...SSH_FROM_ANYWHERE, SecurityGroupRuleId: `sgr-${index}`, CidrIpv4 },
      ...{ FromPort, ToPort: FromPort + more },
    }));
    const facts = makeFacts({ groupName, rules: aws, outcome });
    return makeMessage({ ...facts, target: { ...facts.target, region: LONGEST_REGION } });
  });

it('is printable ASCII of at most 99 characters, and ends with account and region', () => {
  fc.assert(
    fc.property(anyMessage, ({ subject }) => {
      expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
      expect(subject.endsWith(` (111122223333/${LONGEST_REGION})`)).toBe(true);
    }),
    RUNS,
  );
});

it('mentions nobody in the chat, whatever groups are called', () => {
  fc.assert(
    fc.property(anyMessage, ({ chat }) => {
      expect(chat.content.title).not.toMatch(/[@#*_~`]/);
    }),
    RUNS,
  );
});
