// Exceptions added to the text of a policy file. Nothing else of it changes: comments, order and style stay as they are.
import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { parsePolicyFile } from '../../lib/policy/policy-file.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import { InputError } from '../input/input.ts';
import { showExceptions } from './exception.ts';

type Exceptions = Readonly<NonNullable<PolicyDocument['exceptions']>>;

/** The text with the exceptions at the end of its list; throws InputError where that cannot be done by adding lines. */
export function addExceptions(file: string, text: string, added: Exceptions): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const { at, lines } = placeIn(text, showExceptions(added));
  const changed = `${text.slice(0, at)}${lines.map((line) => `${eol}${line}`).join('')}${text.slice(at)}`;
  const [before, after] = [text, changed].map((one) => parsePolicyFile(file, one));
  const isAdded =
    before?.ok === true &&
    after?.ok === true &&
    isDeepStrictEqual(after.value, {
      ...before.value,
      exceptions: [...(before.value.exceptions ?? []), ...added],
    });
  if (isAdded) return changed;
  throw new InputError(`${file}: its list of exceptions is not one item below the other: add them by hand`);
}

interface Place {
  /** Where the lines go, before a line end or the end of the text. */
  readonly at: number;
  readonly lines: readonly string[];
}

function placeIn(text: string, items: readonly string[]): Place {
  const list = parseDocument(text).get('exceptions', true);
  if (isSeq(list) && list.items.length > 0) {
    const start = list.range?.[0] ?? 0;
    const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    return { at: endOfLine(text, lastOf(list)), lines: items.map((line) => indent + line) };
  }
  const at = text.trimEnd().length;
  return { at, lines: ['exceptions:', ...items.map((line) => `  ${line}`)] };
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
