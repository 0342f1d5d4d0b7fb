// What a backtest says of a trail that somebody has lost, doubled or altered records of.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTrailEvent, type TrailEvent } from '../../../lib/backtest/trail-event.ts';
import { contentOf, parseRule } from '../../../lib/rule.ts';
import { type Account, inForce } from '../../../lib/sandbox/index.ts';
import { RUNS } from '../../runs.ts';
import { makeHistory, step } from './history.ts';
import { eventsOf, replayed } from './replayed.ts';

const FEWER = Math.ceil(RUNS.numRuns / 10);

interface Recorded {
  readonly eventID: string;
  readonly eventTime: string;
  readonly requestParameters: object;
  readonly responseElements: object;
}

type Damage = (record: Recorded) => readonly object[];

const edited = (record: Recorded, from: RegExp, to: string): object =>
  JSON.parse(JSON.stringify(record).replace(from, to));
const later = ({ eventTime }: Recorded, seconds: number) =>
  new Date(Date.parse(eventTime) + seconds * 1000).toISOString().replace('.000', '');

const DAMAGES: Readonly<Record<string, Damage>> = {
  lost: () => [],
  doubled: (record) => [
    record,
    { ...record, eventID: `${record.eventID}-again`, eventTime: later(record, 1) },
  ],
  'without an answer': (record) => [{ ...record, responseElements: null }],
  'without parameters': (record) => [{ ...record, requestParameters: {}, responseElements: null }],
  'of another address': (record) => [edited(record, /4[012]\.0\.0\.0\/[89]/g, '45.0.0.0/8')],
  'of another group': (record) => [edited(record, /sg-00/g, 'sg-01')],
  'of another rule': (record) => [edited(record, /sgr-\w+/g, 'sgr-0fffffffffffffff0')],
  'of another time': (record) => [{ ...record, eventTime: later(record, 1800) }],
};

const damage = fc.record({ at: fc.nat(24), how: fc.constantFrom(...Object.keys(DAMAGES)) });
const damaged = fc.tuple(
  fc.array(step, { minLength: 1, maxLength: 25 }),
  fc.array(damage, { minLength: 1, maxLength: 3 }),
);

function apply(
  records: readonly object[],
  damages: readonly { readonly at: number; readonly how: string }[],
) {
  const byIndex = new Map(damages.map(({ at, how }) => [at % Math.max(records.length, 1), how]));
  return records.flatMap(
    (record, index) => DAMAGES[byIndex.get(index) ?? '']?.(record as Recorded) ?? [record],
  );
}

/**
 * Groups whose events cannot all be true, or whose end is not what the account has: rule by rule, and without walking backward. A rule is
 * made once and first, removed once and last, and then it is there or not.
 */
function impossible(events: readonly TrailEvent[], account: Account): ReadonlySet<string> {
  const ids = new Set(events.flatMap(({ groupIds }) => groupIds));
  return new Set([...ids].filter((groupId) => isImpossible(groupId, events, account)));
}

function isImpossible(groupId: string, all: readonly TrailEvent[], account: Account): boolean {
  const events = all.filter(({ groupIds }) => groupIds.includes(groupId)).toSorted((a, b) => a.at - b.at);
  const now = new Map(
    inForce(account, groupId)
      .map(parseRule)
      .map((rule) => [rule.id, contentOf(rule)]),
  );
  const kinds = events.map(({ act }) => act.kind);
  const isThere = account.groups.has(groupId);
  const isWrongGroup =
    kinds.lastIndexOf('create') > 0 ||
    (kinds.includes('delete') && kinds.indexOf('delete') < kinds.length - 1) ||
    isThere === kinds.includes('delete');
  if (isWrongGroup) return true;
  if (!isThere) return false;
  return [...lifesIn(events)].some(([id, life]) =>
    isImpossibleLife(life, now.get(id), kinds.includes('create')),
  );
}

interface Told {
  readonly kind: 'add' | 'modify' | 'remove';
  readonly content: string | undefined;
}

function lifesIn(events: readonly TrailEvent[]): ReadonlyMap<string, readonly Told[]> {
  const told = events.flatMap(({ act }) => {
    if (act.kind !== 'add' && act.kind !== 'modify' && act.kind !== 'remove') return [];
    const { kind } = act;
    const known = act.rules.map((rule) => ({ id: rule.id, told: { kind, content: contentOf(rule) } }));
    const unknown =
      act.kind === 'remove' ? act.ids.map((id) => ({ id, told: { kind, content: undefined } })) : [];
    return [...known, ...unknown].filter(({ id }) => id !== '');
  });
  // An older record says what was added or removed, and not which rule that was.
  const nameless = new Set(
    events.flatMap(({ act }) =>
      act.kind === 'add' || act.kind === 'remove'
        ? act.rules.filter(({ id }) => id === '').map(contentOf)
        : [],
    ),
  );
  const lives = [...Map.groupBy(told, ({ id }) => id)].map(
    ([id, of]) => [id, of.map((one) => one.told)] as const,
  );
  return new Map(
    lives.filter(([, life]) => life.every(({ content }) => content === undefined || !nameless.has(content))),
  );
}

function isImpossibleLife(life: readonly Told[], now: string | undefined, isMadeHere: boolean): boolean {
  const kinds = life.map(({ kind }) => kind);
  const isRemoved = kinds.includes('remove');
  if (kinds.lastIndexOf('add') > 0) return true;
  if (isMadeHere && kinds[0] !== 'add') return true;
  if (isRemoved && kinds.indexOf('remove') < kinds.length - 1) return true;
  const contents = life.flatMap(({ content, kind }) => (content === undefined ? [] : [{ content, kind }]));
  const last = contents.findLast(({ kind }) => kind !== 'remove')?.content;
  const removed = contents.find(({ kind }) => kind === 'remove')?.content;
  if (isRemoved)
    return now !== undefined || (removed !== undefined && last !== undefined && removed !== last);
  return now !== last;
}

it('every group whose records contradict each other, or what there is now, is named', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(damaged, async ([steps, damages]) => {
      const { records, account } = await makeHistory(steps);
      const trail = apply(records, damages);
      const { contradictions, replayed: found } = replayed(trail, account);
      const named = new Set(contradictions.map(({ groupId }) => groupId));
      const wrong = impossible(eventsOf(trail), account);

      expect([...wrong].filter((groupId) => !named.has(groupId))).toEqual([]);
      expect(
        found.filter(({ groupId, certainty }) => certainty.label === 'exact' && wrong.has(groupId)),
      ).toEqual([]);
      if (wrong.size > 0) for (const { how } of damages) seen.set(how, (seen.get(how) ?? 0) + 1);
    }),
    { numRuns: FEWER },
  );
  expect([...seen.keys()].toSorted()).toEqual(Object.keys(DAMAGES).toSorted());
});

it('every rule that is not as the trail ends is named', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const { records, account } = await makeHistory(steps);
      const added = eventsOf(records).flatMap(({ act, groupIds }) =>
        act.kind === 'add' ? act.rules.map(({ id }) => ({ id, groupId: groupIds[0] ?? '' })) : [],
      );
      // Somebody closes what the trail opened, and the trail has nothing of it.
      const lost = new Set(added.map(({ id }) => id));
      const { contradictions } = replayed(records, {
        ...account,
        rules: account.rules.filter(({ rule }) => !lost.has(rule.SecurityGroupRuleId ?? '')),
      });
      const open = added.filter(({ id, groupId }) =>
        inForce(account, groupId).some(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id),
      );
      for (const { id, groupId } of open) {
        const because = `the trail ends with rule ${id}, and the group does not have it`;
        expect(contradictions).toContainEqual({ groupId, because });
      }
    }),
    { numRuns: FEWER },
  );
});

it('no record that opened something is dropped without a word, whatever is missing in it', async () => {
  await fc.assert(
    fc.asyncProperty(damaged, async ([steps, damages]) => {
      const { records, account } = await makeHistory(steps);
      const trail = apply(records, damages) as readonly Recorded[];
      const result = replayed(trail, account);
      const told = new Set([
        ...result.replayed.map(({ moment }) => moment.event.id),
        ...result.homeless.map(({ id }) => id),
      ]);
      const opening = trail.filter((record) => /"eventName":"Authorize/.test(JSON.stringify(record)));
      // What cannot be read is counted by whoever reads the files.
      const silent = opening.filter(
        (record) => !told.has(record.eventID) && typeof parseTrailEvent(record) !== 'string',
      );
      expect(silent.map(({ eventID, responseElements }) => [eventID, responseElements])).toEqual([]);
    }),
    { numRuns: FEWER },
  );
});
