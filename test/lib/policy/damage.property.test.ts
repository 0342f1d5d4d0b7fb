// What becomes of the shipped policies when characters are lost, doubled or put in.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PolicyDocument } from '../../../lib/policy/schema.ts';
import { parseCases } from '../../../lib/report/policy-cases.ts';
import { RUNS } from '../../runs.ts';
import { read } from './read.ts';

/** Lists in all their forms. */
const RICH = `id: p
title: Machines do not send mail
severity: low
description: Send through the relay.
references: CIS 5.3
scope:
  accounts:
    - "111122223333"
    - "012345678901"
  regions: eu-*
  groups: { names: [web-*, app-*], tags: { env: prod } }
match:
  direction: egress
  protocol: tcp
  ports: { outside: [ssh, 8000-8100] }
  destination:
    outside:
      - private
      - 198.51.100.0/24
      - "2001:db8:12::/48"
  tolerate: { ipv4: 24 }
action: notify
mode: off
grace: 10m
exceptions:
  - groups:
      names:
        - bastion-*
        - jump-*
    vpcs: vpc-0abc
    protocol: tcp
    ports: [smtp, 587]
    rule: { description: relay*, tags: { use: mail } }
    principals: "arn:aws:iam::111122223333:role/admin"
    reason: Reviewed
    owner: platform
    expires: 2027-03-31
  - icmp: [echo, 3/4]
    sources: 198.51.100.0/24
    reason: Path MTU
    owner: platform
    expires: 2027-03-31
`;

interface File {
  readonly file: string;
  readonly text: string;
}

/** The shipped policies, and their test files, without the comment at their top. */
const SHIPPED = filesLike(/^(?!.*\.test).*\.yaml$/);
const TESTS = filesLike(/\.test\.yaml$/);

function filesLike(form: RegExp): readonly File[] {
  return readdirSync('test/fixtures/shipped')
    .filter((name) => form.test(name))
    .map((file) => ({
      file,
      text: readFileSync(`test/fixtures/shipped/${file}`, 'utf8').replace(/^#.*\n/gm, ''),
    }));
}

/** What often means something in YAML. */
const DAMAGE = [
  ...['', ' ', '  ', '\n', '\n  ', '\t', '\r', '\u0085', '\uFEFF', ': ', '- ', '&a ', '!!str ', '<<: '],
  ...`: - , [ ] { } ' " ? | > % *a ! 0 0x _ . / no ~ ---\n ...\n`.split(' '),
];

function wordsIn(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** The words that stand in a file, in any order. The marks of a block scalar are none. */
function wordsOfText(text: string): readonly string[] {
  return wordsIn(text.replace(/^( *\w+: *)[|>][-+\d]* *$/gm, '$1')).toSorted();
}

/** The words of the keys and values of a policy, in any order; with and without the defaults, which nobody need write. */
function wordsOfPolicy({
  references,
  match,
  mode,
  ...policy
}: PolicyDocument): readonly (readonly string[])[] {
  const { direction, ...rest } = match;
  const lists = references.length === 0 ? [{}, { references }] : [{ references }];
  const matches = direction === 'ingress' ? [rest, match] : [match];
  const modes = mode === 'enforce' ? [{}, { mode }] : [{ mode }];
  return lists.flatMap((list) =>
    matches.flatMap((said) =>
      modes.map((own) =>
        leavesOf({ ...policy, ...list, ...own, match: said })
          .flatMap(wordsIn)
          .toSorted(),
      ),
    ),
  );
}

/** The items of all lists. */
function itemsOf(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null) return [];
  const own = Array.isArray(data) ? data.filter((item) => typeof item !== 'object').map(String) : [];
  return [...own, ...Object.values(data).flatMap(itemsOf)];
}

function leavesOf(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null) return [String(data)];
  const values = Object.values(data).flatMap(leavesOf);
  return Array.isArray(data) ? values : [...Object.keys(data), ...values];
}

const damages = fc.array(
  fc.record({
    at: fc.nat(2000),
    drop: fc.nat(12),
    copy: fc.nat(12),
    text: fc.oneof(fc.constantFrom(...DAMAGE), fc.string({ unit: 'grapheme', maxLength: 8 })),
  }),
  { minLength: 1, maxLength: 3 },
);

/** One of the files with characters lost, doubled or put in. */
function damaged(files: readonly File[]): fc.Arbitrary<File> {
  return fc.tuple(fc.constantFrom(...files), damages).map(([{ file, text }, all]) => ({
    file,
    text: all.reduce((left, { at, drop, copy, text: put }) => {
      const start = at % left.length;
      return left.slice(0, start + copy) + put + left.slice(start + drop);
    }, text),
  }));
}

/** Ten thousand policies in all. */
const DAMAGED = { numRuns: Math.ceil(2.5 * RUNS.numRuns) };

it.each([
  ['a shipped policy', SHIPPED],
  ['a policy that has all the parts of the language', [{ file: 'policies/p.yaml', text: RICH }]],
])(
  '%s, damaged, is refused with the place, or says all the words and items that stand in it and no others',
  (_, files) => {
    fc.assert(
      fc.property(damaged(files), ({ file, text }) => {
        const result = read(text, file);

        // A comment and an escape say something else than their letters; those are written in the styles above.
        if (!result.ok || /[#\\]/.test(text)) return;
        expect(wordsOfPolicy(result.value)).toContainEqual(wordsOfText(text));
        for (const item of itemsOf(result.value)) expect(text).toContain(item);
      }),
      DAMAGED,
    );
  },
);

it('a damaged test file is read, or refused with the place', () => {
  fc.assert(
    fc.property(damaged(TESTS), ({ file, text }) => {
      const result = parseCases(file, text);
      const issues = result.ok ? [] : result.issues;

      expect(result.ok || issues.length > 0).toBe(true);
      for (const { line, column, message } of issues) {
        expect([line, column].every((at) => Number.isInteger(at) && at >= 1)).toBe(true);
        expect(message).not.toBe('');
      }
    }),
    { numRuns: Math.ceil(RUNS.numRuns / 4) },
  );
});
