// `portcullis test`: every policy against the rules that its author says it must judge.
import { type Command, createCommand, Option } from 'commander';
import { readSettings } from '../../lib/io/settings-files.ts';
import { runCase, withExceptions } from '../../lib/report/policy-cases.ts';
import { print, printError } from '../format/print.ts';
import { type Results, SHOW } from '../format/test-results.ts';
import { chosen, policyOption } from '../input/choose-policies.ts';
import { settingsOption, shippedDirectory } from '../input/policy-source.ts';
import { NO_CASES, readTested, type Tested } from '../input/read-cases.ts';
import type { CommandIo } from '../io.ts';

/** The command, with its help. */
export function testCommand(io: CommandIo): Command {
  return createCommand('test')
    .description(
      'Runs the test cases of policies: evaluates the rules in each <id>.test.yaml against <id>.yaml and compares the verdicts. The ' +
        'mode of a policy does not matter.',
    )
    .argument(
      '[paths...]',
      'policy files, their test files, or directories of them (default: those of --settings, or else the shipped ones)',
    )
    .addOption(settingsOption())
    .addOption(
      new Option('--format <format>', 'output format').choices(['text', 'json', 'junit']).default('text'),
    )
    .addOption(policyOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 every case passes; 1 a case fails, or a test file has no\ncases; 2 a file cannot be read.',
    )
    .action((paths, options) => run(io, paths, options));
}

interface Options {
  readonly format: keyof typeof SHOW;
  readonly policy?: readonly string[];
  readonly settings?: string;
}

function run(io: CommandIo, named: readonly string[], { format, policy: ids, settings }: Options): void {
  const paths =
    named.length > 0
      ? named
      : [settings ? (readSettings(settings).directory ?? shippedDirectory()) : shippedDirectory()];
  const all = readTested(paths);
  const policies = all.map(({ policy }) => policy);
  const wanted = new Set(ids === undefined ? policies : chosen(policies, ids, paths.join(', ')));
  const tested = all.filter(({ policy }) => wanted.has(policy));
  const results = tested.map(resultsOf);
  print(io, SHOW[format](results));
  const empty = tested.filter(({ cases }) => cases?.cases.length === 0);
  for (const { tests } of empty) printError(io, `${tests}:1:1: ${NO_CASES}`);
  const isFailing = results.some(({ cases }) => cases.some(({ passed }) => !passed));
  if (isFailing || empty.length > 0) io.setExitCode(1);
}

function resultsOf({ policy: document, tests, cases: file }: Tested): Results {
  if (file === undefined) return { policy: document.id, file: tests, cases: [] };
  const policy = withExceptions(document, file);
  return { policy: document.id, file: tests, cases: file.cases.map((one) => runCase(policy, one)) };
}
