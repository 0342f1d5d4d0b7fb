// `portcullis selftest`: opens a group that nothing uses, and waits for what the deployment makes of it.
import type { EC2Client } from '@aws-sdk/client-ec2';
import { type Command, createCommand } from 'commander';
import { TEST_TAG } from '../../lib/io/aws/left-behind.ts';
import { readSubscriptions } from '../../lib/io/aws/monitoring.ts';
import { createTestGroup, deleteTestGroup, openTestGroup, pickVpc } from '../../lib/io/aws/test-groups.ts';
import { counted } from '../../lib/report/phrases.ts';
import { print, printError } from '../format/print.ts';
import { whileWaiting } from '../format/waiting.ts';
import { choosePolicies } from '../input/choose-policies.ts';
import {
  type Deployment,
  findDeployment,
  ledgerOf,
  outputOf,
  type StageOptions,
} from '../input/deployment.ts';
import { InputError } from '../input/input.ts';
import { asking, connectEc2, connectSns } from '../input/live.ts';
import { countOption } from '../input/parse.ts';
import { type PolicySource, policiesOption, settingsOption } from '../input/policy-source.ts';
import { deployedStageOption } from '../input/stage.ts';
import type { CommandIo } from '../io.ts';
import { type ChosenTest, chooseTest, expectedOf } from '../selftest/choose-test.ts';
import { type Witnessed, waitForRecord } from '../selftest/wait-for-record.ts';

interface Options extends StageOptions, PolicySource {
  readonly vpc?: string;
  readonly minutes: number;
}

/** The command, with its help. */
export function selftestCommand(io: CommandIo): Command {
  return createCommand('selftest')
    .description(
      'Creates a security group that nothing uses, opens it in a way that a policy forbids, and waits until the ledger has the outcome. ' +
        'It always deletes the group. It uses your AWS credentials, and your subscribers get a mail about the test.',
    )
    .addOption(deployedStageOption())
    .option('--region <region>', 'AWS region')
    .option('--profile <profile>', 'profile of your AWS configuration')
    .option('--vpc <id>', 'the VPC for the group (default: the default VPC, or else any)')
    .option('--minutes <count>', 'how many minutes to wait', countOption, 10)
    .addOption(policiesOption())
    .addOption(settingsOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 the outcome was as expected; 1 it was not; 2 bad usage, or the\ntest could not run.',
    )
    .action((options) => run(io, options));
}

async function run(io: CommandIo, options: Options): Promise<void> {
  const policies = choosePolicies(options);
  const deployment = await findDeployment(options);
  const { connection, region, accountId } = deployment;
  const ec2 = connectEc2(connection);
  const vpcId = options.vpc ?? (await asking('the VPCs cannot be read', pickVpc(ec2)));
  if (vpcId === undefined) throw new InputError(`there is no VPC in ${region}, so nothing can be opened`);
  const now = new Date();
  const name = `${TEST_TAG}-${now.toISOString().replace(/\D/g, '')}`;
  const group = { id: 'sg-test', name, ownerId: accountId, vpcId, tags: { [TEST_TAG]: name } };
  const test = chooseTest(policies, group, region, now);
  if (test === undefined)
    throw new InputError('no policy in force forbids any port that the test knows to such a group');
  const abort = new AbortController();
  const release = io.onInterrupt(() => abort.abort());
  try {
    const groupId = await asking('the group cannot be made', createTestGroup(ec2, vpcId, name));
    try {
      await tell(
        io,
        deployment,
        test,
        await open(io, deployment, ec2, groupId, test, options, abort.signal),
        options,
      );
    } finally {
      await cleanUp(io, ec2, groupId, region);
    }
  } finally {
    release();
  }
}

/** Opens the group and waits; a signal ends it with an InputError, as does all that AWS refuses. */
async function open(
  io: CommandIo,
  deployment: Deployment,
  ec2: EC2Client,
  groupId: string,
  { permission, policy }: ChosenTest,
  { minutes }: Options,
  signal: AbortSignal,
): Promise<Witnessed | undefined> {
  if (signal.aborted) throw new InputError('interrupted');
  const ruleId = await asking('the group cannot be opened', openTestGroup(ec2, groupId, permission));
  const openedAt = Date.now();
  print(
    io,
    `Opened tcp/${permission.FromPort} to the world in ${groupId}, which nothing uses: ${policy.id} forbids it.`,
  );
  const waiting = waitForRecord(
    ledgerOf(deployment),
    { groupId, ruleId },
    openedAt,
    minutes * 60_000,
    signal,
  );
  return whileWaiting(
    io,
    'waiting for Portcullis',
    asking(
      'the record cannot be waited for',
      waiting.catch((error) => {
        throw signal.aborted ? new InputError('interrupted') : error;
      }),
    ),
  );
}

async function tell(
  io: CommandIo,
  deployment: Deployment,
  test: ChosenTest,
  seen: Witnessed | undefined,
  { minutes }: Options,
): Promise<void> {
  const place = `--stage ${deployment.stage} --region ${deployment.region}`;
  if (seen === undefined) {
    io.setExitCode(1);
    const said = `FAILED: no record of it within ${counted(minutes, 'minute')}.`;
    return print(io, `${said} Look why: npx --no -- portcullis doctor ${place}`);
  }
  const { entry, outcome, recordedAfter, settledAfter } = seen;
  const expected = expectedOf(test, entry.record.mode);
  io.setExitCode(outcome === expected ? 0 : 1);
  print(
    io,
    `On record ${inSeconds(recordedAfter)} after it was opened, done after ${inSeconds(settledAfter)}.`,
  );
  const verdict = outcome === expected ? 'as it should be' : `and should be ${expected}: FAILED`;
  print(io, `The rule: ${outcome}, ${verdict}.`);
  if (entry.state !== 'notified')
    return print(io, `Its message is ${entry.state}: look for record ${entry.id}.`);
  const reading = readSubscriptions(connectSns(deployment.connection), outputOf(deployment, 'TopicArn'));
  const subscriptions = await asking('the subscriptions cannot be read', reading);
  const confirmed = subscriptions.filter(({ isConfirmed }) => isConfirmed).length;
  print(
    io,
    `Accepted by SNS for ${counted(confirmed, 'confirmed subscription')}: look for record ${entry.id}.`,
  );
}

function inSeconds(milliseconds: number): string {
  return counted(Math.round(milliseconds / 1000), 'second');
}

async function cleanUp(io: CommandIo, ec2: EC2Client, groupId: string, region: string): Promise<void> {
  try {
    await deleteTestGroup(ec2, groupId);
    print(io, `Deleted ${groupId}.`);
  } catch (error) {
    io.setExitCode(1);
    printError(
      io,
      `${groupId} could not be deleted: ${error}. Delete it: aws ec2 delete-security-group --region ${region} --group-id ${groupId}`,
    );
  }
}
