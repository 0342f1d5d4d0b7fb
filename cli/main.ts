// The `portcullis` command as a process.
import { writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { whyFileFails } from '../lib/io/written-files.ts';
import { runCli } from './run.ts';

// An audit makes as much garbage as it reads groups, and nothing of it is needed for long. V8 has to be told: policies live as long as the
// process, and it would conclude the same of all that is made where they are made, and put it where garbage is collected last.
const FLAGS_OF_AUDIT = [
  '--no-allocation-site-pretenuring',
  // Memory need not grow for what is gone at once,
  '--semi-space-growth-factor=1',
  // nor for garbage as large as all the rest.
  '--heap-growing-percent=20',
];
if (process.argv[2] === 'audit') for (const flag of FLAGS_OF_AUDIT) setFlagsFromString(flag);

// A reader such as `head` may close the pipe: what nobody reads is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    say(
      `${stream === process.stdout ? 'standard output' : 'standard error'} cannot be written: ${whyFileFails(error)}\n`,
    );
    process.exit(2);
  });

process.exitCode = await runCli(process.argv.slice(2), process).catch((error: unknown) => {
  say(`${error instanceof Error ? error.stack : error}\n`);
  // One is an answer, such as that a rule violates: an error of this program is none.
  return 2;
});

function say(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // There is nobody left to say it to.
  }
}
