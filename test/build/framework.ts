// The framework in a copy of this project.
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyProject } from '../e2e/project.ts';

/** A settings file of that text. */
export function settingsWith(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'plugin-')), 'settings.yml');
  writeFileSync(file, content);
  return file;
}

/** Made once: to package means to write into the project. */
let copy: string | undefined;
const project = () => {
  copy ??= copyProject();
  return copy;
};

export interface Ended {
  readonly status: number;
  readonly output: string;
}

/** What the framework says, in a copy of this project. */
export function framework(
  env: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<Ended> {
  const bin = join(
    dirname(fileURLToPath(import.meta.resolve('serverless/package.json'))),
    'bin/serverless.js',
  );
  const { AWS_REGION: _, ...clean } = process.env;
  const options = {
    cwd: project(),
    env: { ...clean, NO_COLOR: '1', ...env },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...words], options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : 1, output: `${stdout}${stderr}` }),
    );
  });
}
