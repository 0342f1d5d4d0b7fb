// `portcullis doctor`: whether a deployment works, without changing anything.
import { type Command, createCommand, Option } from 'commander';
import { readSettings } from '../../lib/io/settings-files.ts';
import { deploymentOf } from '../../lib/settings/deployment.ts';
import { makeClients } from '../doctor/clients.ts';
import { diagnose } from '../doctor/diagnose.ts';
import { exitCodeOf } from '../doctor/diagnosis.ts';
import { readFacts } from '../doctor/read-facts.ts';
import { showDiagnosis } from '../format/doctor.ts';
import { print } from '../format/print.ts';
import { whileWaiting } from '../format/waiting.ts';
import { findDeployment, type StageOptions } from '../input/deployment.ts';
import { type PolicySource, policiesOption, readSource, settingsOption } from '../input/policy-source.ts';
import { deployedStageOption } from '../input/stage.ts';
import type { CommandIo } from '../io.ts';

interface Options extends StageOptions, PolicySource {
  readonly format: 'text' | 'json';
}

/** The command, with its help. */
export function doctorCommand(io: CommandIo): Command {
  return createCommand('doctor')
    .description(
      'Checks whether a deployment works: the trail, the event rules, the functions, the queues and the subscriptions. ' +
        'It only reads, with the permissions in iam/reader.json. What it may not read is reported as unknown.',
    )
    .addOption(deployedStageOption())
    .option('--region <region>', 'AWS region')
    .option('--profile <profile>', 'profile of your AWS configuration')
    .addOption(policiesOption())
    .addOption(settingsOption())
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(new Option('--json', 'print JSON').implies({ format: 'json' }).hideHelp())
    .addHelpText(
      'after',
      '\nExit codes: 0 it works (there may be warnings); 1 something is broken; 2 bad\nusage, or too little could be read to say.',
    )
    .action((options) => run(io, options));
}

async function run(io: CommandIo, options: Options): Promise<void> {
  const { documents: policies } = readSource(options);
  const deployment = await findDeployment(options);
  const { stage } = deployment;
  const settings = options.settings
    ? deploymentOf(readSettings(options.settings).settings, stage)
    : undefined;
  const clients = makeClients(deployment.connection);
  const lines = diagnose(
    await whileWaiting(
      io,
      'looking at the deployment',
      readFacts(stage, deployment, { policies, settings }, clients, new Date()),
    ),
  );
  io.setExitCode(exitCodeOf(lines));
  if (options.format === 'json') print(io, JSON.stringify({ lines }, null, 2));
  else for (const text of showDiagnosis(lines)) print(io, text);
}
