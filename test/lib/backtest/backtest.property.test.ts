// What a backtest says of histories of which the truth is known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backtest, Replayed } from '../../../lib/backtest/backtest.ts';
import { effectsOf } from '../../../lib/backtest/effect.ts';
import { policiesFor } from '../../../lib/evaluate/policies-for.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { makersOf, verdictsOn } from '../../../lib/remediation/makers.ts';
import { contentOf, type SecurityGroupRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';
import { ACCOUNT, type History, LIST, makeHistory, REGION, type Step, step, type Truth } from './history.ts';

import { eventsOf, policies, replayed, versionsIn } from './replayed.ts';

/** Each history is up to 25 calls of the sandbox. */
const FEWER = Math.ceil(RUNS.numRuns / 20);

/** What happens to the rules, by their content. */
const inWords = (
  effects: ReadonlyMap<
    SecurityGroupRule,
    { readonly kind: string; readonly verdicts: readonly { readonly policy: { readonly id: string } }[] }
  >,
) =>
  [...effects]
    .map(
      ([rule, { kind, verdicts }]) =>
        `${contentOf(rule)}: ${kind} by ${[...new Set(verdicts.map(({ policy }) => policy.id))].toSorted()}`,
    )
    .toSorted();

/** What the handler says, given what was there. */
function handled({ moment }: Replayed, { group, rules, lists }: Truth): readonly string[] {
  const { change, at } = moment.event;
  if (change === undefined) return [];
  const place = {
    accountId: ACCOUNT,
    region: REGION,
    group,
    vpcs: { associated: [], home: undefined, others: undefined },
  };
  const now = new Date(at);
  const entries = new Map([...lists].map(([id, cidrs]) => [id, parseBlockList(cidrs)]));
  const changed = new Set(moment.changed.map(contentOf));
  const ids = new Set(rules.filter((rule) => changed.has(contentOf(rule))).map(({ id }) => id));
  const context = { ...place, principals: makersOf(change), prefixLists: entries, now };
  return inWords(effectsOf(verdictsOn(rules, ids, policiesFor(policies, change, place, now), context), 10));
}

const truthOf = ({ truths }: History, { moment, groupId }: Replayed) =>
  truths.find((truth) => truth.eventId === moment.event.id && truth.group.id === groupId);

/** All that is known to be there was there; where that is exact, it is everything, and what the handler would have said. */
function expectTrue(one: Replayed, truth: Truth | undefined): void {
  const { label } = one.certainty;
  if (truth === undefined || label === 'unknown') return;
  const there = truth.rules.map(contentOf);
  const said = one.moment.rules.map(contentOf);
  expect(said.filter((content) => !there.includes(content))).toEqual([]);
  if (label === 'exact')
    expect([said.length, inWords(one.effects)]).toEqual([there.length, handled(one, truth)]);
}

const anyHistory = fc.array(step, { minLength: 1, maxLength: 25 });
/** Two of three calls come in the second of the one before. */
const hasty = fc.array(
  fc.tuple(step, fc.constantFrom(0, 0, 1)).map(([one, seconds]) => ({ ...one, seconds })),
  { minLength: 1, maxLength: 25 },
);

async function check(
  property: (history: History) => void,
  steps: fc.Arbitrary<readonly Step[]> = anyHistory,
) {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => property(await makeHistory(all))),
    { numRuns: FEWER },
  );
}

describe('a backtest of a whole trail', () => {
  it('says of exact events what the handler would have said then', async () => {
    let exact = 0;
    await check((history) => {
      const { replayed: found, contradictions } = replayed(history.records, history.account);

      expect(contradictions).toEqual([]);
      for (const one of found.filter(({ certainty }) => certainty.label === 'exact')) {
        const truth = truthOf(history, one);
        if (truth === undefined) continue;
        expect([one.moment.event.id, inWords(one.effects)]).toEqual([
          one.moment.event.id,
          handled(one, truth),
        ]);
        expect(new Set(one.moment.rules.map(contentOf))).toEqual(new Set(truth.rules.map(contentOf)));
        exact += 1;
      }
    });
    expect(exact).toBeGreaterThan(0);
  });

  it('knows at least rules that were there, where it does not know all', async () => {
    await check((history) => {
      const { replayed: found } = replayed(history.records, history.account);
      for (const one of found.filter(({ certainty }) => certainty.label === 'at least')) {
        const truth = truthOf(history, one);
        if (truth === undefined) continue;
        const there = new Set(truth.rules.map(contentOf));
        expect(one.moment.rules.map(contentOf).filter((content) => !there.has(content))).toEqual([]);
      }
    });
  });

  it('is never sure of what depends on the order of changes in the same second', async () => {
    const seen = new Set<string>();
    await check((history) => {
      for (const one of replayed(history.records, history.account).replayed) {
        expectTrue(one, truthOf(history, one));
        seen.add(one.certainty.label);
      }
    }, hasty);
    expect(seen).toEqual(new Set(['exact', 'at least', 'unknown']));
  });

  it('knows all versions of a list that the account still has, and is right about them', async () => {
    await check((history) => {
      const { records, account } = history;
      for (const one of replayed(records, account, versionsIn(account)).replayed) {
        expectTrue(one, truthOf(history, one));
        if (one.certainty.label !== 'exact')
          expect(one.certainty.because).not.toMatch(/then are not known|lacks a change|do not fit/);
      }
    });
  });

  it('is never sure of a list of which a change is lost', async () => {
    const isOfList = (record: object) => /PrefixList(Version)?Request/.test(JSON.stringify(record));
    const lossy = fc.tuple(anyHistory, fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }));
    await fc.assert(
      fc.asyncProperty(lossy, async ([steps, isKept]) => {
        const history = await makeHistory(steps);
        // What happened before the first change of a list is the trail's to have.
        const first = history.records.findIndex(isOfList);
        const kept = history.records.filter(
          (record, index) => index === first || !isOfList(record) || isKept[index],
        );
        const found = replayed(kept, history.account, versionsIn(history.account));
        for (const one of found.replayed) expectTrue(one, truthOf(history, one));
      }),
      { numRuns: FEWER },
    );
  });

  it('is exact for groups that were made in it, but for lists and tags that it does not know', async () => {
    await check((history) => {
      const created = new Set(
        eventsOf(history.records).flatMap(({ act, groupIds }) => (act.kind === 'create' ? groupIds : [])),
      );
      const { replayed: found } = replayed(history.records, history.account);
      const doubtful = found.filter(
        ({ groupId, certainty }) => created.has(groupId) && certainty.label !== 'exact',
      );
      expect(
        doubtful
          .filter(({ certainty }) => certainty.label === 'exact' || !certainty.because.includes(LIST))
          .map(({ certainty }) => certainty),
      ).toEqual([]);
    });
  });

  it('drops no event that made or changed a rule', async () => {
    await check((history) => {
      const { replayed: found } = replayed(history.records, history.account);
      const ids = new Set(found.map(({ moment }) => moment.event.id));
      const opening = eventsOf(history.records).filter(({ act }) => act.kind === 'add');
      expect(opening.filter(({ id }) => !ids.has(id)).map(({ id }) => id)).toEqual([]);
    });
  });

  it('is the same for records that come twice, and in any order', async () => {
    const summary = (result: Backtest) =>
      result.replayed.map((one) => [one.moment.event.id, one.groupId, inWords(one.effects), one.certainty]);
    await check(({ records, account }) => {
      expect(summary(replayed([...records, ...records].toReversed(), account))).toEqual(
        summary(replayed(records, account)),
      );
    });
  });
});

describe('a backtest of a trail with lost events', () => {
  it('is total, and what it is sure of is not contradicted', async () => {
    const withLoss = fc.tuple(anyHistory, fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }));
    await fc.assert(
      fc.asyncProperty(withLoss, async ([steps, kept]) => {
        const { records, account } = await makeHistory(steps);
        const { replayed: found, contradictions } = replayed(
          records.filter((_, index) => kept[index]),
          account,
        );
        const unsure = new Set(contradictions.map(({ groupId }) => groupId));
        expect(
          found.filter(({ groupId, certainty }) => certainty.label === 'exact' && unsure.has(groupId)),
        ).toEqual([]);
      }),
      { numRuns: FEWER },
    );
  });
});
