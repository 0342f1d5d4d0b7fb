// The text of a policy file to a PolicyDocument, or every issue with its place.
import leven from 'leven';
import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { POLICY_KEYS, type PolicyDocument, policySchema } from './schema.ts';

/** One thing that is wrong in a policy file; line and column count from 1. */
export interface PolicyIssue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: PolicyDocument }
  | { readonly ok: false; readonly issues: readonly PolicyIssue[] };

type Path = readonly PropertyKey[];
type SchemaIssue = z.core.$ZodIssue;

/** Reads one policy file; its id must be the file's name without `.yaml`. */
export function parsePolicyFile(file: string, text: string): ParsedPolicy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const refuse = (found: readonly Found[]): ParsedPolicy => ({
    ok: false,
    issues: found.map(({ offset, message }) => {
      const { line, col: column } = lines.linePos(offset);
      return { file, line, column, message };
    }),
  });

  const errors = [...document.errors, ...document.warnings];
  const syntax = errors.map((error) => ({ offset: error.pos[0], message: firstLine(error.message) }));
  const unreadable = syntax.length > 0 ? syntax : hiddenIn(document, text);
  if (unreadable.length > 0) return refuse(unreadable);
  const odd = oddScalarsOf(document, text);
  const parsed = policySchema.safeParse(document.toJS());
  const broken = (parsed.error?.issues ?? []).flatMap((issue) => explain(document, issue, [], POLICY_KEYS));
  const wrong = [...odd, ...broken, ...misnamed(document, file)];
  return parsed.success && wrong.length === 0 ? { ok: true, policy: parsed.data } : refuse(wrong);
}

function misnamed(document: Document, file: string): readonly Found[] {
  const name = file
    .split('/')
    .at(-1)
    ?.replace(/\.yaml$/, '');
  const id = document.get('id');
  if (typeof id !== 'string' || id === name) return [];
  const message = `id \`${id}\` must be the name of the file, \`${name}\``;
  return [{ offset: offsetOf(document, ['id']), message }];
}

/** The issues that a schema has found in a text, with their places; `keys` are those that there are. */
export function explainIssues(
  text: string,
  issues: readonly SchemaIssue[],
  keys: readonly string[],
): readonly Omit<PolicyIssue, 'file'>[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return issues
    .flatMap((issue) => explain(document, issue, [], keys))
    .map(({ offset, message }) => {
      const { line, col: column } = lines.linePos(offset);
      return { line, column, message };
    });
}

/** Where the value at a path of a valid file begins. */
export function placeOf(text: string, path: readonly (string | number)[]): { line: number; column: number } {
  const lines = new LineCounter();
  const { line, col: column } = lines.linePos(offsetOf(parseDocument(text, { lineCounter: lines }), path));
  return { line, column };
}

interface Found {
  readonly offset: number;
  readonly message: string;
}

/** A policy says what it means where it says it, to every reader of YAML: what some resolve or pass over is refused. */
function hiddenIn(document: Document, text: string): readonly Found[] {
  const found: Found[] = [];
  const refuse = (node: unknown, message: string) =>
    void found.push({ offset: (isNode(node) ? node.range?.[0] : undefined) ?? 0, message });
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) refuse(node, `\`*${node.source}\` is a YAML alias: write the value itself`);
      else if (node.anchor !== undefined) refuse(node, `\`&${node.anchor}\` is a YAML anchor: leave it out`);
      else if (node.tag !== undefined) refuse(node, `\`${node.tag}\` is a YAML tag: leave it out`);
    },
    Pair: (_, { key }) => {
      // `22` and `"22"` would be one key, of which the last silently wins; JavaScript drops a `__proto__`.
      if (isScalar(key) && typeof key.value === 'string' && key.value !== '__proto__') return;
      refuse(key, `\`${key}\` is no key: a key is a text, if need be in quotes`);
    },
  });
  const directive = /^%.*/m.exec(text);
  if (directive !== null)
    found.push({ offset: directive.index, message: `\`${directive[0]}\` is a YAML directive: leave it out` });
  return found;
}

/**
 * Plain words that do not mean what they look like: `022` is twenty-two to some and eighteen to others, and `no` is
 * false to those who read YAML 1.1.
 */
function oddScalarsOf(document: Document, text: string): readonly Found[] {
  const found = new Map<number, Found>();
  for (const reading of [parseDocument(text, { version: '1.1' }), document]) {
    visit(reading, {
      Scalar: (_, { range, source = '', value }) => {
        if (!isOdd(source, value)) return;
        const kind = typeof value === 'number' ? 'the number ' : '';
        const message = `\`${source}\` is ${kind}${value} to YAML: write that, or put it in quotes`;
        found.set(range?.[0] ?? 0, { offset: range?.[0] ?? 0, message });
      },
    });
  }
  return [...found.values()];
}

function isOdd(source: string, value: unknown): boolean {
  // The library takes `e0` for a number of YAML 1.1, which it is in no version.
  if (/^[-+]?e/i.test(source)) return false;
  return (typeof value === 'number' || typeof value === 'boolean') && source !== String(value);
}

function explain(document: Document, issue: SchemaIssue, base: Path, keys: readonly string[]): Found[] {
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
  return [{ offset: offsetOf(document, path), message: `${place}${wordsOf(issue)}` }];
}

/** What zod calls undefined is a key that is not there. */
function wordsOf({ message }: SchemaIssue): string {
  return message.endsWith('received undefined') ? 'is missing' : message;
}

/** Of the alternatives that all failed, the one whose outermost shape fits: its issues lie deeper. */
function closest(branches: readonly SchemaIssue[][]): SchemaIssue[] | undefined {
  return branches.find((issues) => issues.some((i) => i.path.length > 0 || i.code === 'unrecognized_keys'));
}

function unknownKey(key: string, keys: readonly string[]): string {
  const [near] = keys.toSorted((a, b) => leven(a, key) - leven(b, key));
  const helps = near !== undefined && leven(near, key) <= 3;
  return `unknown key \`${key}\`${helps ? `, did you mean \`${near}\`?` : ''}`;
}

/** Where the value at that path begins; where it is missing, where its nearest parent begins. */
function offsetOf(document: Document, path: Path): number {
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

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
