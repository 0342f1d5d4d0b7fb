// `portcullis validate`: every issue of every policy file, before it can hurt.
import { dirname } from 'node:path';
import { type Command, createCommand, Option } from 'commander';
import { PolicyError, type PolicyFile } from '../../lib/io/policy-files.ts';
import { lint, type Warning } from '../../lib/policy/lint.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import { lineAndColumn } from '../../lib/policy/schema-issues.ts';
import { counted } from '../../lib/report/phrases.ts';
import { print } from '../format/print.ts';
import type { Connection } from '../input/live.ts';
import { NO_CASES, readTested, type Tested } from '../input/read-cases.ts';
import type { CommandIo } from '../io.ts';

/** The command, with its help. */
export function validateCommand(io: CommandIo): Command {
  return createCommand('validate')
    .description(
      'Reports every issue of every policy file, with file, line and column. Errors stop a deployment; warnings are ' +
        'policies that are valid and cannot mean what they say, such as an exception that has expired. A policy and its ' +
        'test file are checked together, whichever of them is named.',
    )
    .argument('[paths...]', 'policy files, their test files, or directories of them', ['policies'])
    .option('--live', 'also warn about prefix lists that your AWS account does not have, or has several of')
    .addOption(new Option('--region <region>', 'AWS region; implies --live').implies({ live: true }))
    .addOption(
      new Option('--profile <profile>', 'profile of your AWS configuration; implies --live').implies({
        live: true,
      }),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 no errors (there may be warnings); 1 errors; 2 with --live, AWS\ncannot be asked.',
    )
    .action((paths, options) => run(io, paths, options));
}

interface Options extends Connection {
  readonly live?: boolean;
}

async function run(io: CommandIo, paths: readonly string[], options: Options): Promise<void> {
  try {
    const files = readTested(paths);
    const warnings = [...files.flatMap(untested), ...linted(files), ...(await unread(files, options))];
    for (const warning of warnings) print(io, warning);
    print(
      io,
      `${files.length} ${files.length === 1 ? 'policy' : 'policies'}, no errors, ${counted(warnings.length, 'warning')}`,
    );
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    for (const { file, line, column, message } of error.issues)
      print(io, `${file}:${line}:${column}: error: ${message}`);
    print(io, counted(error.issues.length, 'error'));
    io.setExitCode(1);
  }
}

function untested({ file, tests, cases }: Tested): readonly string[] {
  if (cases === undefined) return [`${file}:1:1: warning: no test file \`${tests}\``];
  return cases.cases.length === 0 ? [`${tests}:1:1: warning: ${NO_CASES}`] : [];
}

/** Policies are compared with those that stand beside them. */
function linted(files: readonly PolicyFile[]): readonly string[] {
  return byDirectory(files).flatMap((beside) => placed(beside, lint(documentsOf(beside), new Date())));
}

async function unread(files: readonly PolicyFile[], options: Options): Promise<readonly string[]> {
  if (!options.live) return [];
  // The SDK takes longer to load than a check of the files.
  const { unreadLists } = await import('../input/live-lists.ts');
  const found = byDirectory(files).map(async (beside) =>
    placed(beside, await unreadLists(documentsOf(beside), options)),
  );
  return (await Promise.all(found)).flat();
}

/** Within a directory, each policy has an id of its own. */
function byDirectory(files: readonly PolicyFile[]): readonly (readonly PolicyFile[])[] {
  return [...Map.groupBy(files, ({ file }) => dirname(file)).values()];
}

function documentsOf(files: readonly PolicyFile[]): readonly PolicyDocument[] {
  return files.map(({ policy }) => policy);
}

/** Warnings with their places in the files. */
function placed(files: readonly PolicyFile[], warnings: readonly Warning[]): readonly string[] {
  return warnings.flatMap(({ policy: id, path, message }) => {
    const found = files.find(({ policy }) => policy.id === id);
    if (found === undefined) return [];
    const { line, column } = lineAndColumn(found.text, path);
    return [`${found.file}:${line}:${column}: warning: ${message}`];
  });
}
