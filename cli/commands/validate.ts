// `portcullis validate`: every issue of the settings and of every policy file, before it can hurt.
import { type Command, createCommand, Option } from 'commander';
import { FileError } from '../../lib/io/policy-files.ts';
import { counted } from '../../lib/report/phrases.ts';
import { print } from '../format/print.ts';
import type { Connection } from '../input/live.ts';
import { settingsOption, shippedDirectory } from '../input/policy-source.ts';
import type { CommandIo } from '../io.ts';
import { type CheckOptions, checkFiles, checkSettings } from '../validate/check.ts';

/** The command, with its help. */
export function validateCommand(io: CommandIo): Command {
  return createCommand('validate')
    .description(
      'Reports every issue in the settings and the policy files, with file, line and column. Errors stop a deployment. ' +
        'Warnings are about valid policies that are probably not what you mean, such as an expired exception. A policy and ' +
        'its test file are checked together, even if you name only one of them.',
    )
    .argument(
      '[paths...]',
      'policy files, their test files, or directories of them (default: --settings with all policies, or else the shipped ones)',
    )
    .addOption(settingsOption())
    .option(
      '--live',
      'also warn about prefix lists that do not exist in your AWS account, or whose name is not unique',
    )
    .addOption(new Option('--region <region>', 'AWS region; implies --live').implies({ live: true }))
    .addOption(
      new Option('--profile <profile>', 'profile of your AWS configuration; implies --live').implies({
        live: true,
      }),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 no errors (there may be warnings); 1 errors; 2 with --live, AWS\ncould not be reached.',
    )
    .action((paths, options) => run(io, paths, options));
}

interface Options extends Connection {
  readonly live?: boolean;
  readonly settings?: string;
}

async function run(io: CommandIo, paths: readonly string[], options: Options): Promise<void> {
  const { settings, live, ...connection } = options;
  try {
    const checks: CheckOptions = {
      now: new Date(),
      connection: live ? await liveConnection(connection, settings) : undefined,
    };
    const { what, warnings, notes } =
      settings && paths.length === 0
        ? await checkSettings(settings, checks)
        : await checkFiles(paths.length === 0 ? [shippedDirectory()] : paths, checks);
    for (const line of [...warnings, ...notes]) print(io, line);
    print(io, `${what}, no errors, ${counted(warnings.length, 'warning')}`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    for (const { file, line, column, message } of error.issues)
      print(io, `${file}:${line}:${column}: error: ${message}`);
    print(io, counted(error.issues.length, 'error'));
    io.setExitCode(1);
  }
}

/** Loaded where it is asked: most validations ask nobody. */
async function liveConnection(connection: Connection, settings: string | undefined): Promise<Connection> {
  const { placed } = await import('../input/placed.ts');
  return placed(connection, settings);
}
