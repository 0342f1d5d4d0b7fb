// `portcullis simulate`: one event through the real handler, on an account that lives in memory.
import { type Command, createCommand, Option } from 'commander';
import { EventError } from '../../lib/change/change.ts';
import type { Mode } from '../../lib/config.ts';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { ForeignEventError } from '../../lib/io/reconcile.ts';
import { compilePolicy } from '../../lib/policy/policy.ts';
import type { GroupSelector } from '../../lib/policy/selector.ts';
import { NotVisibleError } from '../../lib/remediation/changed-rules.ts';
import { print } from '../format/print.ts';
import { showSimulation } from '../format/simulation.ts';
import { parsePrefixLists } from '../input/exported.ts';
import { InputError, readJson } from '../input/input.ts';
import { countOption, groupsOption } from '../input/parse.ts';
import type { CommandIo } from '../io.ts';
import { simulate } from '../run-simulation.ts';

interface Options {
  readonly group?: string;
  readonly prefixLists?: string;
  readonly policies: string;
  readonly mode: Mode;
  readonly protect?: readonly GroupSelector[];
  readonly trimLimit: number;
  readonly format: 'text' | 'json';
}

/** What the handler refuses is bad input here; URIError is for texts that no request can carry. */
const REFUSALS = [EventError, ForeignEventError, NotVisibleError, URIError];

/** The command, with its help. */
export function simulateCommand(io: CommandIo): Command {
  return createCommand('simulate')
    .summary('show what would happen to an event')
    .description(
      'Runs one CloudTrail event through the real handler on an AWS account that lives in memory, ' +
        'and shows the change, the verdicts, the plan, the calls to AWS and the mail. Nothing leaves this machine.',
    )
    .argument('<event>', 'JSON file: an EventBridge event or a bare CloudTrail record; - for standard input')
    .option(
      '--group <file>',
      'the groups after the event, as `aws ec2 describe-security-groups` prints them (default: made from the event); ' +
        'with Vpcs and SecurityGroupVpcAssociations in it, as for audit',
    )
    .option('--prefix-lists <file>', 'entries of prefix lists, as { "pl-id": ["cidr", ...] }')
    .option('--policies <dir>', 'directory of policy files', 'policies')
    .addOption(
      new Option('--mode <mode>', 'act or only report').choices(['enforce', 'dry-run']).default('enforce'),
    )
    .option(
      '--protect <groups>',
      'groups that keep their rules, as the parameter protect names them',
      groupsOption,
    )
    .option(
      '--trim-limit <count>',
      'the most rules that a trimmed rule may become, the parameter trimLimit',
      countOption,
      10,
    )
    .addOption(
      new Option('--format <format>', 'for people or for machines').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', '\nExit codes: 0 done, whatever the verdicts; 2 bad usage, policies or input.')
    .action((event, options) => run(io, event, options));
}

async function run(io: CommandIo, eventFile: string, options: Options): Promise<void> {
  const policies = readPolicies(options.policies).map(compilePolicy);
  const event = await readJson(io, eventFile);
  const live = options.group === undefined ? undefined : await readJson(io, options.group);
  const { prefixLists: file, mode, protect = [], trimLimit } = options;
  const prefixLists = file === undefined ? new Map() : parsePrefixLists(file, await readJson(io, file));
  try {
    const simulation = await simulate({
      ...{ event, groups: live, prefixLists, policies },
      ...{ mode, protected: protect, trimLimit },
    });
    const { before: _before, after: _after, isMadeUp: _isMadeUp, ...answer } = simulation;
    print(io, options.format === 'json' ? JSON.stringify(answer, null, 2) : showSimulation(simulation));
  } catch (error) {
    if (REFUSALS.some((refusal) => error instanceof refusal) && error instanceof Error) {
      throw new InputError(`${eventFile}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
