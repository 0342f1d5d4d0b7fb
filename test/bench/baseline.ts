// The project as it was at an earlier commit: how much faster it starts is measured against that.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Before code was left out of the bundles, and before a command loaded only its own. */
const COMMIT = '3bba257';

/** The packages that it needs and the project no longer has: Node looks for them beside it. */
const GONE = ['stream-json@3.8.0'];

/** Checks it out below a directory, with the packages of today; undefined where the clone's history is cut short, or npm has no network. */
export function checkOut(directory: string): string | undefined {
  const root = join(directory, 'baseline');
  try {
    const archive = execFileSync('git', ['archive', COMMIT], { maxBuffer: 1e9, stdio: 'pipe' });
    mkdirSync(root);
    execFileSync('tar', ['-x', '-C', root], { input: archive });
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', directory, ...GONE], {
      stdio: 'pipe',
    });
  } catch (error) {
    console.log(`nothing is compared with ${COMMIT}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  return root;
}
