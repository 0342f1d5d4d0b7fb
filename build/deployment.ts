// What the settings say of a stage, for the framework's plugin, which may run on a Node.js that reads no TypeScript: as JSON on
// standard output, or what is wrong with the settings on standard error.
import { createHash } from 'node:crypto';
import { FileError } from '../lib/io/policy-files.ts';
import { readSettings } from '../lib/io/settings-files.ts';
import { deploymentOf } from '../lib/settings/deployment.ts';
import { filterOf, type Subscription } from '../lib/settings/subscription-schema.ts';

if (import.meta.main) {
  const [file = '', stage = ''] = process.argv.slice(2);
  try {
    console.log(JSON.stringify(readDeployment(file, stage)));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function readDeployment(file: string, stage: string) {
  const { settings } = readSettings(file);
  const deployment = deploymentOf(settings, stage);
  if (deployment === undefined) {
    const stages = Object.keys(settings.stages).join(', ') || 'none yet';
    const message = `no stage \`${stage}\`: name one with --stage (${stages}), or add it under \`stages\``;
    throw new FileError([{ file, line: 1, column: 1, message }]);
  }
  const { subscriptions, flowLogs, ...rest } = deployment;
  const evidence = flowLogs.length === 0 ? {} : { EvidencePolicy: evidencePolicy(flowLogs) };
  return { ...rest, resources: { ...Object.fromEntries(subscriptions.map(resourceOf)), ...evidence } };
}

/** What asking flow logs takes, and nothing of other log groups. */
function evidencePolicy(flowLogs: readonly string[]): object {
  const refs = ['Partition', 'Region', 'AccountId'].map((name) => ({ Ref: `AWS::${name}` }));
  const [partition, ...place] = refs;
  const Resource = flowLogs.map((name) => ({
    'Fn::Join': [':', ['arn', partition, 'logs', ...place, 'log-group', name, '*']],
  }));
  const Statement = [
    { Effect: 'Allow', Action: 'ec2:DescribeFlowLogs', Resource: '*' },
    { Effect: 'Allow', Action: 'logs:FilterLogEvents', Resource },
  ];
  const PolicyDocument = { Version: '2012-10-17', Statement };
  const Properties = { PolicyName: 'evidence', Roles: [{ Ref: 'IamRoleLambdaExecution' }], PolicyDocument };
  return { Type: 'AWS::IAM::Policy', Properties };
}

/**
 * A subscription as CloudFormation has it. SNS answers a second subscription of an endpoint with the ARN of the first, so a
 * resource that was renamed would delete what it has just made: the name depends on nothing but the subscriber.
 */
function resourceOf(subscription: Subscription): readonly [name: string, object] {
  const { protocol, endpoint } = subscription;
  const hash = createHash('sha256').update(`${protocol} ${endpoint}`).digest('hex').slice(0, 16);
  const policy = filterOf(subscription);
  const filter = Object.keys(policy).length === 0 ? {} : { FilterPolicy: policy };
  const Properties = { TopicArn: { Ref: 'Topic' }, Protocol: protocol, Endpoint: endpoint, ...filter };
  return [`Subscription${hash}`, { Type: 'AWS::SNS::Subscription', Properties }];
}
