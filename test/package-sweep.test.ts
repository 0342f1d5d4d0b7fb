// The sweep as it would be deployed.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';

type Properties = Readonly<Record<string, unknown>>;

let resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;

beforeAll(() => {
  const text = readFileSync('.serverless/cloudformation-template-update-stack.json', 'utf8');
  resources = JSON.parse(text).Resources;
});

const of = (type: string) =>
  Object.values(resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));

describe('the sweep', () => {
  it('is begun every six hours, and resumed every minute', () => {
    const schedules = of('AWS::Events::Rule').filter((rule) => 'ScheduleExpression' in rule);

    expect(schedules).toMatchObject([
      { ScheduleExpression: 'rate(6 hours)', State: 'ENABLED' },
      { ScheduleExpression: 'rate(1 minute)', State: 'ENABLED', Targets: [{ Input: '{"continue":true}' }] },
      { ScheduleExpression: 'rate(1 minute)', State: 'ENABLED', Description: 'Takes up what waits' },
      { ScheduleExpression: 'rate(5 minutes)', Description: 'Asks flow logs what is due' },
    ]);
  });

  it('has as long as Lambda gives, and only reports until it is told otherwise', () => {
    expect(resources.SweepLambdaFunction?.Properties).toMatchObject({
      Handler: 'dist/sweep.handler',
      Timeout: 900,
      Environment: { Variables: { MODE: 'dry-run', SWEEP_MODE: 'report' } },
    });
  });

  it('is not tried again by Lambda: its schedule does that', () => {
    expect(resources.SweepLambdaEvConf?.Properties).toMatchObject({ MaximumRetryAttempts: 0 });
  });

  it.each(['SweepLogGroup', 'TickLogGroup', 'EvidenceLogGroup'])(
    'has a log with the key and the age of the others: %s',
    (name) => {
      expect(resources[name]?.Properties).toMatchObject({
        RetentionInDays: 400,
        KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
      });
    },
  );

  it('may ask the ledger only for its two indexes', () => {
    const [role] = of('AWS::IAM::Role') as unknown as readonly {
      readonly Policies: readonly {
        readonly PolicyDocument: { readonly Statement: readonly { Action: unknown; Resource: unknown }[] };
      }[];
    }[];
    const statements = role?.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement) ?? [];

    const query = statements.find(({ Action }) => JSON.stringify(Action).includes('dynamodb:Query'));
    expect(query?.Action).toEqual(['dynamodb:Query']);
    expect(JSON.stringify(query?.Resource)).toMatch(
      /^\[{"Fn::Sub":".{13}\/index\/byTime"},{"Fn::Sub":".{13}\/index\/byDue"}\]$/,
    );
  });

  it('has an alarm for when it gets no further', () => {
    expect(resources.SweepErrorsAlarm?.Properties).toMatchObject({
      Dimensions: [{ Value: { Ref: 'SweepLambdaFunction' } }],
      AlarmActions: [{ Ref: 'Topic' }],
    });
  });
});
