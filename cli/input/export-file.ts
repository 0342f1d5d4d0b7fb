// What the AWS CLI wrote, read piece by piece: an export of an account may be larger than the memory.
import type { Source } from './chunks.ts';
import { InputError } from './input.ts';
import { cut, finish, makeScanner, type Piece, parsePiece } from './json-scanner.ts';

/** A piece of an export, and its value; of the beginning of a list there is none. */
type Parsed = Piece & { readonly value?: unknown };

/** The members of a top-level list. All of the file is read, and refused where any of it is damaged. */
export async function* listMembers(source: Source, list: string): AsyncGenerator<unknown> {
  let isThere = false;
  for await (const piece of piecesOf(source, () => true)) {
    if (piece.key !== list) continue;
    if (piece.kind === 'value') throw new InputError(`${source.name}: ${list} is not a list`);
    isThere = true;
    if (piece.kind === 'member') yield piece.value;
  }
  if (!isThere) throw new InputError(`${source.name}: cannot be read: there is no list of ${list} in it`);
}

/** What stands at the top level under some keys. */
export interface Beside {
  /** A whole list, each member parsed; undefined if there is none. */
  readonly list: <T>(key: string, parse: Parse<T>) => readonly T[] | undefined;
  /** A value that is no list, likewise. */
  readonly structure: <T>(key: string, parse: Parse<T>) => T | undefined;
}

type Parse<T> = (what: string, value: unknown) => T;

/** Reads what stands under these keys, all in one pass over the file. */
export async function readBeside(source: Source, keys: readonly string[]): Promise<Beside> {
  const lists = new Map<string, unknown[]>();
  const values = new Map<string, unknown>();
  for await (const { kind, key, value } of piecesOf(source, (one) => keys.includes(one))) {
    if (kind === 'list') lists.set(key, []);
    else if (kind === 'member') lists.get(key)?.push(value);
    else values.set(key, value);
  }
  return {
    list: (key, parse) => {
      if (values.has(key)) throw new InputError(`${source.name}: ${key} is not a list`);
      return lists.get(key)?.map((value, index) => parse(`${source.name}: ${key}.${index}`, value));
    },
    structure: (key, parse) =>
      values.has(key) ? parse(`${source.name}: ${key}`, values.get(key)) : undefined,
  };
}

/** All pieces of a file, and the values of those that are wanted. */
async function* piecesOf(source: Source, isWanted: (key: string) => boolean): AsyncGenerator<Parsed> {
  try {
    yield* scan(source, isWanted);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `${source.name}: cannot be read: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}

async function* scan(source: Source, isWanted: (key: string) => boolean): AsyncGenerator<Parsed> {
  const scanner = makeScanner(source.name);
  for await (const chunk of source.open()) {
    for (const piece of cut(scanner, chunk)) {
      if (piece.kind === 'list') yield piece;
      else if (isWanted(piece.key)) yield { ...piece, value: parsePiece(scanner, piece.text) };
    }
  }
  finish(scanner);
}
