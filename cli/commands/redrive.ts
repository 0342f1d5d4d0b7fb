// `portcullis redrive`: the events that were given up, and a new try of them.
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Command, createCommand, Option } from 'commander';
import { deleteDeadLetter, readDeadLetters, replay } from '../../lib/io/aws/dead-letters.ts';
import { counted } from '../../lib/report/phrases.ts';
import { sanitizeJson } from '../../lib/report/sanitize.ts';
import { showLetter } from '../format/dead-letter.ts';
import { print } from '../format/print.ts';
import { whileWaiting } from '../format/waiting.ts';
import { findDeployment, outputOf, type StageOptions } from '../input/deployment.ts';
import { InputError } from '../input/input.ts';
import { asking, connectSqs } from '../input/live.ts';
import { settingsOption } from '../input/policy-source.ts';
import { deployedStageOption } from '../input/stage.ts';
import type { CommandIo } from '../io.ts';

interface Options extends StageOptions {
  readonly replay?: boolean;
  readonly discard?: string;
}

/** More than this nobody reads. */
const MOST_SHOWN = 100;

/** The command, with its help. */
export function redriveCommand(io: CommandIo): Command {
  return createCommand('redrive')
    .description(
      'Shows the events that failed on every try, and why. With --replay it sends all of them back to the ' +
        'retry queue; nothing is done twice. Without options it changes nothing.',
    )
    .option('--replay', 'send all of them back to the retry queue')
    .addOption(
      new Option('--discard <message>', 'delete one event for good, and print its body').conflicts('replay'),
    )
    .addOption(deployedStageOption())
    .addOption(settingsOption())
    .option('--region <region>', 'AWS region')
    .option('--profile <profile>', 'profile of your AWS configuration')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, even if there are none; 2 bad usage, or the queue cannot be\nread.',
    )
    .action((options) => run(io, options));
}

async function run(io: CommandIo, options: Options): Promise<void> {
  const deployment = await findDeployment(options);
  const queue = outputOf(deployment, 'DeadLettersUrl');
  const sqs = connectSqs(deployment.connection);
  if (options.discard !== undefined) return discardOne(io, sqs, queue, options.discard);
  // To look at a message hides it for a minute: whoever interrupts this waits until all are shown again.
  const abort = new AbortController();
  const release = io.onInterrupt(() => abort.abort());
  const reading = readDeadLetters(sqs, queue, MOST_SHOWN);
  const { arn, count, messages } = await whileWaiting(
    io,
    'reading the dead letters',
    asking('the queue cannot be read', reading),
  ).finally(release);
  if (abort.signal.aborted) throw new InputError('interrupted: nothing was sent back');
  if (count === 0) {
    print(io, 'no dead letters');
    return;
  }
  for (const message of messages) print(io, showLetter(message));
  if (count > messages.length) print(io, `and ${count - messages.length} more`);
  if (options.replay !== true) {
    print(
      io,
      `${counted(count, 'dead letter')}. Nothing was changed: --replay sends all back to be tried again.`,
    );
    return;
  }
  const task = await asking('they cannot be sent back', replay(sqs, arn));
  print(
    io,
    `${count} on the way back to be tried again (task ${task}). The log and \`portcullis history\` show what becomes of them.`,
  );
}

/** For what can never succeed: while it is there, the alarm cannot report another. */
async function discardOne(io: CommandIo, sqs: SQSClient, queue: string, id: string): Promise<void> {
  const message = await asking('it cannot be deleted', deleteDeadLetter(sqs, queue, id, MOST_SHOWN));
  if (message === undefined) throw new InputError(`no message \`${id}\` among the dead letters`);
  print(io, showLetter(message));
  print(io, 'Deleted. Its body, as a JSON text:');
  print(io, sanitizeJson(message.Body ?? ''));
}
