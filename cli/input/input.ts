// Reading what the operator names; everything that is wrong with it is one clear line.
import { readFile } from 'node:fs/promises';
import { buffer as readAll } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { parseDocument } from 'yaml';
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
    const place = placeIn(text);
    const where = place === undefined ? '' : `:${place.line}:${place.column}`;
    throw new InputError(`${file}${where}: not JSON`, { cause: error });
  }
}

/** The text of a file, which may be packed by gzip, or of standard input for `-`. */
export async function readText(io: Io, file: string): Promise<string> {
  try {
    const bytes = file === '-' ? await readAll(io.stdin) : await readFile(file);
    // Windows tools write a byte order mark, which JSON.parse refuses: the decoder leaves it out.
    return new TextDecoder().decode(isPacked(bytes) ? gunzipSync(bytes) : bytes);
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${whyFileFails(error)}`, { cause: error });
  }
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

/** Why a file cannot be read, in one line. */
export function whyFileFails(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'there is no such file';
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
