// What people write in YAML, or every issue with its place: policies and their test cases alike.
import {
  type Document,
  isAlias,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import { mappingsOf } from './mappings.ts';
import { explain, type LocatedIssue } from './schema-issues.ts';
import { inWords } from './schema-words.ts';
import { syntaxInWords } from './yaml-words.ts';

/** One thing that is wrong in a file; line and column count from 1. */
export interface Issue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Reads one file; `check` finds what no schema can. */
export function parseYaml<T>(
  file: string,
  text: string,
  schema: z.ZodType<T>,
  check: (document: Document) => readonly LocatedIssue[] = () => [],
): Parsed<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const refuse = (found: readonly LocatedIssue[]): Parsed<T> => ({
    ok: false,
    issues: found
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, message }) => {
        const { line, col: column } = lines.linePos(offset);
        return { file, line, column, message };
      }),
  });

  const errors = [...document.errors, ...document.warnings];
  const syntax = errors.map((error) => ({ offset: error.pos[0], message: syntaxInWords(error) }));
  const unreadable = syntax.length > 0 ? syntax : hiddenIn(document, text);
  if (unreadable.length > 0) return refuse(unreadable);
  const odd = oddScalarsOf(document, text);
  const parsed = schema.safeParse(document.toJS(), { error: inWords });
  const broken = explain(document, parsed.error?.issues ?? [], mappingsOf(schema));
  const wrong = [...odd, ...broken, ...check(document)];
  return parsed.success && wrong.length === 0 ? { ok: true, value: parsed.data } : refuse(wrong);
}

/** `{ ports: 22, 80 }` is a map of two keys to YAML. */
const BRACKETS = 'write a value, or several in brackets, as in [22, 80]';

/** A policy says what it means where it says it, to every reader of YAML: what some resolve or pass over is refused. */
function hiddenIn(document: Document, text: string): readonly LocatedIssue[] {
  const found: LocatedIssue[] = [];
  const refuse = (node: unknown, message: string) =>
    void found.push({ offset: (isNode(node) ? node.range?.[0] : undefined) ?? 0, message });
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) refuse(node, `\`*${node.source}\` is a YAML alias: write the value itself`);
      else if (node.anchor !== undefined) refuse(node, `\`&${node.anchor}\` is a YAML anchor: leave it out`);
      else if (node.tag !== undefined) refuse(node, `\`${node.tag}\` is a YAML tag: leave it out`);
      const items = isSeq(node) ? node.items : [];
      for (const item of items.filter((one) => isFolded(one, text))) refuse(item, FOLDED);
    },
    Pair: (_, { key, value }) => {
      if (value === null) return refuse(key, `\`${key}\` has no value: ${BRACKETS}`);
      // `22` and `"22"` would be one key, of which the last silently wins; JavaScript drops a `__proto__`.
      if (isScalar(key) && typeof key.value === 'string' && key.value !== '__proto__') return;
      refuse(key, `\`${key}\` is not a key: write a text, in quotes if necessary`);
    },
  });
  const directive = /^%.*/m.exec(text);
  if (directive !== null)
    found.push({ offset: directive.index, message: `\`${directive[0]}\` is a YAML directive: leave it out` });
  return found;
}

export const FOLDED = 'this goes over several lines: was a `- ` or a comma left out? Put a text on one line';

/** True for a text whose lines YAML joins by spaces: two items become one. */
export function isFolded(item: unknown, text: string): boolean {
  if (!isScalar(item) || item.range == null || item.type?.startsWith('BLOCK') === true) return false;
  return text.slice(item.range[0], item.range[1]).includes('\n');
}

/**
 * Plain words that do not mean what they look like: `022` is twenty-two to some and eighteen to others, and `no` is
 * false to those who read YAML 1.1.
 */
function oddScalarsOf(document: Document, text: string): readonly LocatedIssue[] {
  const found = new Map<number, LocatedIssue>();
  for (const reading of [parseDocument(text, { version: '1.1' }), document]) {
    visit(reading, {
      Scalar: (_, { range, source = '', value }, path) => {
        if (!isOdd(source, value) || isModeOff(source, path)) return;
        const kind = typeof value === 'number' ? 'the number ' : '';
        const message = `\`${source}\` is ${kind}${value} to YAML: write that, or put it in quotes`;
        found.set(range?.[0] ?? 0, { offset: range?.[0] ?? 0, message });
      },
    });
  }
  return [...found.values()];
}

/** The mode of a policy is never a truth value: `off` means one thing to every reader there. */
function isModeOff(source: string, path: readonly unknown[]): boolean {
  const keys = path.filter(isPair).map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  const isOfPolicy = keys.length === 1 || (keys.length === 3 && keys[0] === 'shipped');
  return source === 'off' && keys.at(-1) === 'mode' && isOfPolicy && !path.some(isSeq);
}

function isOdd(source: string, value: unknown): boolean {
  // The library takes `e0` for a number of YAML 1.1, which it is in no version.
  if (/^[-+]?e/i.test(source)) return false;
  return (typeof value === 'number' || typeof value === 'boolean') && source !== String(value);
}
