// A clone of this repository as a newcomer has it, with commands that run in it as in a shell.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Aws } from './aws.ts';

export interface Clone {
  readonly folder: string;
  /** What a command says; throws where it fails. */
  readonly run: (command: string) => Promise<string>;
  /** What a command says that fails; throws where it does not. */
  readonly fails: (command: string) => Promise<string>;
  /** Commits what has changed. */
  readonly commit: (message: string) => void;
}

/**
 * All that Git tracks, in a repository of its own; for `npm ci` stand the packages that are there already. What is exported may change
 * between two commands.
 */
export function cloneRepository(aws: Aws, exported: Readonly<Record<string, string>> = {}): Clone {
  const folder = join(mkdtempSync(join(tmpdir(), 'clone-')), 'portcullis');
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const file of `${tracked}`.split('\0').filter((name) => name !== '' && name !== 'node_modules')) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(file, join(folder, file));
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const git = (...words: readonly string[]) => execFileSync('git', words, { cwd: folder, stdio: 'ignore' });
  const commit = (message: string) => {
    git('add', '--all', '.');
    git(
      '-c',
      'user.name=test',
      '-c',
      'user.email=test@example.com',
      'commit',
      '--quiet',
      '--message',
      message,
    );
  };
  git('init', '--quiet');
  commit('release');
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    ...{ NO_COLOR: '1', PORTCULLIS_SETTINGS: '', SLS_AWS_MONITORING_FREQUENCY: '250' },
    ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  };
  const shell = (command: string) =>
    new Promise<{ readonly isOk: boolean; readonly output: string }>((resolve) => {
      execFile(
        'sh',
        ['-c', command],
        { cwd: folder, env: { ...env, ...exported } },
        (error, stdout, stderr) =>
          resolve({ isOk: error === null, output: `$ ${command}\n${stdout}${stderr}` }),
      );
    });
  const expecting = (isWanted: boolean) => async (command: string) => {
    const { isOk, output } = await shell(command);
    if (isOk === isWanted) return output;
    throw new Error(output);
  };
  return { folder, run: expecting(true), fails: expecting(false), commit };
}
