// Cuts JSON documents into pieces while their bytes come in: no more than one piece is ever held, however large a document is.
//
// A piece is a member of a top-level list, or a top-level value that is no list; a document may be a list itself, and then has no key. The scanner reads what is around the pieces, and finds
// their ends by strings and depth alone; whoever parses every piece has read the document as strictly as JSON.parse does.
import { constants, isUtf8 } from 'node:buffer';
import { InputError, placeIn } from './input.ts';
import { AFTER, AFTER_TOKEN, EXPECTED_IN_WORDS, type Expected } from './json-grammar.ts';
import {
  type ChunkStart,
  DOCUMENT_START,
  placeAt,
  placeWithin,
  startAfter,
  type TextPlace,
} from './json-place.ts';
import { endOf, kindOf, makeToken, type Token } from './json-token.ts';

export type Piece =
  /** A list begins: it may have no members. */
  | { readonly kind: 'list'; readonly key: string }
  | { readonly kind: 'member' | 'value'; readonly key: string; readonly text: string }
  /** A document ends: another one may follow. */
  | { readonly kind: 'end'; readonly key: '' };

export interface Scanner {
  /** The name of the file, for messages. */
  readonly name: string;
  expected: Expected;
  /** The keys of the top level, the last of which is under way. */
  readonly keys: string[];
  /** Of the member that is under way in its list. */
  index: number;
  readonly token: Token;
  chunk: Buffer;
  start: ChunkStart;
  /** Where in the chunk the last token begins. */
  begin: number;
  /** Where it begins if that is in an earlier chunk, and what that holds of it. */
  earlier: { readonly place: TextPlace; readonly bytes: Uint8Array[] } | undefined;
}

export function makeScanner(name: string): Scanner {
  const where = { chunk: Buffer.alloc(0), start: DOCUMENT_START, begin: 0, earlier: undefined };
  return { name, expected: 'beginning', keys: [], index: 0, token: makeToken(), ...where };
}

/** The pieces that end in the next chunk, which may be overwritten when the last of them has been taken. */
export function* cut(scanner: Scanner, chunk: Buffer): Generator<Piece> {
  scanner.chunk = chunk;
  let at = 0;
  while (at < chunk.length) {
    const isBetween = scanner.token.kind === 'none';
    const piece = isBetween ? step(scanner, at) : undefined;
    if (piece !== undefined) yield piece;
    if (scanner.token.kind === 'none') {
      at += 1;
      continue;
    }
    const end = endOf(scanner.token, chunk, at);
    if (end === undefined) hold(scanner, at);
    else yield* take(scanner, chunk.subarray(at, end));
    at = end ?? chunk.length;
  }
  scanner.start = startAfter(scanner.start, chunk);
}

/** Throws InputError unless the document is complete. */
export function finish(scanner: Scanner): void {
  const { expected, token, start } = scanner;
  if (expected === 'end') return;
  const missing =
    token.kind === 'none' ? `${EXPECTED_IN_WORDS[expected]} is missing` : `${pathOf(scanner)} has no end`;
  const place = { line: start.line, column: start.offset - start.lineStart + 1 };
  throw refusal(scanner, place, `the file ends too early: ${missing}`);
}

/** The value of the piece that was cut last; throws InputError with the place of what is wrong in it. */
export function parsePiece(scanner: Scanner, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = placeWithin(beginOf(scanner), placeIn(text) ?? { line: 1, column: 1 });
    throw refusal(scanner, place, `${pathOf(scanner)} is not JSON`, error);
  }
}

/** Reads one character between tokens, or finds that a token begins at it; answers a list that begins, or the end of a document. */
function step(scanner: Scanner, at: number): Piece | undefined {
  const { expected } = scanner;
  const character = String.fromCharCode(scanner.chunk[at] ?? 0);
  if (/[ \t\r\n]/.test(character) && !expected.startsWith('mark')) {
    if (expected === 'beginning') scanner.expected = 'document';
    return undefined;
  }
  const next = AFTER[expected][character];
  if (next === undefined) return begin(scanner, character, at);
  scanner.expected = next;
  return structureOf(scanner, expected, next);
}

/** What begins or ends where one thing was expected and now another one is. */
function structureOf(scanner: Scanner, before: Expected, next: Expected): Piece | undefined {
  if (before.startsWith('after') && before !== 'after value') scanner.index += 1;
  if (next === 'end') return { kind: 'end', key: '' };
  if (next === 'first key') scanner.keys.length = 0;
  if (next === 'first of all') scanner.keys.splice(0, scanner.keys.length, '');
  if (next !== 'first member' && next !== 'first of all') return undefined;
  scanner.index = 0;
  return { kind: 'list', key: keyOf(scanner) };
}

function begin(scanner: Scanner, character: string, at: number): undefined {
  const { expected } = scanner;
  const kind = kindOf(character);
  const isPossible = expected.endsWith('key') ? kind === 'string' : AFTER_TOKEN[expected] !== undefined;
  scanner.begin = at;
  if (kind === undefined || !isPossible) {
    const isUtf16 = expected === 'beginning' && /[\xfe\xff]/.test(character);
    const why = isUtf16 ? 'it is UTF-16: write it as UTF-8' : `${EXPECTED_IN_WORDS[expected]} is expected`;
    throw refusal(scanner, beginOf(scanner), why);
  }
  scanner.token.kind = kind;
  scanner.earlier = undefined;
}

/** What AWS gives is far smaller. A string of Node.js can hold twice as much. */
const LONGEST = constants.MAX_STRING_LENGTH / 2;

function hold(scanner: Scanner, from: number): void {
  const { place, bytes } = scanner.earlier ?? { place: beginOf(scanner), bytes: [] };
  // A copy: the chunk may be overwritten.
  bytes.push(Uint8Array.from(scanner.chunk.subarray(from)));
  scanner.earlier = { place, bytes };
  if (bytes.reduce((sum, { length }) => sum + length, 0) > LONGEST)
    throw refusal(scanner, place, `${pathOf(scanner)} is longer than ${LONGEST} bytes`);
}

/** The token that ends with these bytes, as a piece; nothing for a key. */
function take(scanner: Scanner, last: Buffer): readonly Piece[] {
  const { expected, earlier } = scanner;
  const bytes = earlier === undefined ? last : Buffer.concat([...earlier.bytes, last]);
  if (!isUtf8(bytes)) throw refusal(scanner, beginOf(scanner), `${pathOf(scanner)} is not UTF-8`);
  const text = bytes.toString();
  const isKey = expected.endsWith('key');
  if (isKey) takeKey(scanner, text);
  scanner.token.kind = 'none';
  scanner.expected = AFTER_TOKEN[expected] ?? expected;
  return isKey ? [] : [{ kind: expected === 'value' ? 'value' : 'member', key: keyOf(scanner), text }];
}

/** Of a key that stands there twice JSON.parse takes the last value: so would nobody who reads a stream. */
function takeKey(scanner: Scanner, text: string): void {
  const key = String(parsePiece(scanner, text));
  if (scanner.keys.includes(key)) throw refusal(scanner, beginOf(scanner), `the key ${text} is in it twice`);
  scanner.keys.push(key);
}

function keyOf({ keys }: Scanner): string {
  return keys.at(-1) ?? '';
}

/** Where the last token begins. */
function beginOf({ earlier, start, chunk, begin: at }: Scanner): TextPlace {
  return earlier?.place ?? placeAt(start, chunk, at);
}

/** What is under way, as `SecurityGroups.3`. */
function pathOf(scanner: Scanner): string {
  if (scanner.expected.endsWith('key')) return 'a key';
  const key = keyOf(scanner);
  if (!/member|of all/.test(scanner.expected)) return key;
  return key === '' ? `item ${scanner.index}` : `${key}.${scanner.index}`;
}

function refusal({ name }: Scanner, { line, column }: TextPlace, why: string, cause?: unknown): InputError {
  return new InputError(`${name}:${line}:${column}: cannot be read: ${why}`, { cause });
}
