// `portcullis restore`: puts back what a remediation revoked, exactly as it was.
import { type Command, createCommand } from 'commander';
import { readGroup } from '../../lib/io/aws/ec2.ts';
import { readListSizes } from '../../lib/io/aws/prefix-lists.ts';
import { print } from '../format/print.ts';
import { showPlan, showUnchosen } from '../format/restore.ts';
import { tableOption } from '../input/deployment.ts';
import { findRecord } from '../input/find-record.ts';
import { asking, type Connection, connectEc2 } from '../input/live.ts';
import { collect, countOption } from '../input/parse.ts';
import { type PolicySource, policiesOption, readSource, settingsOption } from '../input/policy-source.ts';
import { stageOption } from '../input/stage.ts';
import type { CommandIo } from '../io.ts';
import { type ExceptionTerms, exceptionsFor, parseExceptionTerms } from '../restore/exception.ts';
import { showAdditions, writeAdditions } from '../restore/exception-places.ts';
import { chooseRules, planRestore } from '../restore/restore-plan.ts';
import { carryOut } from '../restore/send-restore.ts';

interface Options extends Connection, PolicySource, Partial<ExceptionTerms> {
  readonly from?: string;
  readonly rule?: readonly string[];
  readonly stage?: string;
  readonly table?: string;
  readonly quota: number;
  readonly dryRun?: boolean;
  readonly write?: boolean;
}

/** The command, with its help. */
export function restoreCommand(io: CommandIo): Command {
  return createCommand('restore')
    .description(
      'Restores the revoked rules of a record, with their descriptions and tags, using your AWS credentials. The id is the ' +
        'last line of the mail. Without an exception, Portcullis revokes the rules again. ' +
        '--until, --reason and --owner print the exception; --write adds it to your policy or, for a shipped policy, to your settings. Deploy ' +
        'the exception first: with --dry-run, nothing is restored yet.',
    )
    .argument('[id]', 'id of the record, looked up in the ledger; the first eight characters are enough')
    .option('--from <file>', 'the record itself, as SNS or the ledger holds it; - for standard input')
    .option(
      '--rule <id>',
      'restore only this rule; can be repeated (default: all rules that Portcullis revoked)',
      collect,
    )
    .option('--until <date>', 'the last day (UTC) of the exception, such as 2027-01-31')
    .option('--reason <text>', 'why the exception is needed')
    .option('--owner <name>', 'who is responsible for it')
    .option('--write', 'add the exception to your policy or settings file')
    .option('--dry-run', 'show what would be sent, and send nothing')
    .addOption(stageOption())
    .option('--region <region>', "AWS region (default: the record's, or that of your configuration)")
    .option('--profile <profile>', 'profile of your AWS configuration')
    .option(
      '--quota <rules>',
      'your quota of rules per group, in each direction, for IPv4 and for IPv6',
      countOption,
      60,
    )
    .addOption(policiesOption())
    .addOption(settingsOption())
    .addOption(tableOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 all rules are in place; 1 some are not; 2 bad usage, or something\ncannot be read.',
    )
    .action((id, options) => run(io, id, options));
}

async function run(io: CommandIo, id: string | undefined, options: Options): Promise<void> {
  const now = new Date();
  const terms = parseExceptionTerms(options, now);
  const policies = terms === undefined ? [] : readSource(options).documents;
  const { record, ledger } = await findRecord(io, id, options, now);
  const chosen = chooseRules(record, options.rule);
  printAll(io, showUnchosen(record, chosen));
  // Until the last line says otherwise.
  io.setExitCode(1);
  if (chosen.length === 0) return;
  // Before AWS is asked: who has the record needs no credentials for the exception.
  if (terms !== undefined) {
    const found = exceptionsFor(chosen, terms, policies);
    printAll(io, options.write === true ? writeAdditions(found, options) : showAdditions(found, options));
  }
  const ec2 = connectEc2({ ...options, region: record.region });
  const live = await asking('the group cannot be read', readGroup(ec2, record.group.id));
  if (live === undefined) {
    print(io, `Nothing is sent: security group ${record.group.id} does not exist, or is in another account.`);
    return;
  }
  const sizes = await asking(
    'the prefix lists of the group cannot be read',
    readListSizes(ec2, [...live.rules, ...chosen.map(({ rule }) => rule)]),
  );
  const plan = planRestore(chosen, live.rules, options.quota, sizes);
  printAll(io, showPlan(plan, record, options.dryRun === true));
  if (plan.tooMany.length > 0) return;
  const isDone =
    plan.send.length === 0 ||
    options.dryRun ||
    (await carryOut(io, ec2, ledger, { record, plan, terms, now }));
  const isAll = options.rule !== undefined || record.omitted === 0;
  if (isDone && isAll) io.setExitCode(0);
}

function printAll(io: CommandIo, lines: readonly string[]): void {
  for (const line of lines) print(io, line);
}
