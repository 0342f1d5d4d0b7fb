// What `serverless package` made: the zip as it would be uploaded, and the template.
import { readdirSync, readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../lib/deployment/manifest.ts';

interface Deployed {
  readonly Timeout: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

/** Nobody waits for a sweep to start, and it reads more than the others. */
const MOST_BYTES = 428_000;
const MOST_BYTES_OF_SWEEP = 450_000;
/** Those that act, and the one that only asks flow logs. */
const ACTING = ['dist/remediate.mjs', 'dist/sweep.mjs', 'dist/tick.mjs'];
const HANDLERS = ['dist/evidence.mjs', ...ACTING];

let zip: Record<string, Uint8Array>;
let template: {
  Metadata: Record<string, unknown>;
  Outputs: Record<string, { Description?: string }>;
  Resources: Record<string, { Type: string; Properties: Record<string, never> }>;
};

beforeAll(() => {
  zip = unzipSync(readFileSync('.serverless/portcullis.zip'));
  template = JSON.parse(readFileSync('.serverless/cloudformation-template-update-stack.json', 'utf8'));
});

function textOf(file: string): string {
  return new TextDecoder().decode(zip[file]);
}

describe('the zip', () => {
  it('holds the handlers and the policies, and nothing else', () => {
    expect(Object.keys(zip).toSorted()).toEqual(['dist/policies.json', ...HANDLERS].toSorted());
  });

  it.each(HANDLERS)('holds %s with at most 428 kB, and 450 kB of the sweep', (file) => {
    const most = file === 'dist/sweep.mjs' ? MOST_BYTES_OF_SWEEP : MOST_BYTES;
    expect(zip[file]?.byteLength).toBeLessThanOrEqual(most);
  });

  it('has every policy of policies/, compiled', () => {
    const ids = JSON.parse(textOf('dist/policies.json')).map(({ id }: { id: string }) => id);
    const files = readdirSync('policies').filter(
      (name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'),
    );

    expect(ids).toEqual(files.map((name) => name.replace('.yaml', '')));
  });

  it.each(HANDLERS)('has neither a YAML parser nor a schema library inside %s', (file) => {
    expect(textOf(file)).not.toMatch(/YAMLParseError|ZodError|unrecognized_keys/);
  });

  it('has the client of CloudWatch Logs in the handler that asks flow logs alone, and EC2 in the others', () => {
    expect(HANDLERS.filter((file) => textOf(file).includes('FilterLogEvents'))).toEqual([
      'dist/evidence.mjs',
    ]);
    expect(textOf('dist/evidence.mjs')).not.toMatch(/SecurityGroupIngress|GetLogEvents|StartLiveTail/);
  });

  it.each(ACTING)('has none of the EC2 schemas in %s that no call needs', (file) => {
    expect(textOf(file)).toContain('RevokeSecurityGroupIngress');
    expect(textOf(file)).not.toContain('RunInstances');
  });
});

describe('the template', () => {
  const of = (type: string) => Object.values(template.Resources).filter((resource) => resource.Type === type);
  const alarms = () => of('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
  const eventRules = () => of('AWS::Events::Rule').filter(({ Properties }) => 'EventPattern' in Properties);

  it('says which policies it has, and nothing that only people read', () => {
    const manifest = readManifest(template.Metadata);
    const policies: { id: string; title: string }[] = JSON.parse(textOf('dist/policies.json'));

    expect(manifest?.policies.map(({ id }) => id)).toEqual(policies.map(({ id }) => id).toSorted());
    expect(manifest).toMatchObject({ release: expect.any(String), engine: expect.any(Number) });
    expect(JSON.stringify(template.Metadata)).not.toContain(policies[0]?.title);
  });

  it('names a handler that is in the zip', () => {
    const [fn] = of('AWS::Lambda::Function');

    expect(fn?.Properties).toMatchObject({
      Handler: 'dist/remediate.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    });
  });

  it('listens to successful calls that add or alter rules, the VPCs they work in, or the prefix lists that they may refer to', () => {
    const [rule] = eventRules();

    expect(rule?.Properties).toMatchObject({
      EventPattern: {
        source: ['aws.ec2'],
        detail: {
          eventName: [
            'AuthorizeSecurityGroupIngress',
            'AuthorizeSecurityGroupEgress',
            'ModifySecurityGroupRules',
            'CreateSecurityGroup',
            'AssociateSecurityGroupVpc',
            'UpdateSecurityGroupRuleDescriptionsIngress',
            'UpdateSecurityGroupRuleDescriptionsEgress',
            'ModifyManagedPrefixList',
            'RestoreManagedPrefixListVersion',
          ],
          errorCode: [{ exists: false }],
        },
      },
    });
  });

  it('listens to tags of security groups and their rules, and of nothing else', () => {
    expect(eventRules()[1]?.Properties).toMatchObject({
      EventPattern: {
        detail: {
          eventName: ['CreateTags', 'DeleteTags'],
          requestParameters: {
            resourcesSet: { items: { resourceId: [{ prefix: 'sg-' }, { prefix: 'sgr-' }] } },
          },
        },
      },
    });
  });

  it('loses nothing: what cannot be handed over and what fails go to the queue', () => {
    const queue = { 'Fn::GetAtt': ['RetryQueue', 'Arn'] };

    for (const rule of eventRules()) {
      expect(rule.Properties).toMatchObject({ Targets: [{ DeadLetterConfig: { Arn: queue } }] });
    }
    expect(of('AWS::Lambda::EventInvokeConfig')[0]?.Properties).toMatchObject({
      DestinationConfig: { OnFailure: { Destination: queue } },
      MaximumRetryAttempts: 0,
    });
    expect(of('AWS::Lambda::EventSourceMapping')[0]?.Properties).toMatchObject({
      EventSourceArn: queue,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  it('gives a retry six times the time of a try, and as many tries as the function counts', () => {
    const [retry] = of('AWS::SQS::Queue');
    const [fn] = of('AWS::Lambda::Function');
    const { Timeout, Environment } = (fn?.Properties ?? {}) as unknown as Deployed;

    expect(retry?.Properties).toMatchObject({
      VisibilityTimeout: 6 * Timeout,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] },
        maxReceiveCount: Number(Environment.Variables.MAX_RECEIVES),
      },
    });
  });

  it('keeps a ledger that can be brought back to any second of the last 35 days', () => {
    expect(of('AWS::DynamoDB::Table')[0]?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it.each([
    ['RemediateLambdaFunction', 'Errors', 300, 2],
    ['RemediateLambdaFunction', 'Throttles', 300, 0],
    ['RemediateLambdaFunction', 'DestinationDeliveryFailures', 60, 0],
    ['RemediateLambdaFunction', 'AsyncEventsDropped', 300, 2],
    ['EvidenceLambdaFunction', 'Errors', 900, 0],
    ['SweepLambdaFunction', 'Errors', 3600, 5],
    ['SweepLambdaFunction', 'Throttles', 300, 0],
    ['SweepLambdaFunction', 'AsyncEventsDropped', 3600, 5],
  ])('has an alarm on %s: %s in %i seconds above %i', (Ref, MetricName, Period, Threshold) => {
    expect(alarms()).toContainEqual(
      expect.objectContaining({
        ...{ Namespace: 'AWS/Lambda', MetricName, Dimensions: [{ Name: 'FunctionName', Value: { Ref } }] },
        ...{ Statistic: 'Sum', Period, Threshold, EvaluationPeriods: 1 },
        ...{ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' },
      }),
    );
  });

  it.each([
    ['RetryQueue', 'ApproximateAgeOfOldestMessage', 1800],
    ['DeadLetters', 'ApproximateNumberOfMessagesVisible', 0],
  ])('has an alarm on %s: %s above %i', (queue, MetricName, Threshold) => {
    expect(alarms()).toContainEqual(
      expect.objectContaining({
        ...{ Namespace: 'AWS/SQS', MetricName, Statistic: 'Maximum', Period: 60, Threshold },
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }],
        ...{ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' },
      }),
    );
  });

  it('has an alarm on a last complete sweep that is too old, or of which nobody says how old it is', () => {
    const [fn] = of('AWS::Lambda::Function');
    const { Environment } = (fn?.Properties ?? {}) as unknown as Deployed;
    const { Variables } = Environment;

    expect(alarms()).toContainEqual(
      expect.objectContaining({
        ...{ Namespace: Variables.POWERTOOLS_METRICS_NAMESPACE, MetricName: 'sweep-age-hours' },
        Dimensions: [{ Name: 'service', Value: Variables.POWERTOOLS_SERVICE_NAME }],
        ...{ Statistic: 'Minimum', Period: 1800, EvaluationPeriods: 1, Threshold: 12 },
        ...{ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'breaching' },
      }),
    );
    expect(Variables.POWERTOOLS_SERVICE_NAME).toEqual({ Ref: 'AWS::StackName' });
  });

  it.each([
    ['undecided', 'Sum', 'notBreaching'],
    ['sweep-undecided', 'Maximum', 'ignore'],
  ])('has an alarm on what could not be evaluated: %s', (MetricName, Statistic, TreatMissingData) => {
    expect(alarms()).toContainEqual(
      expect.objectContaining({
        ...{ Namespace: 'Portcullis', MetricName, Statistic, TreatMissingData },
        Dimensions: [{ Name: 'service', Value: { Ref: 'AWS::StackName' } }],
        ...{ Period: 300, EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' },
      }),
    );
  });

  it('has no alarm that docs/operations.md does not explain', () => {
    const documented = readFileSync('docs/operations.md', 'utf8');
    const names = Object.keys(template.Resources).filter((name) => name.endsWith('Alarm'));

    expect(names).toHaveLength(of('AWS::CloudWatch::Alarm').length);
    expect(names.filter((name) => !documented.includes(`\n| \`${name}\` |`))).toEqual([]);
  });

  it('has every alarm sent to the topic, and watches the rules that exist', () => {
    const watched = JSON.stringify(alarms()).match(/remediate-rule-\d/g);

    const actions = { AlarmActions: [{ Ref: 'Topic' }], OKActions: [{ Ref: 'Topic' }] };
    for (const alarm of alarms()) expect(alarm).toMatchObject(actions);
    const named = JSON.stringify(of('AWS::Events::Rule').map(({ Properties }) => Properties));
    expect(watched?.filter((name) => !named.includes(name))).toEqual([]);
    expect(watched).toHaveLength(2);
  });

  it('lets the function do ten things to the account, use its ledger, queues and key, trace and log', () => {
    const [role] = of('AWS::IAM::Role');
    const actions = JSON.stringify(role?.Properties).match(/"(ec2|sns|sqs|logs|[a-z]+):[A-Za-z*]+"/g);

    expect(new Set(actions?.map((action) => action.slice(1, -1)))).toEqual(
      new Set([
        ...[
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSecurityGroupRules',
          'ec2:DescribeSecurityGroupVpcAssociations',
          'ec2:DescribeVpcs',
          'ec2:DescribeManagedPrefixLists',
          'ec2:GetManagedPrefixListEntries',
        ],
        ...[
          'ec2:RevokeSecurityGroupIngress',
          'ec2:RevokeSecurityGroupEgress',
          'sns:Publish',
          'sqs:SendMessage',
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
        ],
        ...['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
        ...['kms:GenerateDataKey', 'kms:Decrypt', 'xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        ...[
          'logs:CreateLogStream',
          'logs:CreateLogGroup',
          'logs:TagResource',
          'logs:PutLogEvents',
          'sts:AssumeRole',
        ],
      ]),
    );
  });

  it('lets the function add rules only where policies may trim', () => {
    const [policy] = of('AWS::IAM::Policy');

    expect(policy).toMatchObject({ Condition: 'Trims' });
    expect(JSON.stringify(policy?.Properties).match(/"ec2:(?!CreateAction)\w+"/g)).toEqual([
      '"ec2:AuthorizeSecurityGroupIngress"',
      '"ec2:AuthorizeSecurityGroupEgress"',
      '"ec2:CreateTags"',
    ]);
  });

  it('keeps the log, which holds every revoked rule, for more than a year', () => {
    expect(of('AWS::Logs::LogGroup')[0]?.Properties).toMatchObject({ RetentionInDays: 400 });
  });

  it('keeps the ledger when the stack is deleted, and not when it could not be made', () => {
    expect(template.Resources.Ledger).toMatchObject({
      ...{ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' },
    });
  });

  it('says what each output is', () => {
    const outputs = Object.entries(template.Outputs);

    expect(outputs.length).toBeGreaterThan(5);
    expect(outputs.filter(([, { Description = '' }]) => Description === '')).toEqual([]);
  });
});
