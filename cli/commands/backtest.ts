// `portcullis backtest`: what policies would have done to the changes that a trail has.
import { type Command, createCommand, Option } from 'commander';
import type { Replayed } from '../../lib/backtest/backtest.ts';
import { summarize } from '../../lib/backtest/summary.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { fits } from '../../lib/policy/selector.ts';
import { differences } from '../backtest/differences.ts';
import { readTrail, type Trail } from '../backtest/read-trail.ts';
import { runBacktest } from '../backtest/run-backtest.ts';
import { showBacktestAsJson } from '../backtest/show-json.ts';
import { showBacktest, showDifference, type Told } from '../backtest/show-text.ts';
import { print } from '../format/print.ts';
import { makeBar } from '../format/progress.ts';
import type { AuditInput } from '../input/audit-sources.ts';
import { allModesOption, choosePolicies, type PolicyChoice, policyOption } from '../input/choose-policies.ts';
import { withExport } from '../input/export-options.ts';
import { InputError } from '../input/input.ts';
import { countOption, daysOption, limitOption } from '../input/parse.ts';
import { policiesAt, policiesOption, settingsOption } from '../input/policy-source.ts';
import type { CommandIo } from '../io.ts';

interface Options extends PolicyChoice, AuditInput {
  readonly events?: string;
  readonly lookup?: string;
  readonly days?: number;
  readonly against?: string;
  readonly ownRole: string;
  readonly breakerLimit: number;
  readonly trimLimit: number;
  readonly format: 'text' | 'json' | 'html';
  readonly failOn?: 'new';
}

/** CloudTrail keeps events for so many days without a trail. */
const DAYS_KEPT = 90;

/** The command, with its help. */
export function backtestCommand(io: CommandIo): Command {
  return withExport(
    withTrail(createCommand('backtest')),
    'the current groups: an export, as for audit; can be repeated',
  )
    .description(
      'Shows what the policies would have done: replays the changes of a CloudTrail trail, each with the rules that its group had at ' +
        'that time. It changes nothing. Without --from it reads the current groups from the account of your AWS credentials.',
    )
    .addOption(policiesOption())
    .addOption(settingsOption())
    .addOption(policyOption())
    .addOption(allModesOption())
    .option(
      '--against <path>',
      'compare with these policies, a directory or a settings.yml: show only the events with a different result',
    )
    .option('--own-role <pattern>', 'the role of Portcullis itself; its changes are left out', 'portcullis-*')
    .option(
      '--breaker-limit <count>',
      'in how many groups the breaker lets Portcullis revoke rules within 15 minutes',
      countOption,
      10,
    )
    .option(
      '--trim-limit <count>',
      'the maximum number of rules that one trimmed rule may become',
      limitOption,
      10,
    )
    .addOption(
      new Option('--format <format>', 'text for the terminal, html for a page to share, json for tools')
        .choices(['text', 'json', 'html'])
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <what>', 'with --against: fail where yours would do more').choices(['new']),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 done, whatever the result; 1 with --fail-on new, if your policies\nwould have done more; 2 bad usage, policies or input.',
    )
    .action((options) => run(io, options));
}

function withTrail(command: Command): Command {
  return command
    .option(
      '--events <path>',
      'a directory of trail files, such as AWSLogs, or a file of events as for simulate; gzip is fine',
    )
    .option(
      '--lookup <dir>',
      'instead of --events: look up the events of the last 90 days in your account, two requests a second, and keep them in this ' +
        'directory; run it again to resume',
    )
    .option('--days <count>', `how many days --lookup goes back (default: ${DAYS_KEPT})`, daysOption);
}

/** Loaded where it is asked: it reaches AWS. */
async function readEventsOf(io: CommandIo, options: Options): Promise<Trail> {
  const { events, lookup: directory, days = DAYS_KEPT, region = [], profile = [], settings } = options;
  if (directory !== undefined) {
    const [{ lookUp }, { placed }, { clientOptions }] = await Promise.all([
      import('../backtest/look-up.ts'),
      import('../input/placed.ts'),
      import('../input/live.ts'),
    ]);
    const bar = makeBar(io, 'events looked up: {percentage}% | {eta_formatted} left');
    for (const one of region.length > 0 ? region : [undefined]) {
      const place = await placed(clientOptions({ region: one, profile: profile[0] }), settings);
      await lookUp(place, { directory, days, now: new Date() }, bar.update).finally(bar.stop);
    }
  }
  const bar = makeBar(io, 'files read: {value} of {total}');
  return readTrail(events ?? directory ?? '', bar.update).finally(bar.stop);
}

/** Options that mean nothing without another are no options to pass over: a check that never fails looks like one that passes. */
function refuseContradictions({ events, lookup, days, against, failOn }: Options): void {
  if ((events === undefined) === (lookup === undefined))
    throw new InputError('backtest takes --events, or --lookup, and not both');
  if (days !== undefined && lookup === undefined)
    throw new InputError('--days is for --lookup: --events has all that is in the files');
  if (failOn !== undefined && against === undefined)
    throw new InputError('--fail-on compares with other policies: name them with --against');
}

/** The page is read only when it is asked for. */
async function formatted(
  told: Told,
  policies: readonly Policy[],
  against: readonly Policy[] | undefined,
  format: Options['format'],
): Promise<string> {
  if (format === 'json') return showBacktestAsJson(told, against !== undefined);
  if (format === 'text') return against === undefined ? showBacktest(told) : showDifference(told);
  if (against === undefined) {
    const { showBacktestAsHtml } = await import('../backtest/show-html.ts');
    return showBacktestAsHtml(told, policies, new Date());
  }
  const { showDifferenceAsHtml } = await import('../backtest/show-difference-html.ts');
  return showDifferenceAsHtml(told, policies, against, new Date());
}

async function run(io: CommandIo, options: Options): Promise<void> {
  refuseContradictions(options);
  const policies = choosePolicies(options);
  const against = options.against === undefined ? undefined : policiesAt(options.against);
  const trail = await readEventsOf(io, options);
  const { trimLimit } = options;
  const result = await runBacktest(io, trail.events, options, { policies, against, trimLimit });
  const isOwn = ({ moment }: Replayed) => fits(moment.event.actor.role ?? '', [options.ownRole]);
  const summary = summarize(result, isOwn, options.breakerLimit);
  // What Portcullis did itself is counted, and left out of all that follows.
  const told = {
    result: { ...result, replayed: result.replayed.filter((one) => !isOwn(one)) },
    summary,
    trail,
  };
  print(io, await formatted(told, policies, against, options.format));
  if (options.failOn === 'new' && differences(told.result).some(({ isMore }) => isMore)) io.setExitCode(1);
}
