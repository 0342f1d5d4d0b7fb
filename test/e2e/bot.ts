// A deployed bot to put to the test: its stack, what it says, and groups that no other test touches.
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type Aws, connect } from './aws.ts';
import { type Call, recordOf } from './cloudtrail.ts';
import { createGroups, putEvents } from './groups.ts';
import { copyProject, deployConfirmed } from './project.ts';
import { isOfGroup, type Resources, releasePolicies, resourcesOf, subscribe } from './stack.ts';

export interface Bot {
  readonly aws: Aws;
  readonly resources: Resources;
  readonly freshGroup: () => string;
  /** Puts the events about these calls. */
  readonly tell: (...calls: readonly Call[]) => Promise<void>;
  /** For each message about a group, what became of its findings. */
  readonly said: (groupId: string) => Promise<readonly (readonly string[])[]>;
  /** The ids of the remediations that a message of their own or a batch has reported. */
  readonly reported: () => Promise<ReadonlySet<string>>;
  /** Has the function run that the schedule runs once a minute. */
  readonly tick: () => Promise<void>;
}

/** A region has rules and groups of its own, so bots in different ones do not meet. */
export async function deployBot(endpoint: string, region: string, ...args: readonly string[]): Promise<Bot> {
  return deployBotFrom(copyProject(), endpoint, region, ...args);
}

/** The same, of a project that a test has changed. */
export async function deployBotFrom(
  folder: string,
  endpoint: string,
  region: string,
  ...args: readonly string[]
): Promise<Bot> {
  const aws = connect(endpoint, region);
  await deployConfirmed(folder, aws, ...args);
  const resources = await resourcesOf(aws);
  await releasePolicies(aws, resources, folder);
  const inbox = await subscribe(aws, resources.Topic ?? '');
  const groups = [...(await createGroups(aws, 80))];
  return {
    aws,
    resources,
    freshGroup: () => groups.pop() ?? '',
    tell: (...calls) => putEvents(aws, ...calls.map((call) => recordOf(call, region))),
    said: async (groupId) =>
      (await inbox.read())
        .filter(isOfGroup)
        .filter(({ group }) => group.id === groupId)
        .map(({ findings }) => findings.map(({ outcome, action }) => outcome ?? action)),
    reported: async () =>
      new Set(
        (await inbox.read()).flatMap((one) => (isOfGroup(one) ? [one.id] : one.findings.map(({ id }) => id))),
      ),
    tick: async () => {
      await aws.lambda.send(new InvokeCommand({ FunctionName: resources.TickLambdaFunction }));
    },
  };
}
