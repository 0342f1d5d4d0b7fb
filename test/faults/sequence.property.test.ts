// Whatever happens to the tries of two changes, one after the other: each claim holds at the end of all of them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isGone } from '../../lib/plan.ts';
import { anySteps, type End, LIMIT, live } from './sequence.ts';

/** Fewer than of other properties: each is a dozen reconciliations. */
const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 5000) / 50 };
const WINDOW = 15 * 60_000;

const findingsOf = ({ entries }: End) => entries.flatMap(({ record }) => record.findings);
const isLoud = (subject: string | undefined) => subject?.includes('BREAKER OPEN') ?? false;

const CLAIMS: Readonly<Record<string, (end: End) => boolean>> = {
  'every change is dealt with': ({ entries }) => entries.every(({ state }) => state === 'notified'),
  'what the bot took away is on record': (end) =>
    end.taken.every(({ id }) => findingsOf(end).some((one) => one.ruleId === id && isGone(one))),
  'what the bot took away is in a mail': ({ taken, test }) =>
    taken.every(({ id }) => test.account.messages.some(({ versions }) => versions?.email?.includes(id))),
  'what nobody set about revoking is not called revoked': (end) =>
    findingsOf(end).every(({ outcome, ruleId }) => outcome !== 'revoked' || end.tried.has(ruleId)),
  'no stretch of time has more revocations than the limit': ({ taken }) =>
    taken.every(({ at: from }) => {
      const within = taken.filter(({ at }) => from <= at && at < from + WINDOW);
      return within.length <= LIMIT;
    }),
  'a change has one message, unless a try died as it sent it': ({ entries, test, unnoted }) =>
    test.account.messages.length <= entries.length + unnoted,
  'no rule is said to come back': ({ test }) =>
    test.account.messages.every(({ subject }) => !subject?.includes('FIGHT')),
  'what the breaker holds is told aloud by somebody': (end) =>
    findingsOf(end).every(({ because }) => because !== 'breaker') ||
    end.test.account.messages.some(({ subject }) => isLoud(subject)),
};

it('ends well, whatever happens to the tries', async () => {
  await fc.assert(
    fc.asyncProperty(anySteps, async (steps) => {
      const end = await live(steps);
      const broken = Object.entries(CLAIMS).filter(([, holds]) => !holds(end));
      expect(broken.map(([claim]) => claim)).toEqual([]);
    }),
    RUNS,
  );
});
