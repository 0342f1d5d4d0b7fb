// The issues that a schema finds, in words and with their places.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Mapping } from './mappings.ts';
import { MISSING } from './schema-words.ts';
import { keysMeantAt, unknownKey } from './suggest.ts';

/** Something wrong, and where in the text. */
export interface LocatedIssue {
  readonly offset: number;
  readonly message: string;
}

type Path = readonly PropertyKey[];
type SchemaIssue = z.core.$ZodIssue;

/** What a schema, whose maps are these, says of a document, at the places where it is wrong. */
export function explain(
  document: Document,
  issues: readonly SchemaIssue[],
  mappings: readonly Mapping[],
): LocatedIssue[] {
  const misspelt = issues.flatMap((issue) => misspeltIn(issue, mappings));
  return issues
    .filter(({ path, message }) => message !== MISSING || !misspelt.includes(path.join('.')))
    .filter(isNew())
    .flatMap((issue) => explainOne(document, issue, mappings));
}

/** Answers false for what was already said of another value of the same map or list. */
function isNew(): (issue: SchemaIssue) => boolean {
  const said = new Set<string>();
  return ({ code, path, message }) => {
    const key = `${path.slice(0, -1).join('.')} ${message}`;
    const isRepeated = code === 'invalid_union' && message !== '' && said.has(key);
    said.add(key);
    return !isRepeated;
  };
}

/** The keys that are not missing, but written otherwise. */
function misspeltIn(issue: SchemaIssue, mappings: readonly Mapping[]): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  return issue.keys.flatMap((key) => {
    const [meant, ...more] = keysMeantAt(mappings, issue.path, key);
    return meant === undefined || more.length > 0 ? [] : [[...issue.path, meant].join('.')];
  });
}

function explainOne(
  document: Document,
  issue: SchemaIssue,
  mappings: readonly Mapping[],
  base: Path = [],
): LocatedIssue[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      offset: keyOffset(document, path, key),
      message: unknownKey(mappings, path, key),
    }));
  }
  const branch = issue.code === 'invalid_union' ? closest(issue) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => explainOne(document, inner, mappings, path));
  return [{ offset: offsetOf(document, path), message: said(path.join('.'), issue) }];
}

function said(place: string, issue: SchemaIssue): string {
  if (issue.message === MISSING) return `\`${place}\` is missing: add it`;
  // Of a key that the author chooses, the schema of keys says why it is none.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? '') : issue.message;
  return place === '' ? message : `${place}: ${message}`;
}

/** Of the alternatives that all failed, the one whose outermost shape fits: its issues lie deeper. */
function closest({ errors: branches, message }: z.core.$ZodIssueInvalidUnion): SchemaIssue[] | undefined {
  const deep = branches.find((issues) => issues.some(isDeep));
  return deep ?? (message === '' ? branches[0] : undefined);
}

function isDeep(issue: SchemaIssue): boolean {
  const isUnion = issue.code === 'invalid_union' && closest(issue)?.some(isDeep) === true;
  return issue.path.length > 0 || issue.code === 'unrecognized_keys' || isUnion;
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
