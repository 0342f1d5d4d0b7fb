// `portcullis validate`: every issue of every policy file, before it can hurt.
import { dirname } from 'node:path';
import { type Command, createCommand } from 'commander';
import { PolicyError, type PolicyFile } from '../../lib/io/policy-files.ts';
import { lint } from '../../lib/policy/lint.ts';
import { lineAndColumn } from '../../lib/policy/schema-issues.ts';
import { counted } from '../../lib/report/phrases.ts';
import { print } from '../format/print.ts';
import { NO_CASES, readTested, type Tested } from '../input/read-cases.ts';
import type { CommandIo } from '../io.ts';

/** The command, with its help. */
export function validateCommand(io: CommandIo): Command {
  return createCommand('validate')
    .summary('check policy files')
    .description(
      'Reports every issue of every policy file, with file, line and column. Errors stop a deployment; warnings are ' +
        'policies that are valid and cannot mean what they say, such as an exception that has expired. A policy and its ' +
        'test file are checked together, whichever of them is named.',
    )
    .argument('[paths...]', 'policy files, their test files, or directories of them', ['policies'])
    .addHelpText('after', '\nExit codes: 0 no errors (there may be warnings); 1 errors.')
    .action((paths) => run(io, paths));
}

function run(io: CommandIo, paths: readonly string[]): void {
  try {
    const files = readTested(paths);
    const warnings = [...files.flatMap(untested), ...linted(files)];
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
  const directories = new Set(files.map(({ file }) => dirname(file)));
  return [...directories].flatMap((directory) =>
    lintedIn(files.filter(({ file }) => dirname(file) === directory)),
  );
}

function lintedIn(files: readonly PolicyFile[]): readonly string[] {
  return lint(
    files.map(({ policy }) => policy),
    new Date(),
  ).flatMap(({ policy: id, path, message }) => {
    const found = files.find(({ policy }) => policy.id === id);
    if (found === undefined) return [];
    const { line, column } = lineAndColumn(found.text, path);
    return [`${found.file}:${line}:${column}: warning: ${message}`];
  });
}
