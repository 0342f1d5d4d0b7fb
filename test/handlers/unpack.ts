// The packaged handlers, as files.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';

/** Unpacks the zip into a directory of its own, and answers where that is. */
export function unpack(): string {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-package-'));
  const zip = unzipSync(readFileSync('.serverless/portcullis.zip'));
  for (const [name, content] of Object.entries(zip))
    writeFileSync(join(directory, name.replace('dist/', '')), content);
  return directory;
}
