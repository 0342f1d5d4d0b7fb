// Python programs at the versions of a requirements file, away from what the machine has.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The sets of programs: each has requirements and a virtual environment of its own. */
export type PythonSet = 'tools' | 'emulators' | 'aws';

/** The folder of a set's commands; makes its virtual environment again when the requirements have changed. */
export function pythonCommands(set: PythonSet): string {
  const venv = fileURLToPath(new URL(`../../.venv/${set}`, import.meta.url));
  const requirements = fileURLToPath(new URL(`requirements-${set}.txt`, import.meta.url));
  const installed = `${venv}/requirements.txt`;
  const wanted = readFileSync(requirements, 'utf8');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== wanted) {
    rmSync(venv, { recursive: true, force: true });
    requirePython();
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    execFileSync(`${venv}/bin/pip`, ['install', '--quiet', '--requirement', requirements], {
      stdio: 'inherit',
    });
    writeFileSync(installed, wanted);
  }
  return `${venv}/bin`;
}

/** Says what to install where the first call would fail with ENOENT. */
function requirePython(): void {
  try {
    execFileSync('python3', ['-c', 'import sys, venv; assert sys.version_info >= (3, 10)'], {
      stdio: 'ignore',
    });
  } catch {
    throw new Error('these tests need Python: a python3 of version 3.10 or newer, with its venv module');
  }
}
