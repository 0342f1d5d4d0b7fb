// What the AWS CLI wrote, read piece by piece: an export of an account may be larger than the memory.
import { whyFileFails } from '../../lib/io/written-files.ts';
import type { Source } from './chunks.ts';
import { InputError } from './input.ts';
import { cut, finish, makeScanner, type Piece, parsePiece } from './json-scanner.ts';

/** A piece of an export, and its value; of the beginning of a list, and of the end of a document, there is none. */
type Parsed = Piece & { readonly value?: unknown };

/** A member of a list, and how messages call it. */
export interface ListMember {
  readonly what: string;
  readonly value: unknown;
}

/** What has been read so far; a list may come in pages, of which only the last may not name a next one. */
interface Reading {
  isThere: boolean;
  index: number;
  hasMore: boolean;
}

/**
 * The members of a list that stands at the top level of some of the files; a document may also be a list of such members, or one of them.
 * All of the files are read, and refused where any of it is damaged.
 */
export async function* listMembers(
  sources: readonly Source[],
  list: string,
  idKey: string,
): AsyncGenerator<ListMember> {
  const state: Reading = { isThere: false, index: 0, hasMore: false };
  for (const source of sources) {
    state.index = 0;
    yield* membersIn(source, list, idKey, state);
  }
  const names = sources.map(({ name }) => name).join(', ');
  if (state.hasMore)
    throw new InputError(
      `${names}: the last page names a NextToken, so there are more ${list}: export all of them, without --max-items`,
    );
  if (state.isThere) return;
  throw new InputError(`${names}: cannot be read: there is no list of ${list} in it`);
}

async function* membersIn(
  source: Source,
  list: string,
  idKey: string,
  state: Reading,
): AsyncGenerator<ListMember> {
  const lone = new Map<string, unknown>();
  const page: Page = { isOfList: false, token: undefined };
  for await (const piece of piecesOf(source, () => true)) {
    takeNote(page, piece, list, state);
    const isOfList = piece.kind !== 'end' && (piece.key === list || piece.key === '');
    if (isOfList && piece.kind === 'value') throw new InputError(`${source.name}: ${list} is not a list`);
    state.isThere ||= isOfList;
    const values = isOfList ? listedIn(piece, list) : loneIn(piece, lone, idKey);
    for (const value of values) {
      state.isThere = true;
      yield { what: `${source.name}: ${list}.${state.index}`, value };
      state.index += 1;
    }
  }
}

/** The document under way. */
interface Page {
  isOfList: boolean;
  token: unknown;
}

/** Whether more pages follow the last one of the list. */
function takeNote(page: Page, piece: Parsed, list: string, state: Reading): void {
  if (piece.kind === 'end') {
    if (page.isOfList) state.hasMore = typeof page.token === 'string';
    Object.assign(page, { isOfList: false, token: undefined });
  } else if (piece.key === 'NextToken') page.token = piece.value;
  else page.isOfList ||= piece.key === list;
}

/** The members of a list that stands in a document of a list of documents; else the value is a member itself. */
function listedIn({ kind, value }: Parsed, list: string): readonly unknown[] {
  if (kind !== 'member') return [];
  const inner =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[list] : undefined;
  return Array.isArray(inner) ? inner : [value];
}

/** More of an unknown list is not held: no group or rule has so many tags or permissions. */
const LONGEST = 10_000;

/** Puts a document together that may be a single group or rule, and answers it at its end if it is one. */
function loneIn({ kind, key, value }: Parsed, lone: Map<string, unknown>, idKey: string): readonly unknown[] {
  const known = lone.get(key);
  if (kind === 'value') lone.set(key, value);
  if (kind === 'list') lone.set(key, []);
  if (kind === 'member' && Array.isArray(known) && known.length < LONGEST) known.push(value);
  if (kind !== 'end') return [];
  const document = Object.fromEntries(lone);
  lone.clear();
  return idKey in document ? [document] : [];
}

/** What stands at the top level under some keys. */
export interface Beside {
  /** A whole list, each member parsed; undefined if there is none. */
  readonly list: <T>(key: string, parse: Parse<T>) => readonly T[] | undefined;
  /** A value that is no list, likewise. */
  readonly structure: <T>(key: string, parse: Parse<T>) => T | undefined;
}

type Parse<T> = (what: string, value: unknown) => T;

/** Reads what stands under these keys in all documents, in one pass over each file. Lists of several documents are one. */
export async function readBeside(sources: readonly Source[], keys: readonly string[]): Promise<Beside> {
  const lists = new Map<string, ListMember[]>();
  const values = new Map<string, ListMember>();
  for (const source of sources) await addBeside(source, keys, lists, values);
  return {
    list: (key, parse) => {
      const other = values.get(key);
      if (other !== undefined) throw new InputError(`${other.what} is not a list`);
      return lists.get(key)?.map(({ what, value }) => parse(what, value));
    },
    structure: (key, parse) => {
      const found = values.get(key);
      return found && parse(found.what, found.value);
    },
  };
}

async function addBeside(
  source: Source,
  keys: readonly string[],
  lists: Map<string, ListMember[]>,
  values: Map<string, ListMember>,
): Promise<void> {
  for await (const { kind, key, value } of piecesOf(source, (one) => keys.includes(one))) {
    if (!keys.includes(key)) continue;
    const what = `${source.name}: ${key}`;
    if (kind === 'list') lists.set(key, lists.get(key) ?? []);
    else if (kind === 'value') setOnce(values, key, { what, value });
    else lists.get(key)?.push({ what: `${what}.${lists.get(key)?.length}`, value });
  }
}

function setOnce(values: Map<string, ListMember>, key: string, member: ListMember): void {
  if (values.has(key))
    throw new InputError(
      `${member.what} is in another document, too: audit several accounts or regions one at a time`,
    );
  values.set(key, member);
}

/** All pieces of a file, and the values of those that are wanted. */
async function* piecesOf(source: Source, isWanted: (key: string) => boolean): AsyncGenerator<Parsed> {
  try {
    yield* scan(source, isWanted);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${source.name}: cannot be read: ${whyFileFails(error)}`, { cause: error });
  }
}

async function* scan(source: Source, isWanted: (key: string) => boolean): AsyncGenerator<Parsed> {
  const scanner = makeScanner(source.name);
  for await (const chunk of source.open()) {
    for (const piece of cut(scanner, chunk)) {
      if (piece.kind === 'list' || piece.kind === 'end') yield piece;
      else if (isWanted(piece.key)) yield { ...piece, value: parsePiece(scanner, piece.text) };
    }
  }
  finish(scanner);
}
