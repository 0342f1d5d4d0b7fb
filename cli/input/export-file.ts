// A file of the AWS CLI's output, read as a stream: an export of an account may be larger than the memory.
import { createReadStream } from 'node:fs';
import { type Duplex, Readable, Transform } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { pick } from 'stream-json/filters/pick.js';
import { streamArray } from 'stream-json/streamers/stream-array.js';
import { streamValues } from 'stream-json/streamers/stream-values.js';
import type { Io } from '../io.ts';
import { InputError } from './input.ts';

/** A file of the AWS CLI's output, which can be read as often as it is opened; but for standard input that is not kept. */
export interface Export {
  readonly name: string;
  readonly open: () => Readable;
}

/** The file of that name, or standard input for `-`, which is kept in memory where it must be read more than once. */
export async function exportOf(io: Io, name: string, isReadAgain: boolean): Promise<Export> {
  if (name !== '-') return { name, open: () => createReadStream(name) };
  if (!isReadAgain) return { name, open: () => io.stdin };
  const text = await readAll(io.stdin);
  return { name, open: () => Readable.from([text]) };
}

/** A whole list of a file; undefined if there is none. */
export async function listIn<T>(
  file: Export,
  list: string,
  parse: (what: string, value: unknown) => T,
): Promise<readonly T[] | undefined> {
  const found: T[] = [];
  const seen = { list: false };
  for await (const value of streamList(file, list, seen)) {
    found.push(parse(`${file.name}: ${list}.${found.length}`, value));
  }
  return seen.list ? found : undefined;
}

/** A structure at the top level of a file; undefined if there is none. */
export async function structureIn<T>(
  file: Export,
  name: string,
  parse: (what: string, value: unknown) => T,
): Promise<T | undefined> {
  for await (const value of streamList(file, name, { list: false }, streamValues.asStream())) {
    return parse(`${file.name}: ${name}`, value);
  }
  return undefined;
}

/** The members of a top-level list of a JSON file, without ever holding the whole file. A list may be missing where `noted` says so. */
export async function* streamList(
  file: Export,
  list: string,
  noted?: { list: boolean },
  members: Duplex = streamArray.asStream(),
): AsyncGenerator<unknown> {
  const seen = noted ?? { list: false };
  const done = pipeline(file.open(), pick.withParserAsStream({ filter: list }), noting(seen), members);
  // A failure also ends the loop below; this one must not count as unhandled until then.
  done.catch(() => undefined);
  try {
    for await (const { value } of members) yield value;
    await done;
    if (!seen.list && noted === undefined) throw new Error(`there is no list of ${list} in it`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file.name}: cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Passes everything on, and notes whether there was anything: an empty list is something, a missing one is not. */
function noting(seen: { list: boolean }): Transform {
  return new Transform({
    objectMode: true,
    transform(token, _encoding, pass) {
      seen.list = true;
      pass(null, token);
    },
  });
}
