// `portcullis simulate`: events through the real handler, each on an account that lives in memory.
import { type Command, createCommand, Option } from 'commander';
import { EventError } from '../../lib/change/change.ts';
import { ForeignEventError } from '../../lib/io/reconcile.ts';
import { NotVisibleError } from '../../lib/remediation/changed-rules.ts';
import { print } from '../format/print.ts';
import { showSimulation, showSimulations } from '../format/simulation.ts';
import { asDeployed, type SaidOnTheLine } from '../input/as-deployed.ts';
import { allModesOption, choosePolicies, type PolicyChoice, policyOption } from '../input/choose-policies.ts';
import { type PlacedEvent, readEvents } from '../input/events.ts';
import { prefixListsOption } from '../input/export-options.ts';
import { parsePrefixLists } from '../input/exported.ts';
import { InputError, readJson } from '../input/input.ts';
import { groupsOption, limitOption, regionOption } from '../input/parse.ts';
import { policiesOption, settingsOption } from '../input/policy-source.ts';
import { stageOption } from '../input/stage.ts';
import type { CommandIo } from '../io.ts';
import { type Simulation, type SimulationInput, simulate } from '../run-simulation.ts';

interface Options extends PolicyChoice, SaidOnTheLine {
  readonly rule?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly group?: string;
  readonly network?: string;
  readonly prefixLists?: string;
  readonly format: 'text' | 'json';
  readonly verbose?: boolean;
}

/** What the handler refuses is bad input here; URIError is for texts that no request can carry. */
const REFUSALS = [EventError, ForeignEventError, NotVisibleError, URIError];

/** The command, with its help. */
export function simulateCommand(io: CommandIo): Command {
  return createCommand('simulate')
    .description(
      'Shows what Portcullis would do about a CloudTrail event: the mail, the change, the verdicts and the plan. ' +
        'It runs the real handler against an AWS account in memory, so nothing leaves this machine. ' +
        'Each event gets an account of its own. With --rule it shows what would happen if you created that rule.',
    )
    .argument(
      '[event]',
      'JSON or JSON lines, optionally compressed with gzip: EventBridge events, CloudTrail records or log files, the output of ' +
        '`aws cloudtrail lookup-events`, rows from Athena or CloudTrail Lake, SNS or SQS messages; - for standard input',
    )
    .option(
      '--rule <rule>',
      'a rule instead of an event, such as `tcp 22 0.0.0.0/0` or `egress udp 53 pl-0abc`',
    )
    .option(
      '--group <file>',
      'the groups after the event: output of `aws ec2 describe-security-groups` (default: derived from the event), ' +
        'optionally with Vpcs and SecurityGroupVpcAssociations, as for audit. With --rule, one group, or the id of a group in your account',
    )
    .option(
      '--network <file>',
      'network interfaces, subnets and so on, as for audit --exposure, so that the mail says what could be reached',
    )
    .addOption(prefixListsOption())
    .option('--region <region>', 'AWS region, for --rule: of the group that the rule is in', regionOption)
    .option('--profile <profile>', 'profile of your AWS configuration, for a group given by its id')
    .addOption(policiesOption())
    .addOption(settingsOption())
    .addOption(policyOption())
    .addOption(allModesOption())
    .addOption(stageOption('use the settings of this stage'))
    .addOption(
      new Option('--mode <mode>', 'revoke rules, or only report (default: enforce)').choices([
        'enforce',
        'dry-run',
      ]),
    )
    .option(
      '--protect <groups>',
      'groups whose rules are only reported, as in the setting protect',
      groupsOption,
    )
    .option(
      '--trim-limit <count>',
      'the maximum number of rules that one trimmed rule may become, as in the setting trim.limit; 0 turns trimming off (default: 10)',
      limitOption,
    )
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .option('--verbose', 'also show the calls to AWS')
    .addHelpText('after', '\nExit codes: 0 done, whatever the verdicts; 2 bad usage, policies or input.')
    .action((event, options) => run(io, event, options));
}

async function run(io: CommandIo, file: string | undefined, options: Options): Promise<void> {
  if (options.rule !== undefined && file === undefined) return askWhatIf(io, options.rule, options);
  if (file === undefined || options.rule !== undefined)
    throw new InputError(
      file === undefined
        ? 'simulate takes an event, or --rule'
        : 'simulate takes an event or --rule, and not both',
    );
  const policies = choosePolicies(options);
  const events = await readEvents(io, file);
  const live = options.group === undefined ? undefined : await readJson(io, options.group);
  const network = options.network === undefined ? undefined : await readJson(io, options.network);
  const { prefixLists: lists } = options;
  const prefixLists = lists === undefined ? new Map() : parsePrefixLists(lists, await readJson(io, lists));
  const settings = { groups: live, network, prefixLists, policies, ...asDeployed(options) };
  const results: Result[] = [];
  for (const placed of events) results.push(await simulateOne(file, placed, settings));
  const refused = results.flatMap(({ refusal }) => refusal ?? []);
  if (refused.length < results.length) print(io, show(results, options));
  if (refused.length > 0) throw new InputError(refused.join('\n'));
}

/** Loaded where it is asked: it reads the account. */
async function askWhatIf(io: CommandIo, text: string, options: Options): Promise<void> {
  const [{ answerWhatIf }, { showWhatIf, whatIfAsJson }] = await Promise.all([
    import('../what-if.ts'),
    import('../format/what-if.ts'),
  ]);
  const { mode, protected: protect, trimLimit } = asDeployed(options);
  const asked = { ...options, mode, protect, trimLimit };
  const answer = await answerWhatIf(io, text, choosePolicies(options), asked);
  print(io, options.format === 'json' ? whatIfAsJson(answer) : showWhatIf(answer));
}

interface Result {
  readonly place: string;
  readonly simulation?: Simulation;
  readonly refusal?: string;
}

/** What the handler refuses must not keep other events from their turn. */
async function simulateOne(
  file: string,
  { place, event }: PlacedEvent,
  settings: Omit<SimulationInput, 'event'>,
): Promise<Result> {
  try {
    return { place, simulation: await simulate({ ...settings, event }) };
  } catch (error) {
    if (REFUSALS.some((refusal) => error instanceof refusal) && error instanceof Error) {
      return { place, refusal: `${file}: ${place === '' ? '' : `${place}: `}${error.message}` };
    }
    throw error;
  }
}

/** One event has its answer alone, several have a list. */
function show(results: readonly Result[], { format, verbose = false }: Options): string {
  const done = results.flatMap(({ place, simulation }) =>
    simulation === undefined ? [] : [{ place, simulation }],
  );
  const [first] = done;
  if (format === 'text') {
    return results.length === 1 && first !== undefined
      ? showSimulation(first.simulation, verbose)
      : showSimulations(done, verbose);
  }
  const answers = done.map(({ place, simulation }) => ({ event: place, ...answerOf(simulation) }));
  const answer = results.length === 1 && first !== undefined ? answerOf(first.simulation) : answers;
  return JSON.stringify(answer, null, 2);
}

function answerOf({ before: _before, after: _after, isMadeUp: _isMadeUp, ...answer }: Simulation): object {
  return answer;
}
