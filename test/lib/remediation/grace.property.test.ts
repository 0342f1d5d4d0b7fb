// The promises of a grace, whatever people do and whatever befalls the tries.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RUNS } from '../../runs.ts';
import { type Act, anyAct, anyFault, overdue, play } from './grace-history.ts';
import type { Fault } from './model-world.ts';

/** Each is an hour of ticks. */
const SOME = { numRuns: Math.ceil(RUNS.numRuns / 4) };
const MOST_ACTS = 12;

const anyGrace = fc.integer({ min: 1, max: 15 });
const anyActs = fc.array(anyAct, { minLength: 1, maxLength: MOST_ACTS });

const someAct = { minutes: 1, act: 'open', source: '0.0.0.0/0', which: 0, delay: 0 } as const;
/** The first try dies, and meanwhile the rule has been changed: it has two clocks of one start, made by two tasks. */
const TWO_CLOCKS_TO_TAKE_OVER: [number, Act[], Fault[][]] = [
  12,
  [
    { ...someAct, minutes: 9, source: '0.0.0.0/1' },
    someAct,
    { ...someAct, minutes: 2, act: 'sweep' },
    { ...someAct, act: 'modify' },
    { ...someAct, minutes: 0 },
  ],
  [[{ command: 'write', nth: 1, fault: 'crash before' }]],
];

it('a rule is never closed before its time, and always at its end, whatever people do to win some', () => {
  fc.assert(
    fc.property(anyGrace, anyActs, (grace, acts) => {
      const history = play(grace, acts);
      const { world, wrongs, opened } = history;

      expect([...world.wrongs, ...wrongs, ...overdue(history)]).toEqual([]);
      const told = world.mails.filter((subject) => subject.startsWith('To be revoked at'));
      expect(told.length).toBeLessThanOrEqual(opened);
      expect([...world.entries.values()].filter(({ state }) => state !== 'notified')).toEqual([]);
    }),
    SOME,
  );
});

it('no rule wins time by filling the room for clocks: what finds none is closed at once', () => {
  fc.assert(
    fc.property(anyGrace, anyActs, fc.nat(3), (grace, acts, room) => {
      const history = play(grace, acts, [], { clockRoom: room });
      const { world, wrongs } = history;

      const isEarly = (wrong: string) => wrong.endsWith('is closed before its time');
      expect([...world.wrongs, ...wrongs.filter((one) => !isEarly(one)), ...overdue(history)]).toEqual([]);
      expect(world.clocks.clocks.length).toBeLessThanOrEqual(room);
    }),
    SOME,
  );
});

it('what stays of a rule that another policy trims at once is never closed before its time, and always at its end', () => {
  const anyFaults = fc.array(fc.array(anyFault, { maxLength: 1 }), {
    minLength: MOST_ACTS,
    maxLength: MOST_ACTS,
  });
  fc.assert(
    fc.property(anyGrace, anyActs, fc.option(anyFaults, { nil: undefined }), (grace, acts, faults) => {
      const history = play(grace, acts, faults, { isTrimming: true });
      const { world, wrongs } = history;

      expect([...world.wrongs, ...wrongs, ...overdue(history)]).toEqual([]);
      expect([...world.entries.values()].filter(({ state }) => state === 'waiting')).toEqual([]);
    }),
    SOME,
  );
});

it('whatever befalls the tries, a rule is not closed before its time, and is closed in the end', () => {
  const anyFaults = fc.array(fc.array(anyFault, { maxLength: 2 }), {
    minLength: MOST_ACTS,
    maxLength: MOST_ACTS,
  });
  fc.assert(
    fc.property(anyGrace, anyActs, anyFaults, (grace, acts, faults) => {
      const history = play(grace, acts, faults);

      expect([...history.world.wrongs, ...history.wrongs, ...overdue(history)]).toEqual([]);
    }),
    { ...SOME, examples: [TWO_CLOCKS_TO_TAKE_OVER] },
  );
});
