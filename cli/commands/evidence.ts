// `portcullis evidence`: asks flow logs who came in through what a remediation closed.
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, createCommand, Option } from 'commander';
import { evidenceIn } from '../../lib/evidence/evidence.ts';
import { readLines } from '../../lib/io/aws/flow-log-lines.ts';
import { showEvidence } from '../format/evidence.ts';
import { print } from '../format/print.ts';
import { findDeployment, ledgerOf, type StageOptions } from '../input/deployment.ts';
import { questionAbout } from '../input/evidence-question.ts';
import { findEntry } from '../input/find-record.ts';
import { asking, connectEc2 } from '../input/live.ts';
import { connectLogs } from '../input/live-logs.ts';
import { settingsOption } from '../input/policy-source.ts';
import { deployedStageOption } from '../input/stage.ts';
import type { CommandIo } from '../io.ts';

interface Options extends StageOptions {
  readonly format: 'text' | 'json';
}

/** The command, with its help. */
export function evidenceCommand(io: CommandIo): Command {
  return createCommand('evidence')
    .description(
      'Searches VPC Flow Logs in CloudWatch Logs for who came in through a rule before Portcullis revoked it. It changes nothing. ' +
        'It uses your AWS credentials (logs:FilterLogEvents and, for a record without stored interfaces, EC2 Describe calls) ' +
        'and does not depend on the setting flowLogs.',
    )
    .argument('<id>', 'id of the record, looked up in the ledger; the first eight characters are enough')
    .addOption(deployedStageOption())
    .addOption(settingsOption())
    .option('--region <region>', 'AWS region')
    .option('--profile <profile>', 'profile of your AWS configuration')
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      '\nExit codes: 0 no traffic found; 1 somebody came in, or records are missing;\n2 bad usage, or the ledger cannot be read.',
    )
    .action((id, options) => run(io, id, options));
}

async function run(io: CommandIo, id: string, options: Options): Promise<void> {
  const deployment = await findDeployment(options);
  const ledger = ledgerOf(deployment);
  const { connection } = deployment;
  const entry = await asking('the ledger cannot be read', findEntry(ledger, id));
  const question = await questionAbout(entry, { ledger, ec2: connectEc2(connection) });
  const now = () => new Date();
  const read = await readLines({ logs: connectLogs(connection), now, wait, readable: undefined }, question);
  const evidence = evidenceIn(question, read.lines, read.unread);
  const answer = { id: entry.id, question, evidence };
  print(io, options.format === 'json' ? JSON.stringify(answer, null, 2) : showEvidence(answer));
  if (evidence.grade !== 'none' || evidence.gaps.length > 0) io.setExitCode(1);
}
