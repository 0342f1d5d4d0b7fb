// The `portcullis` command, as a function: nothing here or below touches the process but for its environment.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { PolicyError } from '../lib/io/policy-files.ts';
import { auditCommand } from './commands/audit.ts';
import { breakerCommand } from './commands/breaker.ts';
import { historyCommand } from './commands/history.ts';
import { redriveCommand } from './commands/redrive.ts';
import { restoreCommand } from './commands/restore.ts';
import { simulateCommand } from './commands/simulate.ts';
import { testCommand } from './commands/test.ts';
import { validateCommand } from './commands/validate.ts';
import { printError } from './format/print.ts';
import { InputError } from './input/input.ts';
import { checkProfile } from './input/live.ts';
import type { CommandIo, Io } from './io.ts';

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

const EPILOGUE = `
Start here:
  npm run demo                    a recorded event, judged, revoked and told
  portcullis simulate EVENT.json  the same with an event of your own
  portcullis audit                what in this account violates the policies?
  portcullis validate             are the policies right?
  portcullis test                 do they judge what they must?
  portcullis restore ID           puts back what was revoked: see the mail

Exit codes: 0 done; 1 policies with errors, failing cases, violations, or not
all restored; 2 bad usage or unreadable input.`;

/** Runs a command line, and answers the exit code; throws only what is an error of this program. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const { stdout, stderr } = io;
  const program = makeProgram({
    stdout,
    stderr,
    setExitCode,
    // To look at the standard input of a process opens it.
    get stdin() {
      return io.stdin;
    },
  });
  try {
    for (const command of family(program)) prepare(command, io);
    // Without words there is nothing to be wrong about; any first word must be a command.
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(io, error);
  }
}

function makeProgram(io: CommandIo): Command {
  return new Command('portcullis')
    .description(
      'Revokes dangerous AWS security group rules seconds after somebody opens them, and says why.',
    )
    .version(version)
    .hook('preAction', (_, command) => checkProfile(command.opts()))
    .addCommand(simulateCommand(io))
    .addCommand(auditCommand(io))
    .addCommand(validateCommand(io))
    .addCommand(testCommand(io))
    .addCommand(restoreCommand(io))
    .addCommand(historyCommand(io))
    .addCommand(redriveCommand(io))
    .addCommand(breakerCommand(io))
    .addHelpText('after', EPILOGUE);
}

function prepare(command: Command, { stdout, stderr }: Io): void {
  command
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 80,
    });
}

/** A command and all below it. */
function family(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(family)];
}

function report(io: Io, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof InputError || error instanceof PolicyError) {
    printError(io, error.message);
    return 2;
  }
  throw error;
}
