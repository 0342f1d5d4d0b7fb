// Whatever happens to the tries of two changes, one after the other: each claim holds at the end of all of them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isGone } from '../../lib/plan/plan.ts';
import { inForce } from '../../lib/sandbox/index.ts';
import { GROUP, mails } from '../lib/io/world.ts';
import { anySteps, type End, isAdded, live } from './sequence.ts';

/** Fewer than of other properties: each is a dozen reconciliations. */
const RUNS = { numRuns: Math.ceil(Number(process.env.FC_RUNS ?? 2500) / 50) };

const findingsOf = ({ entries }: End) => entries.flatMap(({ record }) => record.findings);
const mailsOf = ({ test }: End) => mails(test);
const isLoud = (mail: string) => /^Somebody stopped all revoking/m.test(mail);
/** What SNS did not take while rules wait is in the next batch. */
const isBatch = (subject: string) => / more changes? in /.test(subject);
/** The ids of the rules that the mail is about, one for each line. */
const shownIn = (mail: string) =>
  [...mail.matchAll(/^ {2}- (?:in|out)bound .* {2}(sgr-\S+)$/gm)].map(([, id]) => id);

const CLAIMS: Readonly<Record<string, (end: End) => boolean>> = {
  'every change is dealt with': ({ entries }) => entries.every(({ state }) => state === 'notified'),
  'what the bot removed is on record': (end) =>
    end.taken.every(({ id }) => findingsOf(end).some((one) => one.ruleId === id && isGone(one))),
  'what the bot removed is in a mail': ({ taken, test }) =>
    taken.every(({ id }) => test.account.messages.some(({ versions }) => versions?.email?.includes(id))),
  'what nobody set about revoking is not called revoked': (end) =>
    findingsOf(end).every(({ outcome, ruleId }) => outcome !== 'revoked' || end.tried.has(ruleId)),
  'nothing is revoked while revoking is stopped': ({ taken }) => taken.every(({ isStopped }) => !isStopped),
  'a change has one message, unless a try died as it sent it': ({ entries, test, unnoted }) =>
    test.account.messages.length <= entries.length + unnoted,
  'no rule is said to come back': ({ test }) =>
    test.account.messages.every(({ subject }) => !subject?.includes('Keeps coming back')),
  'each time that the breaker has something wait, people are notified, and once, unless it was over before a try that died came again':
    (end) => {
      const told = mailsOf(end).filter(isLoud).length;
      return end.holds.size <= told + end.troubled && told <= end.holds.size + end.unnoted;
    },
  'what the bot added is told': (end) =>
    inForce(end.test.account, GROUP)
      .filter(isAdded)
      .every(({ FromPort, ToPort }) =>
        mailsOf(end).some((mail) =>
          new RegExp(`^ +(kept:|added already, to keep:|- inbound) .* ${FromPort}-${ToPort} `, 'm').test(
            mail,
          ),
        ),
      ),
  'what the bot added is called somebody else’s nowhere but where it was told before': (end) =>
    end.test.account.messages.every(
      ({ versions }) =>
        !versions?.email?.includes('by a rule that was there') || /Record event-\d\.\d/.test(versions.email),
    ),
  'a mail shows each rule once, and a batch none': ({ test }) =>
    test.account.messages.every(({ subject = '', versions }) => {
      const shown = shownIn(versions?.email ?? '');
      return isBatch(subject) ? shown.length === 0 : shown.length > 0 && new Set(shown).size === shown.length;
    }),
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
