// What is suggested for a key may stand where it is suggested.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysAt, mappingsOf } from '../../../lib/policy/mappings.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { unknownKey } from '../../../lib/policy/suggest.ts';
import { caseFileSchema } from '../../../lib/report/policy-cases.ts';
import { RUNS } from '../../runs.ts';

const LANGUAGES = [mappingsOf(policySchema), mappingsOf(caseFileSchema)];
const KEYS = LANGUAGES.flat().flatMap(({ keys }) => keys);

/** `ports` belongs elsewhere; or unknown, with what is meant here, or elsewhere, or all that there is. */
const WAY = '(?:one level up|at the top of the file|under `[\\w.]+`(?: or `[\\w.]+`)*)';
const FORM = new RegExp(
  `^(?:\`(?<belongs>\\w+)\` belongs ${WAY}|` +
    `unknown key \`[^]*\`(?:, did you mean (?<meant>\`\\w+\`(?: or \`\\w+\`)*)(?:, (?<where>${WAY}))?\\?|: the keys here are .*))$`,
);

describe('an unknown key', () => {
  it('gets only suggestions that may stand at that place, or is told the place where they may', () => {
    const language = fc.constantFrom(...LANGUAGES);
    const key = fc.oneof(
      fc.constantFrom(...KEYS),
      fc.constantFrom('cidr', 'port', 'name', 'tag', 'allow', 'until'),
      fc.string(),
    );

    fc.assert(
      fc.property(language, fc.nat(), key, (mappings, pick, word) => {
        const { path = [] } = mappings[pick % mappings.length] ?? {};
        const here = keysAt(mappings, path);
        fc.pre(!here.includes(word));
        const message = unknownKey(mappings, path, word);

        const { belongs, meant = '', where } = FORM.exec(message)?.groups ?? {};
        const suggested = [...meant.matchAll(/`(\w+)`/g)].map(([, other]) => other);
        expect(message).toMatch(FORM);
        expect(belongs ?? word).toBe(word);
        expect(suggested.filter((other) => here.includes(`${other}`))).toEqual(
          where === undefined ? suggested : [],
        );
        expect(KEYS).toEqual(expect.arrayContaining(suggested));
      }),
      RUNS,
    );
  });

  it('knows every map of the language', () => {
    expect(LANGUAGES[0]?.map(({ path }) => path.join('.'))).toEqual(
      expect.arrayContaining([
        '',
        'scope',
        'scope.groups',
        'match',
        'match.ports',
        'match.source',
        'exceptions.*',
      ]),
    );
  });
});
