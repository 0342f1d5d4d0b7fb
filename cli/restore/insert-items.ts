// Items added to a list somewhere in a YAML text, which may not be there yet.
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml';
import { showItems } from './exception.ts';

/** What goes where in a text. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The text with these at the end of the list that the keys lead to; whether that has come out right is for the caller to see. */
export function insertItems(text: string, keys: readonly string[], items: readonly object[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const insertion = insertionIn(text, keys, items);
  const inserted = insertion.text.replaceAll('\n', eol);
  return `${text.slice(0, insertion.at)}${inserted}${text.slice(insertion.at)}`;
}

function insertionIn(text: string, keys: readonly string[], items: readonly object[]): Insertion {
  const document = parseDocument(text);
  const list = document.getIn(keys, true);
  if (isSeq(list) && list.items.length > 0)
    return { at: endOfLine(text, lastOf(list)), text: indented(showItems(items), indentOf(text, list)) };
  const { map, depth } = deepestMap(document, keys);
  const missing = keys.slice(depth);
  if (map?.flow === true) return inFlow(map, missing, items);
  const lines = nested(missing, showItems(items));
  if (map === undefined || depth === 0) return { at: text.trimEnd().length, text: indented(lines, '') };
  return { at: endOfLine(text, lastOf(map)), text: indented(lines, indentOf(text, map)) };
}

/** The last map on the way, and how many keys lead to it. */
function deepestMap(
  document: Document,
  keys: readonly string[],
): { readonly map: YAMLMap | undefined; readonly depth: number } {
  for (let depth = keys.length - 1; depth > 0; depth -= 1) {
    const node = document.getIn(keys.slice(0, depth), true);
    if (isMap(node)) return { map: node, depth };
  }
  return { map: isMap(document.contents) ? document.contents : undefined, depth: 0 };
}

/** JSON is YAML in flow style. */
function inFlow(map: YAMLMap, keys: readonly string[], items: readonly object[]): Insertion {
  const [first = '', ...others] = keys;
  const value = others.reduceRight<unknown>((inner, key) => ({ [key]: inner }), items);
  const pair = `${first}: ${JSON.stringify(value)}`;
  const last = map.items.at(-1);
  if (last === undefined) return { at: (map.range?.[0] ?? 0) + 1, text: ` ${pair} ` };
  return { at: lastOf(last.value), text: `, ${pair}` };
}

function nested([key, ...others]: readonly string[], items: readonly string[]): readonly string[] {
  return key === undefined ? items : [`${key}:`, ...nested(others, items).map((line) => `  ${line}`)];
}

function indented(lines: readonly string[], indent: string): string {
  return lines.map((line) => `\n${indent}${line}`).join('');
}

/** What stands before the first item of a list or the first key of a map. */
function indentOf(text: string, { range }: Node): string {
  const start = range?.[0] ?? 0;
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
}

/** Where the last word of a value ends. */
function lastOf(node: unknown): number {
  if (isSeq(node)) return node.flow === true ? endOf(node) : lastOf(node.items.at(-1));
  if (!isMap(node)) return isScalar(node) ? endOf(node) : 0;
  return node.flow === true ? endOf(node) : lastOf(node.items.at(-1)?.value);
}

function endOf({ range }: Node): number {
  return range?.[1] ?? 0;
}

function endOfLine(text: string, from: number): number {
  const [before = ''] = text.slice(from).split(/\r?\n/);
  return from + before.length;
}
