// Reading what the operator names; everything that is wrong with it is one clear line.
import { readFileSync } from 'node:fs';

/** Bad input: the message is for the operator, and the exit code is 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Reads a JSON file, or standard input for `-`; throws InputError with file, line and column. */
export function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}${placeOf(error, text)}: not JSON: ${firstLine(error)}`, { cause: error });
  }
}

function readText(file: string): string {
  try {
    // Windows tools write a byte order mark, which JSON.parse refuses.
    return readFileSync(file === '-' ? 0 : file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${firstLine(error)}`, { cause: error });
  }
}

function placeOf(error: unknown, text: string): string {
  const [, position] = /position (\d+)/.exec(String(error)) ?? [];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
