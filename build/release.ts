// `npm run release -- cut 0.4.0` makes the commit and the tag of a release; `notes 0.4.0` prints what changed in it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cut, notesOf } from './changelog.ts';
import { CLONING, cloning } from './cloned-version.ts';

const [command, version = ''] = process.argv.slice(2);
try {
  if (command === 'cut') release(version);
  else if (command === 'notes') process.stdout.write(`${notesOf(changelog(), version)}\n`);
  else throw new Error('usage: npm run release -- cut VERSION | notes VERSION');
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function release(next: string): void {
  const branch = git('branch', '--show-current');
  if (branch !== 'main') throw new Error(`this is the branch ${branch}: releases are cut on main`);
  if (git('status', '--porcelain') !== '')
    throw new Error('there are changes that are not committed: commit or drop them first');
  if (git('tag', '--list', `v${next}`) !== '') throw new Error(`there is a tag v${next} already`);
  const text = cut(changelog(), next, new Date().toISOString().slice(0, 10));
  // Refuses what is no version, and writes package.json and package-lock.json.
  execFileSync('npm', ['version', next, '--no-git-tag-version', '--allow-same-version'], { stdio: 'pipe' });
  writeFileSync('CHANGELOG.md', text);
  for (const file of CLONING) writeFileSync(file, cloning(readFileSync(file, 'utf8'), next));
  const written = ['CHANGELOG.md', 'package.json', 'package-lock.json', ...CLONING];
  git('commit', '--quiet', '--message', `release: ${next}`, ...written);
  git('tag', '--annotate', '--message', `Portcullis ${next}`, `v${next}`);
  process.stdout.write(`Committed and tagged v${next}. To publish it: git push --follow-tags\n`);
}

function changelog(): string {
  return readFileSync('CHANGELOG.md', 'utf8');
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
