// A rule that is made again and again, and whatever happens to the tries that close it: nobody is left in the dark, and
// nobody is told twice within an hour that it keeps coming back.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { load } from '../../lib/io/ledger/entries.ts';
import { addRule, fail } from '../../lib/sandbox/index.ts';
import { GROUP, left, makeEvent, makeWorld, reconcile, type TestWorld, tcp } from '../lib/io/world.ts';
import { wrap } from './fault.ts';

const RUNS = { numRuns: Math.ceil(Number(process.env.FC_RUNS ?? 2500) / 50) };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Step {
  readonly minutes: number;
  /** The change of long ago that comes again, where the rule is still there or this says so; else it is made again. */
  readonly again: number | undefined;
  readonly dies: { readonly point: number; readonly fault: 'crash before' | 'crash after' } | undefined;
  readonly isThrottled: boolean;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  minutes: fc.oneof(fc.constantFrom(0, 12), fc.nat(30)),
  again: fc.option(fc.nat(9), { nil: undefined, freq: 1 }),
  dies: fc.option(
    fc.record({ point: fc.nat(25), fault: fc.constantFrom('crash before' as const, 'crash after' as const) }),
    { nil: undefined, freq: 1 },
  ),
  isThrottled: fc.oneof(fc.constant(false), fc.boolean()),
});

interface End {
  /** When each rule went, and when each mail was sent, in milliseconds since 1970. */
  readonly taken: readonly { readonly id: string; readonly at: number }[];
  readonly mails: readonly { readonly text: string; readonly at: number }[];
  readonly states: readonly (string | undefined)[];
  /** How many messages SNS took from a try that died before it could note so. */
  readonly unnoted: number;
}

/** Makes the rule again, with another id; answers the event of it. */
function make({ account }: TestWorld, index: number): object {
  const rule = tcp(`sgr-${index}`, 22);
  addRule(account, { GroupId: GROUP, ...rule });
  return makeEvent([rule], { eventID: eventId(index) });
}

function eventId(index: number): string {
  return `event-${index}`;
}

/** One try, as far as the step lets it come. */
async function attempt({ account, world }: TestWorld, event: object, { dies, isThrottled }: Step) {
  if (isThrottled) fail(account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  const injection = dies && { ...dies, pass: () => {}, beside: async () => {} };
  await reconcile(wrap(world, { calls: [] }, injection), event).catch(() => undefined);
  account.faults.splice(0);
  world.metrics.clearMetrics();
}

async function live(steps: readonly Step[]): Promise<End> {
  const test = makeWorld([]);
  const events: object[] = [];
  const taken: { id: string; at: number }[] = [];
  const mails: { text: string; at: number }[] = [];
  const stateOf = async (index: number) => (await load(test.world.ledger, eventId(index)))?.state;
  let unnoted = 0;
  const take = async (step: Step) => {
    await test.world.wait(step.minutes * MINUTE);
    const isNew = events.length === 0 || (step.again === undefined && left(test).length === 0);
    if (isNew) events.push(make(test, events.length));
    const index = (step.again ?? events.length - 1) % events.length;
    const [before] = left(test);
    await attempt(test, events[index] ?? {}, step);
    const at = test.world.now().getTime();
    if (before !== undefined && left(test).length === 0) taken.push({ id: before, at });
    const sent = test.account.messages.slice(mails.length);
    mails.push(...sent.map(({ versions }) => ({ text: versions?.email ?? '', at })));
    if (sent.length > 0 && (await stateOf(index)) !== 'notified') unnoted += 1;
  };
  for (const step of steps) await take(step);
  for (let round = 0; round < 10; round += 1) {
    for (const again of events.keys()) await take({ minutes: 3, again, dies: undefined, isThrottled: false });
  }
  return { taken, mails, unnoted, states: await Promise.all([...events.keys()].map(stateOf)) };
}

const noticesOf = ({ mails }: End) => mails.filter(({ text }) => text.includes('Comes back'));

const CLAIMS: Readonly<Record<string, (end: End) => boolean>> = {
  'every change is dealt with': ({ states }) => states.every((state) => state === 'notified'),
  'what is gone is in a mail, or a mail says that it keeps coming back': (end) =>
    end.taken.every(
      ({ id, at }) =>
        end.mails.some(({ text }) => new RegExp(`${id}\\b`).test(text)) ||
        noticesOf(end).some((one) => one.at > at - HOUR),
    ),
  'whoever closes a rule for the third time within an hour has people told': (end) =>
    end.taken.every(({ at }, index) => {
      const first = end.taken[index - 2];
      const isRecurring = first !== undefined && at - first.at < HOUR - MINUTE;
      return !isRecurring || noticesOf(end).some((one) => one.at > at - HOUR);
    }),
  'people are notified once in an hour, unless a try died as it notified them': (end) => {
    const recurring = noticesOf(end);
    const early = recurring.filter(({ at }, index) => at - (recurring[index - 1]?.at ?? 0) < HOUR - MINUTE);
    return early.length <= end.unnoted;
  },
};

it('a rule that keeps coming back ends well, whatever happens to the tries', async () => {
  const anySteps = fc.array(anyStep, { minLength: 3, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(anySteps, async (steps) => {
      const end = await live(steps);
      const broken = Object.entries(CLAIMS).filter(([, holds]) => !holds(end));
      expect(broken.map(([claim]) => claim)).toEqual([]);
    }),
    RUNS,
  );
});
