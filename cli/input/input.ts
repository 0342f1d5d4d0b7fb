// Reading what the operator names; everything that is wrong with it is one clear line.
import { readFile } from 'node:fs/promises';
import { buffer as readAll } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { parseDocument } from 'yaml';
import { isUtf16, UTF_16, whyFileFails } from '../../lib/io/written-files.ts';
import type { Io } from '../io.ts';
import type { TextPlace } from './json-place.ts';

/** Bad input: the message is for the operator, and the exit code is 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Reads a JSON file, or standard input for `-`; throws InputError with file, line and column. */
export async function readJson(io: Io, file: string): Promise<unknown> {
  return parseJson(file, await readText(io, file));
}

/** A JSON text of a file; throws InputError with file, line and column. */
export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.trim() === '') throw new InputError(`${file}: the file is empty`, { cause: error });
    const place = placeIn(text);
    const where = place === undefined ? '' : `:${place.line}:${place.column}`;
    throw new InputError(`${file}${where}: not JSON`, { cause: error });
  }
}

/** The text of a file, which may be packed by gzip, or of standard input for `-`. */
export async function readText(io: Io, file: string): Promise<string> {
  try {
    return decodeFile(file, file === '-' ? await readAll(stdinOf(io)) : await readFile(file));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: cannot be read: ${whyFileFails(error)}`, { cause: error });
  }
}

const taken = new WeakSet<object>();

/** Standard input, which is empty for whoever reads it second: throws InputError there. */
export function stdinOf({ stdin }: Io): Io['stdin'] {
  if (taken.has(stdin)) throw new InputError('standard input can be read once: name files for the others');
  taken.add(stdin);
  return stdin;
}

/** The text of the bytes of a file, which may be packed by gzip. */
export function decodeFile(file: string, bytes: Uint8Array): string {
  const plain = isPacked(bytes) ? gunzipSync(bytes) : bytes;
  if (isUtf16(plain)) throw new InputError(`${file}: ${UTF_16}`);
  // Windows tools write a byte order mark, which JSON.parse refuses: the decoder leaves it out.
  return new TextDecoder().decode(plain);
}

/** The first bytes of whatever gzip packs; no JSON begins so. */
export function isPacked([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

/** Where a text is not JSON. JSON.parse does not always say that; a YAML parser that takes JSON's values alone does. */
export function placeIn(text: string): TextPlace | undefined {
  const [error] = parseDocument(text, { schema: 'json' }).errors;
  const [start] = error?.linePos ?? [];
  return start && { line: start.line, column: start.col };
}
