// The `portcullis` command, as a function: nothing here or below touches the process but for its environment.
import { Command, CommanderError } from 'commander';
import { refuseCarelessness, refuseEmptyArguments } from './careful-options.ts';
import { commandsFor } from './commands.ts';
import { printError } from './format/print.ts';
import type { CommandIo, Io } from './io.ts';
import { VERSION } from './version.ts';

const EPILOGUE = `
Start here:
  npm run demo                    see what happens to a recorded event
  portcullis simulate EVENT.json  do the same with an event of your own
  portcullis audit                see what violates the policies today
  portcullis check PLAN.json      see what a plan or template would open
  portcullis backtest             see what the policies would have done
  portcullis init DIR             create your own settings and policies
  portcullis validate             check settings and policies for errors
  portcullis test                 run the test cases of the policies
  portcullis restore ID           restore revoked rules (the id is in the mail)

Exit codes: 0 done; 1 errors in policies, failing test cases, violations, or an
incomplete restore; 2 bad usage or unreadable input.`;

/** Runs a command line, and answers the exit code; throws only what is an error of this program. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const { stdout, stderr } = io;
  const program = await makeProgram(argv, {
    stdout,
    stderr,
    setExitCode,
    onInterrupt: (listener) => listenTo(io, listener),
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

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function listenTo(io: Io, listener: () => void): () => void {
  // A terminal sends it to every process, and so does the one that started this: the second must not end what the first let finish.
  for (const signal of SIGNALS) io.on?.(signal, listener);
  return () => {
    for (const signal of SIGNALS) io.off?.(signal, listener);
  };
}

async function makeProgram(argv: readonly string[], io: CommandIo): Promise<Command> {
  const program = new Command('portcullis')
    .description(
      'Revokes dangerous AWS security group rules a minute or two after somebody opens them, and says why.',
    )
    .version(VERSION)
    .hook('preAction', (_, command) => refuseEmptyArguments(command))
    .hook('preAction', (_, command) => checkConnection(io, command.opts()))
    .addHelpText('after', EPILOGUE);
  for (const command of await commandsFor(argv, io)) program.addCommand(command);
  return program;
}

/** An audit takes several profiles and regions. A profile must exist; a region may be newer than this version. */
async function checkConnection(
  io: CommandIo,
  { profile = [], region = [] }: Partial<Record<'profile' | 'region', string | readonly string[]>>,
): Promise<void> {
  const profiles = [profile].flat();
  const regions = [region].flat();
  if (regions.length > 0) {
    const { doubtfulRegion } = await import('../lib/policy/regions.ts');
    for (const doubt of regions.flatMap((one) => doubtfulRegion(one) ?? []))
      printError(io, `warning: --region: ${doubt}`);
  }
  if (profiles.length === 0) return;
  const { checkProfile } = await import('./input/live.ts');
  for (const one of profiles) await checkProfile(one);
}

function prepare(command: Command, { stdout, stderr }: Io): void {
  refuseCarelessness(command);
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

async function report(io: Io, error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const [{ InputError }, { FileError }] = await Promise.all([
    import('./input/input.ts'),
    import('../lib/io/policy-files.ts'),
  ]);
  if (error instanceof InputError || error instanceof FileError) {
    printError(io, error.message);
    return 2;
  }
  const refused = await refusedBySystem(error);
  if (refused === undefined) throw error;
  printError(io, refused);
  return 2;
}

/** What the operating system refuses, such as to write where nobody may, is for the operator. */
async function refusedBySystem(error: unknown): Promise<string | undefined> {
  if (!(error instanceof Error && 'syscall' in error)) return undefined;
  const { whyFileFails } = await import('../lib/io/written-files.ts');
  return `${'path' in error ? `${error.path}: ` : ''}${whyFileFails(error)} (${error.syscall})`;
}
