// Python tools at the versions of requirements.txt, away from what the machine has.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const venv = fileURLToPath(new URL('../../.venv', import.meta.url));
const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));

/** The folder of the tools' commands; makes the virtual environment anew when the requirements have changed. */
export function pythonTools(): string {
  const installed = `${venv}/requirements.txt`;
  const wanted = readFileSync(requirements, 'utf8');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== wanted) {
    rmSync(venv, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    execFileSync(`${venv}/bin/pip`, ['install', '--quiet', '--requirement', requirements], {
      stdio: 'inherit',
    });
    writeFileSync(installed, wanted);
  }
  return `${venv}/bin`;
}
