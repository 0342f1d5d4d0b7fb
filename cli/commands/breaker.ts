// `portcullis breaker status` and `portcullis breaker reset`.
import { type Command, createCommand } from 'commander';
import { countedBy, readBreaker, resetBreaker } from '../../lib/io/ledger/breaker.ts';
import { print } from '../format/print.ts';
import { asking, type Connection, openLedger, tableOption } from '../input/live.ts';
import { accountIdOption, countOption } from '../input/parse.ts';
import type { CommandIo } from '../io.ts';

interface Options extends Connection {
  readonly account: string;
  readonly region: string;
  readonly table?: string;
}

interface StatusOptions extends Options {
  readonly limit: number;
  readonly minutes: number;
}

/** The command, with its help. */
export function breakerCommand(io: CommandIo): Command {
  return createCommand('breaker')
    .summary('see whether the breaker is open, and close it')
    .description(
      'The breaker stops revoking when more than breakerLimit rules were to be revoked within breakerMinutes. It closes by ' +
        'itself five minutes after these are over, or by `reset`. What was left open meanwhile stays so: `portcullis audit` finds it.',
    )
    .addCommand(
      subcommand('status', 'tell how much was counted, and until when')
        .option('--limit <count>', 'breakerLimit of the deployment', countOption, 100)
        .option('--minutes <count>', 'breakerMinutes of the deployment', countOption, 15)
        .action((options) => status(io, options)),
    )
    .addCommand(
      subcommand('reset', 'close the breaker now: counting begins again').action((options) =>
        reset(io, options),
      ),
    );
}

function subcommand(name: string, summary: string): Command {
  return createCommand(name)
    .description(summary)
    .requiredOption('--account <id>', 'the account that the deployment works in', accountIdOption)
    .requiredOption('--region <region>', 'AWS region')
    .addOption(tableOption())
    .option('--profile <profile>', 'profile of your AWS configuration')
    .addHelpText('after', '\nExit codes: 0 done; 2 bad usage, or the ledger cannot be reached.');
}

async function status(io: CommandIo, options: StatusOptions): Promise<void> {
  const ledger = openLedger(options.table, options);
  const now = new Date();
  const open = await asking('the ledger cannot be read', readBreaker(ledger, options, now));
  const counted = await asking('the ledger cannot be read', countedBy(ledger, options, now));
  print(
    io,
    open === undefined
      ? `The breaker is closed. Lately ${counted} of ${options.limit} revocations were counted.`
      : `The breaker is OPEN until ${open.until.toISOString()}: nothing is revoked. \`${open.by}\` was one too many.`,
  );
}

async function reset(io: CommandIo, options: Options): Promise<void> {
  const resetting = resetBreaker(openLedger(options.table, options), options);
  await asking('the breaker cannot be reset', resetting);
  print(io, 'The breaker is closed, and counts from 0. `portcullis audit` finds what was left open.');
}
