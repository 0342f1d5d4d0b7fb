// Files that people wrote: what cannot be read is said in words.
import { readFileSync } from 'node:fs';

/** The text of a file, or what is wrong with it. A byte order mark is left out. */
export function readWritten(file: string): { readonly text: string } | { readonly problem: string } {
  try {
    const bytes = readFileSync(file);
    return isUtf16(bytes) ? { problem: UTF_16 } : { text: new TextDecoder().decode(bytes) };
  } catch (error) {
    return { problem: `cannot be read: ${whyFileFails(error)}` };
  }
}

/** What Windows tools write unless they are told otherwise, such as PowerShell for `>`. */
export const UTF_16 = 'cannot be read: it is UTF-16: write it as UTF-8';

/** By the byte order mark, or because every other byte of plain text is zero. */
export function isUtf16([first, second]: Uint8Array): boolean {
  if (first === undefined || second === undefined) return false;
  const isMarked = first + second === 0xff + 0xfe && Math.abs(first - second) === 1;
  return isMarked || (first === 0) !== (second === 0);
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  ELOOP: 'its links lead in a circle',
};

/** Why a file cannot be read or written, in one line. */
export function whyFileFails(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return WHY[code] ?? (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
