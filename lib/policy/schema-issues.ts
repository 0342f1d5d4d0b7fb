// The issues that a schema finds, in words and with their places.
import leven from 'leven';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** Something wrong, and where in the text. */
export interface LocatedIssue {
  readonly offset: number;
  readonly message: string;
}

type Path = readonly PropertyKey[];
type SchemaIssue = z.core.$ZodIssue;

/** What the schema says of a document, at the place where it is wrong. */
export function explain(
  document: Document,
  issue: SchemaIssue,
  base: Path,
  keys: readonly string[],
): LocatedIssue[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      offset: keyOffset(document, path, key),
      message: unknownKey(key, keys),
    }));
  }
  const branch = issue.code === 'invalid_union' ? closest(issue.errors) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => explain(document, inner, path, keys));
  const place = path.length === 0 ? '' : `${path.join('.')}: `;
  return [{ offset: offsetOf(document, path), message: `${place}${wordsOf(document, issue, path)}` }];
}

/** Of a key that is not there zod says what it should be; `custom` are our own words, which say it. */
function wordsOf(document: Document, { code, message }: SchemaIssue, path: Path): string {
  if (path.length === 0 && document.contents === null) return 'there is nothing in it';
  return code === 'custom' || path.length === 0 || document.hasIn(path) ? message : 'is missing';
}

/** Of the alternatives that all failed, the one whose outermost shape fits: its issues lie deeper. */
function closest(branches: readonly SchemaIssue[][]): SchemaIssue[] | undefined {
  return branches.find((issues) => issues.some((i) => i.path.length > 0 || i.code === 'unrecognized_keys'));
}

function unknownKey(key: string, keys: readonly string[]): string {
  const near = nearest(key, keys);
  return `unknown key \`${key}\`${near === undefined ? '' : `, did you mean \`${near}\`?`}`;
}

/** What was meant by a word that is none of these; undefined where it is like none of them. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const [near] = words.toSorted((a, b) => leven(a, word) - leven(b, word));
  return near !== undefined && leven(near, word) <= 3 ? near : undefined;
}

/** Where the value at that path begins; where it is missing, where its nearest parent begins. */
export function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: Path, key: string): number {
  const parent = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(parent)
    ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
}

/** Where the value at a path of a valid file begins. */
export function lineAndColumn(
  text: string,
  path: readonly (string | number)[],
): { line: number; column: number } {
  const lines = new LineCounter();
  const { line, col: column } = lines.linePos(offsetOf(parseDocument(text, { lineCounter: lines }), path));
  return { line, column };
}
