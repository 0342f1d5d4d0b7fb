// What the events should have brought: violating rules that neither the previous sweep nor an entry knows.
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../lib/evaluate/evaluate.ts';
import { candidatesIn, entriesSince, missedByEvent, withCandidates } from '../../../lib/sweep/missed.ts';
import type { Candidate, Sweep } from '../../../lib/sweep/state.ts';

const previous = {
  ...{ startedAt: '2026-06-01T12:00:00.000Z', policies: 'p', seen: [] },
  standing: {} as never,
};
const sweepOf = (more: Partial<Sweep> = {}) =>
  ({ policies: 'p', candidates: [], previous: { ...previous, isWhole: true }, ...more }) as unknown as Sweep;

const on = (id: string, more: object = {}) =>
  ({ verdict: 'violation', rule: { id }, near: [], beside: [], ...more }) as unknown as Verdict;

describe('a candidate', () => {
  it('is a violating rule, with those beside it, of which the previous sweep has seen none', () => {
    const verdicts = [
      on('sgr-new'),
      on('sgr-seen'),
      on('sgr-fine', { verdict: 'compliant' }),
      on('sgr-beside', { beside: [{ id: 'sgr-seen' }] }),
      on('sgr-two', { beside: [{ id: 'sgr-other' }] }),
    ];

    expect(candidatesIn(verdicts, new Set(['sgr-seen']))).toEqual([['sgr-new'], ['sgr-two', 'sgr-other']]);
  });

  it.each([
    ['expired', []],
    ['maker', []],
    ['groups', [['sgr-1']]],
  ])(
    'is no rule that an exception nearly excuses but for %s, where the event was right: %j',
    (because, found) => {
      expect(candidatesIn([on('sgr-1', { near: [{ because }] })], new Set())).toEqual(found);
    },
  );

  it('is one of at most five hundred', () => {
    const added = Array.from({ length: 501 }, (_, i): Candidate => [`sgr-${i}`]);

    expect(withCandidates(sweepOf({ candidates: [['sgr-old']] }), added)).toEqual([
      ['sgr-old'],
      ...added.slice(0, 499),
    ]);
  });
});

describe('missed by event', () => {
  it('is what no entry knows, by itself or by a rule beside it', () => {
    const sweep = sweepOf({ candidates: [['sgr-a'], ['sgr-b', 'sgr-known'], ['sgr-known']] });

    expect(missedByEvent(sweep, new Set(['sgr-known']))).toEqual(['sgr-a']);
  });

  it.each([
    ['there was no sweep before', { previous: undefined }],
    ['the sweep before did not remember all', { previous: { ...previous, isWhole: false } }],
    ['the sweep before evaluated against other policies', { policies: 'q' }],
  ])('is not known where %s', (_, more) => {
    const sweep = sweepOf({ candidates: [['sgr-a']], ...more });

    expect(missedByEvent(sweep, new Set())).toBe(undefined);
    expect(withCandidates(sweep, [['sgr-b']])).toEqual([]);
  });

  it('is looked up in the entries from a minute before the sweep before: clocks differ', () => {
    expect(entriesSince(sweepOf())).toBe('2026-06-01T11:59:00.000Z');
    expect(entriesSince(sweepOf({ previous: undefined }))).toBe('');
  });
});
