// `portcullis breaker status`, `release`, `stop` and `start`.
import { type Command, createCommand } from 'commander';
import { readBreaker, release, startRevoking, stopRevoking } from '../../lib/io/ledger/breaker.ts';
import { listDue } from '../../lib/io/ledger/due.ts';
import type { Ledger } from '../../lib/io/ledger/entries.ts';
import { policyIdOf } from '../../lib/plan/breaker-state.ts';
import { SWEEP } from '../../lib/plan/breaker-sweep.ts';
import { formatBreaker } from '../format/breaker.ts';
import { print } from '../format/print.ts';
import { type Deployment, findDeployment, ledgerOf, type StageOptions } from '../input/deployment.ts';
import { InputError } from '../input/input.ts';
import { asking } from '../input/live.ts';
import { countOption } from '../input/parse.ts';
import { settingsOption } from '../input/policy-source.ts';
import { deployedStageOption } from '../input/stage.ts';
import type { CommandIo } from '../io.ts';

interface StatusOptions extends StageOptions {
  readonly limit?: number;
  readonly minutes?: number;
}

/** Of a deployment whose settings say nothing. */
const [LIMIT, MINUTES] = [100, 15];

/** The command, with its help. */
export function breakerCommand(io: CommandIo): Command {
  return createCommand('breaker')
    .description(
      'The breaker protects you from a wrong policy. If a policy is new, or was changed in the last 72 hours, and would revoke rules in ' +
        'too many groups, it is on hold until you release it. Settled policies that exceed the limit wait until there is room, and ' +
        'then continue by themselves.',
    )
    .addCommand(
      subcommand('status', 'show the counts, the policies on hold, and what is waiting')
        .option(
          '--limit <count>',
          `breaker.limit (default: that of --settings, or else ${LIMIT})`,
          countOption,
        )
        .option(
          '--minutes <count>',
          `breaker.minutes (default: that of --settings, or else ${MINUTES})`,
          countOption,
        )
        .action((options) => status(io, options)),
    )
    .addCommand(
      subcommand('release', 'release a policy or the sweep for 24 hours: what is waiting is revoked')
        .argument('<name>', 'the id of a policy, or `sweep`')
        .action((name, options) => releaseOne(io, name, options)),
    )
    .addCommand(
      subcommand('stop', 'stop all revoking; records and mails continue').action((options) =>
        stop(io, options),
      ),
    )
    .addCommand(
      subcommand('start', 'start revoking again after a stop').action((options) => start(io, options)),
    );
}

function subcommand(name: string, summary: string): Command {
  return createCommand(name)
    .description(summary)
    .addOption(deployedStageOption())
    .addOption(settingsOption())
    .option('--region <region>', 'AWS region')
    .option('--profile <profile>', 'profile of your AWS configuration')
    .addHelpText('after', '\nExit codes: 0 done; 2 bad usage, or the ledger cannot be reached.');
}

/** The ledger, and the region of the account that its breaker is for. */
async function find(options: StageOptions): Promise<readonly [Ledger, Deployment]> {
  const deployment = await findDeployment(options);
  return [ledgerOf(deployment), deployment];
}

async function status(io: CommandIo, options: StatusOptions): Promise<void> {
  const [ledger, place] = await find(options);
  const [state, due] = await asking(
    'the ledger cannot be read',
    Promise.all([readBreaker(ledger, place), listDue(ledger, place)]),
  );
  print(io, formatBreaker(state, due, await limitsOf(place.stage, options), new Date()));
}

/** The settings are read only where there are some: that takes longer than the rest. */
async function limitsOf(stage: string, { limit, minutes, settings }: StatusOptions) {
  const { breakerIn } = await import('../input/stage-settings.ts');
  const said = settings ? breakerIn(settings, stage) : {};
  return { breakerLimit: limit ?? said.limit ?? LIMIT, breakerMinutes: minutes ?? said.minutes ?? MINUTES };
}

async function releaseOne(io: CommandIo, name: string, options: StageOptions): Promise<void> {
  const [ledger, place] = await find(options);
  const { latches } = await asking('the ledger cannot be read', readBreaker(ledger, place));
  const keys = [...latches.keys()].filter((key) => policyIdOf(key) === name);
  if (keys.length === 0) throw new InputError(nothingOpen(name, [...latches.keys()].map(policyIdOf)));
  await asking('it cannot be released', release(ledger, place, keys, new Date()));
  print(
    io,
    name === SWEEP
      ? 'The sweeps of the next 24 hours revoke what the policies now in force ask for, however much that is.'
      : `${name} is released for 24 hours, without a limit. What waits for it is revoked within minutes, at most two groups a second; \`portcullis breaker status\` shows how much is left.`,
  );
}

function nothingOpen(name: string, open: readonly string[]): string {
  const others = open.length === 0 ? 'nothing is' : `on hold: ${open.join(', ')}`;
  return `\`${name}\` is not on hold; ${others}`;
}

async function stop(io: CommandIo, options: StageOptions): Promise<void> {
  const [ledger, place] = await find(options);
  await asking('it cannot be stopped', stopRevoking(ledger, place, new Date()));
  print(io, 'Nothing more is revoked. New violations wait until `portcullis breaker start`.');
}

async function start(io: CommandIo, options: StageOptions): Promise<void> {
  const [ledger, place] = await find(options);
  await asking('it cannot be started', startRevoking(ledger, place));
  print(io, 'Rules are revoked again. What waited is evaluated and revoked within minutes.');
}
