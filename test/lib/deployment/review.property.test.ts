// The code of a deployment stands for exactly its risky changes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareInForce } from '../../../lib/deployment/compare.ts';
import {
  confirmationCode,
  type Difference,
  type StackDifferences,
} from '../../../lib/deployment/difference.ts';
import { acts, effectOf, isStronger } from '../../../lib/deployment/effect.ts';
import { manifestOf } from '../../../lib/deployment/manifest.ts';
import { reviewDeployment } from '../../../lib/deployment/review.ts';
import { inForceBy } from '../../../lib/deployment/template.ts';
import { RUNS } from '../../runs.ts';
import { edited, TODAY, templateOf, type Wanted, wanted } from './templates.ts';

function differences(from: Wanted, to: Wanted): readonly Difference[] {
  return compareInForce(inForceBy(templateOf(from)), inForceBy(templateOf(to)), TODAY);
}

function stack(found: readonly Difference[], region = 'eu-west-1'): StackDifferences {
  return { region, place: `portcullis-prod in ${region}`, isFirst: false, differences: found };
}

const codeOf = (from: Wanted, to: Wanted) => confirmationCode([stack(differences(from, to))]);

const reordered = (one: Wanted): Wanted => ({
  ...one,
  protect: one.protect.toReversed(),
  policies: one.policies.toReversed(),
  hooks: Object.fromEntries(Object.entries(one.hooks).toReversed()),
});

describe('the code', () => {
  it('is none where nothing changes, in whatever order it is written', () => {
    fc.assert(
      fc.property(wanted, (one) => {
        expect(differences(one, reordered(one))).toEqual([]);
        expect(codeOf(one, one)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('is the same for the same changes, in whatever order they are written', () => {
    fc.assert(
      fc.property(wanted, wanted, (from, to) => {
        expect(codeOf(reordered(from), reordered(to))).toBe(codeOf(from, to));
      }),
      RUNS,
    );
  });

  it('of other risky changes is another one', () => {
    fc.assert(
      fc.property(wanted, wanted, wanted, (from, to, other) => {
        const risky = (found: readonly Difference[]) =>
          found.filter(({ risk }) => risk !== undefined).map((one) => JSON.stringify(one));
        const [one, two] = [risky(differences(from, to)), risky(differences(from, other))];
        const isSame = JSON.stringify(one.toSorted()) === JSON.stringify(two.toSorted());

        expect(codeOf(from, to) === codeOf(from, other)).toBe(isSame);
      }),
      RUNS,
    );
  });

  it('of another place, or of one place more, is another one', () => {
    fc.assert(
      fc.property(wanted, wanted, (from, to) => {
        const found = differences(from, to);
        const [here, there] = [stack(found), stack(found, 'eu-central-1')];
        fc.pre(confirmationCode([here]) !== undefined);

        expect(confirmationCode([there])).not.toBe(confirmationCode([here]));
        expect(confirmationCode([here, there])).not.toBe(confirmationCode([here]));
        expect(confirmationCode([there, here])).toBe(confirmationCode([here, there]));
      }),
      RUNS,
    );
  });

  it('accepts its own changes and no others', () => {
    fc.assert(
      fc.property(wanted, wanted, fc.string(), (from, to, text) => {
        const stacks = [stack(differences(from, to))];
        const { code } = reviewDeployment(stacks, undefined);

        expect(reviewDeployment(stacks, code).isAccepted).toBe(true);
        expect(reviewDeployment(stacks, text).isAccepted).toBe(code === undefined || text === code);
      }),
      RUNS,
    );
  });
});

describe('a deployment that needs no code', () => {
  /** Counted from the policies themselves: what acts, acted as strongly on the same, and excused no more. */
  it('has no policy act where none of that id acted as strongly on the same', () => {
    fc.assert(
      fc.property(edited, ([from, to]) => {
        fc.pre(codeOf(from, to) === undefined);
        const effects = ({ mode, trimLimit, policies }: Wanted) =>
          new Map(
            policies.map((one) => {
              const [said] = manifestOf([one], { release: '0.2.0' }).policies;
              const effect = said && effectOf(said, { mode, trimLimit: `${trimLimit}` });
              return [one.id, { one, effect: effect ?? 'off' }];
            }),
          );
        const before = effects(from);
        for (const [id, { one, effect }] of effects(to)) {
          if (!acts(effect)) continue;
          const old = before.get(id);

          expect(old && isStronger(effect, old.effect)).toBe(false);
          expect(old?.one.match).toEqual(one.match);
          expect(living(one)).toEqual(expect.arrayContaining([...living(old?.one)]));
        }
      }),
      RUNS,
    );
  });

  it('leaves no policy out, and nobody without mail', () => {
    fc.assert(
      fc.property(edited, ([from, to]) => {
        fc.pre(codeOf(from, to) === undefined);
        const live = ({ policies }: Wanted) =>
          policies.filter(({ mode }) => mode !== 'off').map(({ id }) => id);

        expect(live(to)).toEqual(expect.arrayContaining(live(from)));
        expect([to.mail, '']).toContain(from.mail);
        expect(Object.keys(to.hooks)).toEqual(expect.arrayContaining(Object.keys(from.hooks)));
        expect(to.mode).toBe(from.mode);
      }),
      RUNS,
    );
  });

  const living = (policy: Wanted['policies'][number] | undefined) =>
    (policy?.exceptions ?? [])
      .filter(({ expires }) => expires >= TODAY)
      .map(({ sources }) => JSON.stringify(sources));
});

describe('the review', () => {
  it('marks what is risky, and says how to accept exactly that', () => {
    const changes: readonly Difference[] = [
      { kind: 'protected', subject: 'name=*', from: '', to: '', detail: '', risk: 'spares' },
      { kind: 'setting', subject: 'logRetention', from: '400', to: '30', detail: '', risk: undefined },
    ];

    const { code, lines } = reviewDeployment([stack(changes)], '123456');

    expect(code).toMatch(/^[0-9a-f]{8}$/);
    expect(lines).toEqual([
      'What changes in portcullis-prod in eu-west-1:',
      '  ! protect: name=* is added. Rules of these groups are only reported.',
      '    logRetention: 400 -> 30.',
      '',
      '--confirm 123456 is for other changes than these.',
      `The change marked with ! needs a confirmation. To accept exactly this one: --confirm ${code}`,
    ]);
  });
});
