// What the tests and the processes that they start write to the temporary directory goes into one folder of it, which
// is removed when all are done.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Vitest calls this before the first test, and what it answers after the last. */
export function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-'));
  // POSIX, and the two names that Windows has for it.
  Object.assign(process.env, { TMPDIR: directory, TMP: directory, TEMP: directory });
  return () => rmSync(directory, { recursive: true });
}
