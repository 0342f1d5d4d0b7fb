// The breaker as a pure function of its state.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, type BreakerRequest, membersOf } from '../../../lib/plan/breaker.ts';
import { forgettable } from '../../../lib/plan/breaker-members.ts';
import { type BreakerState, limitOf, type Member, NEW_FOR } from '../../../lib/plan/breaker-state.ts';

const SETTINGS = { breakerLimit: 100, breakerMinutes: 15 };
const NOW = Date.parse('2026-06-01T12:00:00Z');
const MINUTE = 60_000;
const CLOSED: BreakerState = {
  members: [],
  firstSeen: new Map(),
  latches: new Map(),
  releases: new Map(),
  groups: undefined,
  stoppedAt: undefined,
};
const LONG_AGO = NOW - NEW_FOR;
const SETTLED: BreakerState = {
  ...CLOSED,
  firstSeen: new Map(['low#1', 'critical#1'].map((key) => [key, LONG_AGO])),
};
const low = { key: 'low#1', severity: 'low' as const };
const critical = { key: 'critical#1', severity: 'critical' as const };

function requestOf(
  groupId: string,
  policies: readonly (typeof low | typeof critical)[],
  more: object = {},
): BreakerRequest {
  return {
    entryId: `event-${groupId}`,
    groupId,
    rules: [{ ruleId: 'sgr-1', policies }],
    isFresh: true,
    isAdmitted: false,
    ...more,
  };
}

/** Asks for one group after the other, all at the same time, and keeps what the ledger would keep. */
function askEach(state: BreakerState, requests: readonly BreakerRequest[], now = new Date(NOW)) {
  const latches = new Map(state.latches);
  let { members } = state;
  const admissions = requests.map((request) => {
    const own = membersOf(request, now);
    const admission = admit({ ...state, latches, members: [...members, ...own] }, request, SETTINGS, now);
    for (const key of admission.latching) latches.set(key, now.getTime());
    if (admission.held.size === 0) members = [...members, ...own];
    return admission;
  });
  return { admissions, state: { ...state, latches, members } };
}

const groups = (count: number) => Array.from({ length: count }, (_, i) => `sg-${i}`);
const waiting = (admissions: readonly { readonly held: ReadonlySet<string> }[]) =>
  admissions.filter(({ held }) => held.size > 0).length;

describe('the limit', () => {
  it.each([
    [undefined, 10],
    [60, 10],
    [1000, 50],
    [10_000, 100],
  ])('of an account with %s groups is %i', (count, limit) => {
    expect(limitOf({ ...CLOSED, groups: count }, SETTINGS)).toBe(limit);
  });
});

describe('a new policy', () => {
  it('is let through for as many groups as the limit, then waits for a person, and says so', () => {
    const { admissions, state } = askEach(
      CLOSED,
      groups(30).map((id) => requestOf(id, [low])),
    );

    expect(waiting(admissions)).toBe(20);
    expect([...state.latches.keys()]).toEqual(['low#1']);
    expect([...(admissions.at(-1)?.holds.values() ?? [])]).toEqual([
      { because: 'latched', policyIds: ['low'], limit: 10, minutes: 15, name: 'latched/low#1/0' },
    ]);
  });

  it('stays latched when its groups are forgotten and when it is new no more', () => {
    const { state } = askEach(
      CLOSED,
      groups(11).map((id) => requestOf(id, [low])),
    );
    const later = new Date(NOW + 2 * NEW_FOR);

    expect(waiting(askEach(state, [requestOf('sg-99', [low])], later).admissions)).toBe(1);
  });

  it('that a person released waits no more', () => {
    const { state } = askEach(
      CLOSED,
      groups(11).map((id) => requestOf(id, [low])),
    );
    const released = { ...state, latches: new Map(), releases: new Map([['low#1', NOW]]) };

    expect(
      waiting(
        askEach(
          released,
          groups(50).map((id) => requestOf(id, [low])),
        ).admissions,
      ),
    ).toBe(0);
  });

  it('that latches keeps no other policy from closing the same rule', () => {
    const known = { ...CLOSED, firstSeen: new Map([['critical#1', LONG_AGO]]) };
    const { admissions } = askEach(
      known,
      groups(30).map((id) => requestOf(id, [low, critical])),
    );

    expect(waiting(admissions)).toBe(0);
  });
});

describe('settled policies', () => {
  it('share one limit, and what is more waits for room', () => {
    const { admissions, state } = askEach(
      SETTLED,
      groups(30).map((id) => requestOf(id, [low])),
    );

    expect(waiting(admissions)).toBe(20);
    expect(state.latches.size).toBe(0);
    const later = new Date(NOW + 19 * MINUTE);
    expect(waiting(askEach(state, [requestOf('sg-29', [low])], later).admissions)).toBe(0);
  });

  it('close what is critical and fresh at once, however much else there is', () => {
    const lows = groups(101).map((id) => requestOf(id, [low]));
    const criticals = groups(2500).map((id) => requestOf(`${id}-ssh`, [critical]));
    const { admissions } = askEach(SETTLED, [...lows, ...criticals]);

    expect(waiting(admissions.slice(lows.length))).toBe(0);
  });

  it('have critical rules wait, too, that nobody has just made', () => {
    const standing = groups(30).map((id) => requestOf(id, [critical], { isFresh: false }));

    expect(waiting(askEach(SETTLED, standing).admissions)).toBe(20);
  });
});

it('nothing goes while a person has stopped it', () => {
  const stopped = { ...SETTLED, stoppedAt: NOW };
  const { admissions } = askEach(stopped, [requestOf('sg-1', [critical])]);

  expect(admissions[0]?.holds.get('critical#1')?.because).toBe('stopped');
});

const anyAsk = fc.record({
  group: fc.nat(30),
  policy: fc.constantFrom(low, critical),
  rules: fc.integer({ min: 1, max: 120 }),
  seconds: fc.nat(600),
  isFresh: fc.boolean(),
});

it('no quarter of an hour has more groups of a new policy than the limit, and one group never waits', () => {
  fc.assert(
    fc.property(fc.array(anyAsk, { maxLength: 120 }), fc.boolean(), (asks, isOneGroup) => {
      let state = CLOSED;
      let time = NOW;
      const went: { at: number; group: string; key: string }[] = [];
      for (const { group, policy, rules, seconds, isFresh } of asks) {
        time += seconds * 1000;
        const groupId = isOneGroup ? 'sg-0' : `sg-${group}`;
        const asked = Array.from({ length: rules }, (_, i) => ({ ruleId: `sgr-${i}`, policies: [policy] }));
        const asking = askEach(
          state,
          [requestOf(groupId, [policy], { rules: asked, isFresh })],
          new Date(time),
        );
        state = asking.state;
        if (waiting(asking.admissions) === 0) went.push({ at: time, group: groupId, key: policy.key });
      }
      if (isOneGroup) expect(went).toHaveLength(asks.length);
      for (const { at: from, key } of went) {
        const within = went.filter((one) => one.key === key && from <= one.at && one.at < from + 15 * MINUTE);
        expect(new Set(within.map(({ group }) => group)).size).toBeLessThanOrEqual(10);
      }
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 300) },
  );
});

describe('what a sweep was let through with', () => {
  it.each([
    ['is held once its policy has latched', { latches: new Map([['low#1', NOW]]) }, 1],
    [
      'goes once the policy is released',
      { latches: new Map([['low#1', NOW]]), releases: new Map([['low#1', NOW]]) },
      0,
    ],
    ['is held by a stop', { stoppedAt: NOW }, 1],
    ['goes beside others that have come to the limit since', {}, 0],
  ])('%s', (_, state, held) => {
    const full = askEach(
      SETTLED,
      groups(10).map((id) => requestOf(id, [low])),
    ).state;
    const request = requestOf('sg-sweep', [low], { isAdmitted: true, isFresh: false });

    expect(admit({ ...full, ...state }, request, SETTINGS, new Date(NOW)).held.size).toBe(held);
  });
});

describe('what is fresh and violates a critical policy too', () => {
  const both = groups(30).map((id) => requestOf(id, [low, critical]));
  const count = (state: BreakerState) =>
    waiting(askEach(state, [...both, requestOf('sg-low', [low])]).admissions);

  it('takes no room of the settled policies', () => {
    expect(count(SETTLED)).toBe(0);
  });

  it.each([
    ['is new', { firstSeen: new Map([['low#1', LONG_AGO]]) }],
    ['waits for a person', { latches: new Map([['critical#1', NOW]]) }],
  ])('takes room where the critical policy %s', (_, state) => {
    expect(count({ ...SETTLED, ...state })).toBe(21);
  });

  it('takes room where another rule violates the settled policy alone', () => {
    const rules = [
      { ruleId: 'sgr-1', policies: [low, critical] },
      { ruleId: 'sgr-2', policies: [low] },
    ];
    const { admissions } = askEach(
      SETTLED,
      groups(12).map((id) => requestOf(id, [low], { rules })),
    );

    expect(waiting(admissions)).toBe(2);
  });
});

describe('members that are no longer needed', () => {
  const member = (minutesAgo: number, more: object = {}): Member => ({
    ...{ policy: 'low#1', groupId: 'sg-1', exemptBy: [] },
    ...{ entryId: `e-${minutesAgo}`, at: NOW - minutesAgo * MINUTE, ...more },
  });

  it.each([
    ['are the old', [member(20), member(18)], ['e-20']],
    ['are those before one that can no longer be taken back', [member(10), member(5)], ['e-10']],
    ['are not those before one that may be taken back', [member(10), member(3)], []],
    ['are not those of other groups', [member(10), member(5, { groupId: 'sg-2' })], []],
    [
      'are not those that count before one that does not',
      [member(10), member(5, { exemptBy: ['critical#1'] })],
      [],
    ],
  ])('%s', (_, members, gone) => {
    const found = forgettable(members, SETTINGS, new Date(NOW));

    expect(found.map(({ entryId }) => entryId)).toEqual(gone);
  });
});
