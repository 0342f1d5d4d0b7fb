// Where the code and the settings of a deployment come from.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Origin } from '../lib/deployment/manifest.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The release, and the commits of the clone and of the directory of the settings, as far as these are Git repositories. */
export function originOf(settingsFile: string | undefined): Origin {
  const { version: release } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const commit = commitOf(root);
  const settings = settingsFile ? commitOf(dirname(settingsFile)) : undefined;
  return {
    release,
    ...(commit === undefined ? {} : { commit }),
    ...(settings === undefined ? {} : { settings }),
  };
}

/** The commit of a directory, with a mark where something in it is not committed; undefined outside a Git repository, or without Git. */
function commitOf(directory: string): string | undefined {
  const { status, stdout } = git(directory, 'rev-parse', '--short=12', 'HEAD');
  if (status !== 0) return undefined;
  const isClean = git(directory, 'status', '--porcelain', '.').stdout === '';
  return `${stdout.trim()}${isClean ? '' : ' with changes'}`;
}

function git(directory: string, ...words: readonly string[]) {
  return spawnSync('git', words, { cwd: directory, encoding: 'utf8' });
}
