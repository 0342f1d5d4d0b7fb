// Reading what the operator names; everything that is wrong with it is one clear line.
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { parseDocument } from 'yaml';
import type { Io } from '../io.ts';

/** Bad input: the message is for the operator, and the exit code is 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Reads a JSON file, or standard input for `-`; throws InputError with file, line and column. */
export async function readJson(io: Io, file: string): Promise<unknown> {
  const text = await readText(io, file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}${placeOf(text)}: not JSON`, { cause: error });
  }
}

async function readText(io: Io, file: string): Promise<string> {
  try {
    const text = file === '-' ? await readAll(io.stdin) : await readFile(file, 'utf8');
    // Windows tools write a byte order mark, which JSON.parse refuses.
    return text.replace(/^\uFEFF/, '');
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${firstLine(error)}`, { cause: error });
  }
}

/** JSON.parse does not always say where; a YAML parser that takes JSON's values alone does. */
function placeOf(text: string): string {
  const [error] = parseDocument(text, { schema: 'json' }).errors;
  const [start] = error?.linePos ?? [];
  return start === undefined ? '' : `:${start.line}:${start.col}`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
