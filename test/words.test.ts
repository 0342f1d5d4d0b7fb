// Texts for people use the common word: what they are told is in plain English that a native reader does not stumble over.
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Each expression that a native reader would not use here, with what to write. */
const INSTEAD: readonly (readonly [pattern: RegExp, write: string])[] = [
  [/\b(told|tells?) of\b|\bpeople are told\b/i, 'report, notify, say'],
  [/\bmend(s|ed|ing)?\b|\bput(s|ting)? right\b/i, 'fix, correct'],
  [/\bgrave(st|r)?\b/i, 'most severe, worst'],
  [/\bwhose it is\b|\bown doing\b/i, 'owned by, belongs to'],
  [/\banew\b|\bonce more\b|\blater (try|tries)\b/i, 'again, retry'],
  [/\b(take|takes|taken|taking|took) away\b|\b(has|have|had) gone\b/i, 'remove, revoke'],
  [/\brules? goes\b|\bgoes whole\b|\bit goes\b(?= (when|whole|with))/i, 'is removed, is revoked'],
  [/\bwho edits the list\b/i, 'the caller, the user who'],
  [/\bjudge[ds]? by\b/i, 'evaluated against'],
  [/\bbr(oke|oken|eaks) off\b|\bgone on with\b/i, 'interrupted, resumes'],
  [/\b(is|are|be) no more\b|\bby now\b/i, 'no longer, has been'],
  [/\bno stretch of\b/i, 'at most N in any M minutes'],
];

/** Documentation, sources with their comments and texts, policies, templates and tests. What others wrote is theirs. */
const TEXTS = globSync([
  '*.{md,yml}',
  '{.github,docs,lib,handlers,cli,build,policies,resources,iam,examples,test}/**/*.{md,ts,js,yaml,yml,py}',
])
  .filter((file) => !/^test\/fixtures\/(events|iana)|^test\/words\.test\.ts$/.test(file))
  .toSorted();

it('reads every kind of text', () => {
  expect(TEXTS.length).toBeGreaterThan(500);
  expect(TEXTS).toEqual(
    expect.arrayContaining(['README.md', 'serverless.yml', 'cli/run.ts', 'docs/policies.md']),
  );
});

it.each(INSTEAD)('has no text with %s: write `%s`', (pattern) => {
  const found = TEXTS.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
      ),
  );

  expect(found).toEqual([]);
});
