// `portcullis history`: what the ledger holds, newest first.
import { type Command, createCommand, Option } from 'commander';
import { HISTORY_OUTCOMES, type HistoryEntry, readHistory } from '../../lib/io/ledger/history.ts';
import { outcomesIn, policiesOf as policiesIn } from '../../lib/report/record.ts';
import { showHistory } from '../format/history.ts';
import { print, printError } from '../format/print.ts';
import { whileWaiting } from '../format/waiting.ts';
import { findLedger, type StageOptions, tableOption } from '../input/deployment.ts';
import { asking } from '../input/live.ts';
import { countOption, dayOption } from '../input/parse.ts';
import { settingsOption } from '../input/policy-source.ts';
import { deployedStageOption } from '../input/stage.ts';
import type { CommandIo } from '../io.ts';

interface Options extends StageOptions {
  readonly table?: string;
  readonly group?: string;
  readonly policy?: string;
  readonly outcome?: string;
  readonly since?: string;
  readonly limit: number;
  readonly format: 'table' | 'json';
}

/** The command, with its help. */
export function historyCommand(io: CommandIo): Command {
  return createCommand('history')
    .description(
      'Lists what the ledger holds: remediations and restores, newest first. ' +
        'It only reads. Entries of the last second may be missing.',
    )
    .option('--group <group>', 'only this security group, by id or name')
    .option('--policy <id>', 'only what this policy caused')
    .addOption(
      new Option('--outcome <outcome>', 'only entries with a rule that has this outcome').choices(
        HISTORY_OUTCOMES,
      ),
    )
    .option('--since <date>', 'only since this day (UTC), such as 2027-01-31', dayOption)
    .option('--limit <count>', 'maximum number of entries', countOption, 20)
    .addOption(deployedStageOption())
    .addOption(settingsOption())
    .addOption(tableOption())
    .option('--region <region>', 'AWS region')
    .option('--profile <profile>', 'profile of your AWS configuration')
    .addOption(new Option('--format <format>', 'output format').choices(['table', 'json']).default('table'))
    .addHelpText(
      'after',
      '\nExit codes: 0 done, even if nothing was found; 2 bad usage, or the ledger cannot\nbe read.',
    )
    .action((options) => run(io, options));
}

async function run(io: CommandIo, options: Options): Promise<void> {
  const ledger = await findLedger(options);
  const found = await whileWaiting(
    io,
    'reading the ledger',
    asking('the ledger cannot be read', take(readHistory(ledger, options.since), options)),
  );
  const entries = found.slice(0, options.limit);
  print(io, options.format === 'json' ? JSON.stringify({ entries }, null, 2) : showHistory(entries));
  // Whoever follows a mail to all that was done must not take the newest for all.
  if (found.length > entries.length)
    printError(io, `there are more, which are older: --limit shows more than ${options.limit}`);
}

/** What fits the options, and one more than is shown. */
async function take(all: AsyncGenerator<HistoryEntry>, options: Options): Promise<readonly HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  for await (const entry of all) {
    if (isAskedFor(entry, options)) found.push(entry);
    if (found.length > options.limit) break;
  }
  return found;
}

function isAskedFor(entry: HistoryEntry, { group, policy, outcome }: Options): boolean {
  const subject = entry.kind === 'restore' ? entry.group : entry.record.group;
  return (
    (group === undefined || subject.id === group || subject.name === group) &&
    (policy === undefined || policiesOf(entry).includes(policy)) &&
    (outcome === undefined || outcomesOf(entry).includes(outcome))
  );
}

function policiesOf(entry: HistoryEntry): readonly string[] {
  if (entry.kind === 'restore') return [];
  return entry.record.findings.flatMap(policiesIn).map(({ id }) => id);
}

function outcomesOf(entry: HistoryEntry): readonly string[] {
  if (entry.kind === 'restore') return entry.rules.flatMap(({ outcome = [] }) => outcome);
  return outcomesIn(entry.record);
}
