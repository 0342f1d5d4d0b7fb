// Who may read and do what, once `serverless package` is deployed.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';

interface PolicyDocument {
  readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: unknown }[];
}

interface Properties {
  readonly PolicyDocument?: PolicyDocument;
  readonly Policies?: readonly Pick<Properties, 'PolicyDocument'>[];
}

let resources: readonly { readonly Type: string; readonly Properties: Properties }[];

beforeAll(() => {
  const text = readFileSync('.serverless/cloudformation-template-update-stack.json', 'utf8');
  resources = Object.values(JSON.parse(text).Resources);
});

const of = (type: string) => resources.filter(({ Type }) => Type === type);

/** What the role brings, and what is attached to it under a condition. */
function statementsOfTheRole() {
  const policies: readonly Pick<Properties, 'PolicyDocument'>[] = [
    ...of('AWS::IAM::Role').flatMap(({ Properties }) => Properties.Policies ?? []),
    ...of('AWS::IAM::Policy').map(({ Properties }) => Properties),
  ];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument?.Statement ?? []);
}

describe('the template', () => {
  it('encrypts messages, queues and the log with a key of its own', () => {
    const key = { Ref: 'Key' };

    expect(of('AWS::KMS::Key')[0]?.Properties).toMatchObject({ EnableKeyRotation: true });
    expect(of('AWS::SNS::Topic')[0]?.Properties).toMatchObject({ KmsMasterKeyId: key });
    for (const queue of of('AWS::SQS::Queue'))
      expect(queue.Properties).toMatchObject({ KmsMasterKeyId: key });
    expect(of('AWS::Logs::LogGroup')[0]?.Properties).toMatchObject({
      KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
    });
  });

  it.each([
    ['alarms', 'cloudwatch.amazonaws.com', { StringEquals: { 'aws:SourceAccount': expect.anything() } }],
    [
      'EventBridge',
      'events.amazonaws.com',
      { ArnLike: { 'kms:EncryptionContext:aws:sqs:arn': expect.anything() } },
    ],
  ])('lets %s use the key, for what belongs to this account', (_, service, condition) => {
    expect(of('AWS::KMS::Key')[0]?.Properties).toMatchObject({
      KeyPolicy: {
        Statement: expect.arrayContaining([
          expect.objectContaining({ Principal: { Service: service }, Condition: condition }),
        ]),
      },
    });
  });

  it.each(['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy'])(
    'refuses plain HTTP by %s',
    (type) => {
      const statements = of(type).flatMap(({ Properties }) => Properties.PolicyDocument?.Statement ?? []);

      expect(statements).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Principal: '*',
          Condition: { Bool: { 'aws:SecureTransport': expect.toSatisfy((value) => `${value}` === 'false') } },
        }),
      );
    },
  );

  it('lets the function do nothing that docs/security.md does not list', () => {
    const listed: readonly string[] =
      readFileSync('docs/security.md', 'utf8').match(/\b(?!arn)[a-z0-9]+:[A-Z]\w+/g) ?? [];

    const actions = statementsOfTheRole().flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !listed.includes(action))).toEqual([]);
  });

  it('lets the function do anywhere only what knows no narrower resource', () => {
    const anywhere = statementsOfTheRole().filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(anywhere.flatMap(({ Action }) => Action)).toEqual([
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSecurityGroupRules',
      'ec2:DescribeSecurityGroupVpcAssociations',
      'ec2:DescribeVpcs',
      'ec2:DescribeManagedPrefixLists',
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DescribeRouteTables',
      'ec2:DescribeNetworkAcls',
      'ec2:DescribeInternetGateways',
      'ec2:DescribeVpcBlockPublicAccessOptions',
      'ec2:DescribeVpcBlockPublicAccessExclusions',
    ]);
  });
});
