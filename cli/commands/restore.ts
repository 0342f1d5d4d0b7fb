// `portcullis restore`: puts back what a remediation revoked, exactly as it was.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, createCommand } from 'commander';
import { readGroup } from '../../lib/io/aws/ec2.ts';
import { readListSizes } from '../../lib/io/aws/prefix-lists.ts';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { print } from '../format/print.ts';
import { showPlan, showUnchosen } from '../format/restore.ts';
import { findRecord } from '../input/find-record.ts';
import { InputError } from '../input/input.ts';
import { asking, type Connection, connectEc2 } from '../input/live.ts';
import { collect, countOption } from '../input/parse.ts';
import { stageOption } from '../input/stage.ts';
import type { CommandIo } from '../io.ts';
import { addExceptions } from '../restore/add-exceptions.ts';
import {
  type ExceptionTerms,
  exceptionsFor,
  type PolicyExceptions,
  parseExceptionTerms,
  showExceptions,
} from '../restore/exception.ts';
import { canSend, chooseRules, planRestore } from '../restore/restore-plan.ts';
import { carryOut } from '../restore/send-restore.ts';

interface Options extends Connection, Partial<ExceptionTerms> {
  readonly from?: string;
  readonly rule?: readonly string[];
  readonly stage?: string;
  readonly quota: number;
  readonly policies: string;
  readonly dryRun?: boolean;
  readonly write?: boolean;
}

/** The command, with its help. */
export function restoreCommand(io: CommandIo): Command {
  return createCommand('restore')
    .description(
      'Authorizes the rules of a record again, with their descriptions and tags, with your AWS credentials. The id is the ' +
        'last line of the mail. Without an exception, Portcullis revokes again what is put back: ' +
        '--until, --reason and --owner print the exception, and --write adds it to the policy file. Deploy it first; --dry-run ' +
        'sends nothing.',
    )
    .argument('[id]', 'id of the record, looked up in the ledger; its first eight characters will do')
    .option('--from <file>', 'the record itself, as SNS or the ledger has it; - for standard input')
    .option(
      '--rule <id>',
      'one of its rules; repeat it for more (default: all that Portcullis revoked)',
      collect,
    )
    .option('--until <date>', 'the last day (UTC) of the exception, as 2027-01-31')
    .option('--reason <text>', 'why the exception is needed')
    .option('--owner <name>', 'who answers for it')
    .option('--write', 'add the exception to the files of --policies')
    .option('--dry-run', 'show what would be sent, and send nothing')
    .addOption(stageOption())
    .option('--region <region>', "AWS region (default: the record's, or that of your configuration)")
    .option('--profile <profile>', 'profile of your AWS configuration')
    .option(
      '--quota <rules>',
      'rules that a group may have in each direction, for IPv4 and for IPv6',
      countOption,
      60,
    )
    .option('--policies <dir>', 'directory of policy files', 'policies')
    .addHelpText(
      'after',
      '\nExit codes: 0 all is back; 1 not all is; 2 bad usage, or something cannot be\nread.',
    )
    .action((id, options) => run(io, id, options));
}

async function run(io: CommandIo, id: string | undefined, options: Options): Promise<void> {
  const now = new Date();
  const terms = parseExceptionTerms(options, now);
  const policies = terms === undefined ? [] : readPolicies(options.policies);
  const { record, ledger } = await findRecord(io, id, options, now);
  const chosen = chooseRules(record, options.rule);
  printAll(io, showUnchosen(record, chosen));
  // Until the last line says otherwise.
  io.setExitCode(1);
  if (chosen.length === 0) return;
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
  if (terms !== undefined) {
    const found = exceptionsFor(chosen, terms, policies);
    printAll(io, options.write === true ? write(found, options.policies) : show(found, options.policies));
  }
  if (!canSend(plan)) return;
  const isSent = options.dryRun || (await carryOut(io, ec2, ledger, { record, plan, terms, now }));
  const isAll = options.rule !== undefined || record.omitted === 0;
  if (isSent && isAll && plan.present.length === 0) io.setExitCode(0);
}

function show(found: readonly PolicyExceptions[], directory: string): readonly string[] {
  const shown = found.flatMap(({ policyId, policy, exceptions }) => [
    `${directory}/${policyId}.yaml${policy === undefined ? '  (no such policy here: look for it where Portcullis is deployed from)' : ''}`,
    ...(policy?.exceptions === undefined ? ['exceptions:'] : []),
    ...showExceptions(exceptions).map((line) => `  ${line}`),
  ]);
  return ['', 'For it to stay, add to the policies and deploy:', ...shown, ''];
}

/** Every file is changed in memory first: one that cannot be leaves all as they are. */
function write(found: readonly PolicyExceptions[], directory: string): readonly string[] {
  const missing = found.find(({ policy }) => policy === undefined);
  if (missing !== undefined)
    throw new InputError(`--write: no policy \`${missing.policyId}\` in ${directory}`);
  const changed = found.map(({ policyId, exceptions }) => {
    const file = join(directory, `${policyId}.yaml`);
    return [file, addExceptions(file, readFileSync(file, 'utf8'), exceptions)] as const;
  });
  for (const [file, text] of changed) writeFileSync(file, text);
  return [
    '',
    ...changed.map(([file]) => `Added to ${file}: test and deploy it before you put the rules back.`),
    '',
  ];
}

function printAll(io: CommandIo, lines: readonly string[]): void {
  for (const line of lines) print(io, line);
}
