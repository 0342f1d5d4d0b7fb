// A document that comes in chunks, however it is cut, against JSON.parse of the whole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../cli/input/input.ts';
import {
  cut,
  finish,
  makeScanner,
  type Piece,
  parsePiece,
  type Scanner,
} from '../../cli/input/json-scanner.ts';
import { RUNS } from '../runs.ts';

/** The documents as the scanner gives them: lists member by member. */
function scanAll(bytes: Uint8Array, cuts: readonly number[]): readonly unknown[] {
  const scanner = makeScanner('file');
  const documents: unknown[] = [];
  let read: Record<string, unknown> = Object.create(null);
  const places = [0, ...cuts.map((one) => one % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (const [index, from] of places.slice(0, -1).entries()) {
    const chunk = Buffer.from(bytes.subarray(from, places[index + 1]));
    for (const piece of cut(scanner, chunk)) {
      put(read, piece, scanner);
      if (piece.kind !== 'end') continue;
      documents.push(read);
      read = Object.create(null);
    }
    // The scanner must have copied what it still needs.
    chunk.fill(0);
  }
  finish(scanner);
  return documents.map(asParsed);
}

function put(read: Record<string, unknown>, piece: Piece, scanner: Scanner): void {
  const { key } = piece;
  if (piece.kind === 'value') read[key] = parsePiece(scanner, piece.text);
  if (piece.kind === 'list')
    read[key] = Object.assign([], { isDocument: scanner.expected === 'first of all' });
  if (piece.kind === 'member') (read[key] as unknown[]).push(parsePiece(scanner, piece.text));
}

/** A list that is a document stands under no key; the mark that tells it from one under an empty key goes. */
function asParsed(document: unknown): unknown {
  const read = document as Record<string, unknown[] & { isDocument?: boolean }>;
  const whole = read['']?.isDocument === true ? [...read['']] : undefined;
  const plain = Object.entries(read).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]);
  return whole ?? Object.assign(Object.create(null), Object.fromEntries(plain));
}

const scan = (bytes: Uint8Array, cuts: readonly number[]): unknown => scanAll(bytes, cuts)[0];

/** Undefined for what the scanner refuses. */
function scanned(bytes: Uint8Array, cuts: readonly number[]): unknown {
  try {
    return scan(bytes, cuts);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(/file:\d+:\d+: cannot be read: ./s);
    return undefined;
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const text = fc.oneof(
  fc.constantFrom('', 'SecurityGroups', 'Vpcs', '\\', '"', '\\"', '}{][,:', 'ä', '€', '𝔘', '\u2028', '\n'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
/** None with an escape: where one key is a backslash, JSON.parse of Node.js 24 may take another one that begins with an escape for it. */
const key = fc.oneof(
  fc.constantFrom('', 'SecurityGroups', 'Vpcs', '}{][,:', 'ä', '€', '𝔘', '\u2028'),
  fc.string({ unit: 'binary', maxLength: 6 }).filter((one) => JSON.stringify(one) === `"${one}"`),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.constantFrom(0, -1, 1.5e300, true, false, null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(key, tie('json'), { maxKeys: 3 }),
  ),
}));
const written = fc
  .tuple(
    fc.oneof(fc.dictionary(key, json, { maxKeys: 4 }), fc.array(json, { maxLength: 4 })),
    fc.constantFrom(undefined, 1, '\t', 4),
  )
  .map(([value, indent]) => Buffer.from(JSON.stringify(value, null, indent)));
const cuts = fc.array(fc.nat(), { maxLength: 12 });

/** One byte is left out, doubled or put in place of another. */
const damaged = fc
  .tuple(
    written,
    fc.nat(),
    fc.constantFrom(0, 1, 2),
    fc.constantFrom(...Buffer.from('{}[]",:\\ 0-tn\n'), 0, 0x80, 0xff),
  )
  .map(([bytes, at, more, byte]) => {
    const place = at % bytes.length;
    const put = more === 0 ? [] : more === 1 ? [byte] : [byte, bytes[place] ?? 0];
    return Buffer.from([...bytes.subarray(0, place), ...put, ...bytes.subarray(place + 1)]);
  });

describe('a document in chunks', () => {
  it('is read as JSON.parse reads the whole, wherever it is cut', () => {
    fc.assert(
      fc.property(written, cuts, (bytes, at) => {
        expect(scanned(bytes, at)).toEqual(parsed(bytes));
      }),
      RUNS,
    );
  });

  it('is refused, with a place, exactly where JSON.parse refuses it, or a key is in it twice', () => {
    fc.assert(
      fc.property(damaged, cuts, (bytes, at) => {
        const [ours, theirs] = [scanned(bytes, at), parsed(bytes)];
        // A brace too many, or too few, may make two documents of one.
        if (ours !== undefined && theirs === undefined) expect(scanAll(bytes, at).length).toBeGreaterThan(1);
        else if (ours !== undefined || theirs === undefined) expect(ours).toEqual(theirs);
        else expect(scanMessage(bytes)).toContain('is in it twice');
      }),
      RUNS,
    );
  });

  it('may be followed by others, with or without space between them', () => {
    fc.assert(
      fc.property(
        fc.array(written, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', '\n', ' \ufeff'),
        cuts,
        (all, between, at) => {
          const bytes = Buffer.concat(all.flatMap((one) => [one, Buffer.from(between)]).slice(0, -1));
          expect(scanAll(bytes, at)).toEqual(all.map(parsed));
        },
      ),
      RUNS,
    );
  });

  it('is refused wherever it ends too early', () => {
    fc.assert(
      fc.property(written, fc.nat(), cuts, (bytes, end, at) => {
        const part = bytes.subarray(0, end % bytes.length);
        expect(scanned(part, at)).toBe(undefined);
      }),
      RUNS,
    );
  });
});

function scanMessage(bytes: Uint8Array): string {
  try {
    scan(bytes, []);
    return '';
  } catch (error) {
    return String(error);
  }
}

describe('what is wrong with a document', () => {
  const pretty = JSON.stringify({ Vpcs: [], SecurityGroups: [{ a: 1 }, { b: 'ä' }] }, null, 2);

  it.each<[string, string | Uint8Array, string]>([
    ['nothing in it', '', 'file:1:1: cannot be read: the file ends too early: an object such as'],
    [
      'a number',
      '1',
      'file:1:1: cannot be read: an object such as { "SecurityGroups": [...] }, or a list, is expected',
    ],
    [
      'a list with no end',
      '[{"a": 1}, {"b": ',
      'file:1:18: cannot be read: the file ends too early: item 1 has no end',
    ],
    ['a list of what is none', '[1, x]', 'file:1:5: cannot be read: item 1 is not JSON'],
    [
      'no end',
      pretty.slice(0, -8),
      'file:9:4: cannot be read: the file ends too early: SecurityGroups.1 has no end',
    ],
    ['no comma', pretty.replace('},', '}'), 'file:7:5: cannot be read: a comma or `]` is expected'],
    ['no value', pretty.replace('1', 'one'), 'file:5:12: cannot be read: SecurityGroups.0 is not JSON'],
    [
      'more behind it',
      `${pretty}\n,`,
      'file:12:1: cannot be read: the end of the file, or another document, is expected',
    ],
    [
      'a second document that is none',
      '{}{',
      'file:1:4: cannot be read: the file ends too early: a key or `}` is missing',
    ],
    ['a key twice', '{"a":1,"\\u0061":2}', 'file:1:8: cannot be read: the key "\\u0061" is in it twice'],
    [
      'UTF-16',
      Buffer.from('\ufeff{}', 'utf16le'),
      'file:1:1: cannot be read: it is UTF-16: write it as UTF-8',
    ],
    ['Latin-1', Buffer.from('{"a":["ä"]}', 'latin1'), 'file:1:7: cannot be read: a.0 is not UTF-8'],
  ])('is said with its place: %s', (_, content, message) => {
    expect(scanMessage(Buffer.from(content))).toContain(message);
  });

  it('is not a byte order mark', () => {
    expect(scan(Buffer.from('\ufeff{"a":[1]}'), [])).toEqual({ a: [1] });
    expect(scan(Buffer.from('\ufeff{"a":[1]}'), [1, 2])).toEqual({ a: [1] });
  });
});
