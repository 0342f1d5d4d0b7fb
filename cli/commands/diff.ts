// `portcullis diff`: what other policies would do to the rules that there are.
import { type Command, createCommand, Option } from 'commander';
import { diffPolicies } from '../diff-policies.ts';
import { showDiff, showDiffAsJson } from '../format/diff.ts';
import { print, printError } from '../format/print.ts';
import { openAudit } from '../input/audit-input.ts';
import type { AuditInput } from '../input/audit-sources.ts';
import { allowEmptyOption, NOTHING_READ, withExport } from '../input/export-options.ts';
import { limitOption } from '../input/parse.ts';
import { isSettings, policiesAt } from '../input/policy-source.ts';
import type { CommandIo } from '../io.ts';

interface Options extends AuditInput {
  readonly trimLimit: number;
  readonly format: 'text' | 'json';
  readonly failOn?: 'more' | 'any';
  readonly allowEmpty?: boolean;
}

/** The command, with its help. */
export function diffCommand(io: CommandIo): Command {
  return withExport(createCommand('diff'), 'an export, as for audit; can be repeated')
    .description(
      'Compares two sets of policies by what they would do to the existing rules, and shows only the differences. Without --from it ' +
        'reads the account of your AWS credentials.',
    )
    .argument('<before>', 'a directory of policies, or a settings.yml')
    .argument('<after>', 'the same after the change')
    .option(
      '--trim-limit <count>',
      'the maximum number of rules that one trimmed rule may become',
      limitOption,
      10,
    )
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(
      new Option(
        '--fail-on <what>',
        'which difference fails: only if more is done than before, or any',
      ).choices(['more', 'any']),
    )
    .addOption(allowEmptyOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 done, whatever the difference; 1 a difference that --fail-on\nselects, or with --fail-on no group at all (without --allow-empty); 2 bad usage,\npolicies or input.',
    )
    .action((before, after, options) => run(io, before, after, options));
}

async function run(io: CommandIo, before: string, after: string, options: Options): Promise<void> {
  const sets = { before: policiesAt(before), after: policiesAt(after) };
  const [settings] = [after, before].filter(isSettings);
  const input = { ...options, ...(settings === undefined ? {} : { settings }) };
  const audit = await openAudit(io, input, [...sets.before, ...sets.after]);
  try {
    const diff = await diffPolicies(audit, sets, options.trimLimit);
    print(io, options.format === 'json' ? showDiffAsJson(diff) : showDiff(diff));
    const { groups, more, less } = diff.summary;
    if (groups === 0) printError(io, NOTHING_READ);
    if (groups === 0 && options.failOn !== undefined && options.allowEmpty !== true) io.setExitCode(1);
    if ((options.failOn === 'more' && more > 0) || (options.failOn === 'any' && more + less > 0))
      io.setExitCode(1);
  } finally {
    await audit.close();
  }
}
