// All reads of the doctor, side by side; each has its own time limit, and none waits for another that it does not need.
import {
  readConcurrency,
  readEventRules,
  readFunction,
  readInvokePolicy,
  readMappingState,
  readResources,
  type StackResource,
} from '../../lib/io/aws/deployed.ts';
import { readFlowLogsOf } from '../../lib/io/aws/flow-logs.ts';
import { findTestGroups } from '../../lib/io/aws/left-behind.ts';
import {
  readAlarms,
  readDepth,
  readKeyState,
  readMetrics,
  readSubscriptions,
} from '../../lib/io/aws/monitoring.ts';
import { readPrefixLists } from '../../lib/io/aws/prefix-lists.ts';
import { readDeployedTemplate } from '../../lib/io/aws/stack.ts';
import { readOpenings, readTrails } from '../../lib/io/aws/trails.ts';
import { readBreaker } from '../../lib/io/ledger/breaker.ts';
import { listDue } from '../../lib/io/ledger/due.ts';
import { loadSweep } from '../../lib/io/ledger/sweep-state.ts';
import { type Deployment, outputOf } from '../input/deployment.ts';
import { listsNamedBy } from '../input/live-lists.ts';
import type { Clients } from './clients.ts';
import type { DeploymentFacts, FunctionFacts, QueueFacts } from './facts.ts';
import { logGroupsNamedBy } from './log-groups.ts';
import { allOf, ask, type Reading } from './reading.ts';

const HOUR = 3_600_000;
/** Whoever opens nothing in a week shows nothing. */
const WEEK = 168 * HOUR;

/** Reads all there is to know of a deployment. */
export async function readFacts(
  stage: string,
  stack: Deployment,
  { policies, settings }: Pick<DeploymentFacts, 'policies' | 'settings'>,
  clients: Clients,
  now: Date,
): Promise<DeploymentFacts> {
  const ledger = { client: clients.dynamodb, table: outputOf(stack, 'LedgerTable') };
  const week = new Date(now.getTime() - WEEK);
  const functions = Promise.all(
    [
      ...['RemediateFunction', 'SweepFunction', 'TickFunction'].map((key) => outputOf(stack, key)),
      // A deployment from before it asked flow logs has none.
      ...[stack.outputs.EvidenceFunction ?? []].flat(),
    ].map((name) => readOne(clients, name, now)),
  );
  const references = listsNamedBy(policies, stack.region, stack.accountId);
  const [own, read] = await Promise.all([
    readOwn(clients, stack.name),
    allOf({
      // A list, and two reads of each.
      trails: ask('cloudtrail:DescribeTrails', () => readTrails(clients.cloudtrail), 3000),
      openings: ask('cloudtrail:LookupEvents', () => readOpenings(clients.cloudtrail, week)),
      matched: ask('cloudwatch:GetMetricData', () => readMatched(clients, stack.name, week, now)),
      rules: ask('events:ListRules', () => readEventRules(clients.events, `${stack.name}-`), 3000),
      functions,
      flowLogs: functions.then((all) =>
        ask('ec2:DescribeFlowLogs', () => readFlowLogsOf(clients.ec2, logGroupsNamedBy(all))),
      ),
      retryQueue: readQueue(clients, outputOf(stack, 'RetryQueueUrl'), now),
      deadLetters: readQueue(clients, outputOf(stack, 'DeadLettersUrl'), now),
      subscriptions: ask('sns:ListSubscriptionsByTopic', () =>
        readSubscriptions(clients.sns, outputOf(stack, 'TopicArn')),
      ),
      sweep: ask('dynamodb:GetItem', () => loadSweep(ledger)),
      breaker: ask('dynamodb:GetItem', () => readBreaker(ledger, stack)),
      due: ask('dynamodb:Query', () => listDue(ledger, stack)),
      lists: ask('ec2:DescribeManagedPrefixLists', () =>
        readPrefixLists(clients.ec2, references, stack.accountId),
      ),
      testGroups: ask('ec2:DescribeSecurityGroups', () => findTestGroups(clients.ec2)),
      template: ask('cloudformation:GetTemplate', () =>
        readDeployedTemplate(clients.cloudformation, stack.name),
      ),
    }),
  ]);
  return { stage, now, stack, policies, settings, ...own, ...read };
}

/** What the stack consists of, and the state of what only its resources name. */
async function readOwn({ cloudformation, cloudwatch, kms, lambda }: Clients, stack: string) {
  const resources = await ask('cloudformation:ListStackResources', () =>
    readResources(cloudformation, stack),
  );
  const states = await allOf({
    alarms: forAll(resources, 'AWS::CloudWatch::Alarm', 'cloudwatch:DescribeAlarms', (names) =>
      readAlarms(cloudwatch, names),
    ),
    keys: forAll(resources, 'AWS::KMS::Key', 'kms:DescribeKey', (ids) =>
      Promise.all(ids.map(async (id) => ({ id, state: await readKeyState(kms, id) }))),
    ),
    mappings: forAll(resources, 'AWS::Lambda::EventSourceMapping', 'lambda:GetEventSourceMapping', (ids) =>
      Promise.all(ids.map((id) => readMappingState(lambda, id))),
    ),
  });
  return { resources, ...states };
}

async function forAll<T>(
  resources: Reading<readonly StackResource[]>,
  type: string,
  action: string,
  read: (ids: readonly string[]) => Promise<T>,
): Promise<Reading<T>> {
  if (!('value' in resources)) return resources;
  const ids = resources.value.filter((one) => one.type === type).map(({ id }) => id);
  return ask(action, () => read(ids));
}

async function readOne({ lambda, cloudwatch }: Clients, name: string, now: Date): Promise<FunctionFacts> {
  const metric = {
    ...{ namespace: 'AWS/Lambda', name: 'Errors', statistic: 'Sum' as const, period: 3600 },
    dimension: ['FunctionName', name] as const,
  };
  const since = new Date(now.getTime() - 24 * HOUR);
  const read = await allOf({
    configuration: ask('lambda:GetFunctionConfiguration', () => readFunction(lambda, name)),
    concurrency: ask('lambda:GetFunctionConcurrency', () => readConcurrency(lambda, name)),
    policy: ask('lambda:GetPolicy', () => readInvokePolicy(lambda, name)),
    errors: ask('cloudwatch:GetMetricData', async () =>
      (await readMetrics(cloudwatch, [metric], since, now)).flat(),
    ),
  });
  return { name, ...read };
}

async function readQueue({ sqs, cloudwatch }: Clients, url: string, now: Date): Promise<QueueFacts> {
  const metric = {
    ...{
      namespace: 'AWS/SQS',
      name: 'ApproximateAgeOfOldestMessage',
      statistic: 'Maximum' as const,
      period: 60,
    },
    dimension: ['QueueName', url.split('/').at(-1) ?? ''] as const,
  };
  const since = new Date(now.getTime() - HOUR / 4);
  return allOf({
    depth: ask('sqs:GetQueueAttributes', () => readDepth(sqs, url)),
    age: ask('cloudwatch:GetMetricData', async () =>
      (await readMetrics(cloudwatch, [metric], since, now)).flat(),
    ),
  });
}

/** The events that the two rules for CloudTrail's events matched, hour by hour, the newest first. */
async function readMatched({ cloudwatch }: Clients, stack: string, since: Date, now: Date) {
  const metrics = [1, 2].map((number) => ({
    ...{ namespace: 'AWS/Events', name: 'MatchedEvents', statistic: 'Sum' as const, period: 3600 },
    dimension: ['RuleName', `${stack}-remediate-rule-${number}`] as const,
  }));
  const values = await readMetrics(cloudwatch, metrics, since, now);
  return values.flat().toSorted((a, b) => (a.at < b.at ? 1 : -1));
}
