// Calls to AWS by what they are for, on things that need not exist: it only matters whether they are denied.
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DescribeFlowLogsCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSecurityGroupVpcAssociationsCommand,
  DescribeSubnetsCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcsCommand,
  GetManagedPrefixListEntriesCommand,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand } from '@aws-sdk/client-iam';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import type { Aws } from './aws.ts';
import type { Resources } from './stack.ts';

type Calls = Readonly<Record<string, (aws: Aws, resources: Resources) => Promise<unknown>>>;

const DENIALS = [
  'UnauthorizedOperation',
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationErrorException',
  'AuthorizationError',
];
const GroupId = 'sg-0123456789abcdef0';
const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
const SecurityGroupRuleIds = ['sgr-0123456789abcdef0'];
const Key = { id: { S: 'no such remediation' } };

/** Whether a call is let in; what becomes of it then does not matter. */
export async function outcomeOf(call: Promise<unknown> | undefined): Promise<'allowed' | 'denied'> {
  try {
    await call;
    return 'allowed';
  } catch (error) {
    return error instanceof Error && DENIALS.includes(error.name) ? 'denied' : 'allowed';
  }
}

/** What the bot does. */
export const NEEDED: Calls = {
  'ec2:DescribeSecurityGroups': ({ ec2 }) => ec2.send(new DescribeSecurityGroupsCommand({})),
  'ec2:DescribeSecurityGroupRules': ({ ec2 }) => ec2.send(new DescribeSecurityGroupRulesCommand({})),
  'ec2:DescribeSecurityGroupVpcAssociations': ({ ec2 }) =>
    ec2.send(new DescribeSecurityGroupVpcAssociationsCommand({})),
  'ec2:DescribeVpcs': ({ ec2 }) => ec2.send(new DescribeVpcsCommand({})),
  'ec2:DescribeManagedPrefixLists': ({ ec2 }) => ec2.send(new DescribeManagedPrefixListsCommand({})),
  'ec2:DescribeNetworkInterfaces': ({ ec2 }) => ec2.send(new DescribeNetworkInterfacesCommand({})),
  'ec2:DescribeSubnets': ({ ec2 }) => ec2.send(new DescribeSubnetsCommand({})),
  'ec2:DescribeRouteTables': ({ ec2 }) => ec2.send(new DescribeRouteTablesCommand({})),
  'ec2:DescribeNetworkAcls': ({ ec2 }) => ec2.send(new DescribeNetworkAclsCommand({})),
  'ec2:DescribeInternetGateways': ({ ec2 }) => ec2.send(new DescribeInternetGatewaysCommand({})),
  'ec2:DescribeVpcBlockPublicAccessOptions': ({ ec2 }) =>
    ec2.send(new DescribeVpcBlockPublicAccessOptionsCommand({})),
  'ec2:DescribeVpcBlockPublicAccessExclusions': ({ ec2 }) =>
    ec2.send(new DescribeVpcBlockPublicAccessExclusionsCommand({})),
  'ec2:GetManagedPrefixListEntries': ({ ec2 }) =>
    ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: 'pl-0123456789abcdef0' })),
  'ec2:RevokeSecurityGroupIngress': ({ ec2 }) =>
    ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds })),
  'ec2:RevokeSecurityGroupEgress': ({ ec2 }) =>
    ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds })),
  'dynamodb:GetItem': ({ dynamoDb }, { Ledger }) =>
    dynamoDb.send(new GetItemCommand({ TableName: Ledger, Key })),
  'dynamodb:PutItem': ({ dynamoDb }, { Ledger }) =>
    dynamoDb.send(new PutItemCommand({ TableName: Ledger, Item: Key })),
  'dynamodb:UpdateItem': ({ dynamoDb }, { Ledger }) =>
    dynamoDb.send(new UpdateItemCommand({ TableName: Ledger, Key })),
  'dynamodb:Query': ({ dynamoDb }, { Ledger }) =>
    dynamoDb.send(
      new QueryCommand({
        ...{ TableName: Ledger, IndexName: 'byDue', KeyConditionExpression: 'due = :due' },
        ExpressionAttributeValues: { ':due': { S: 'nothing' } },
      }),
    ),
  'sns:Publish': ({ sns }, { Topic }) => sns.send(new PublishCommand({ TopicArn: Topic, Message: 'a test' })),
};

/** What it does besides where policies may trim. */
export const TRIMMING: Calls = {
  'ec2:AuthorizeSecurityGroupIngress': ({ ec2 }) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions })),
  'ec2:AuthorizeSecurityGroupEgress': ({ ec2 }) =>
    ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions })),
};

/** What others would do with its keys. */
export function neverNeeded(anotherTopic: string): Calls {
  return {
    'ec2:CreateTags': ({ ec2 }) =>
      ec2.send(new CreateTagsCommand({ Resources: [GroupId], Tags: [{ Key: 'a', Value: 'b' }] })),
    'ec2:CreateSecurityGroup': ({ ec2 }) =>
      ec2.send(new CreateSecurityGroupCommand({ GroupName: 'a', Description: 'a' })),
    'ec2:DeleteSecurityGroup': ({ ec2 }) => ec2.send(new DeleteSecurityGroupCommand({ GroupId })),
    'ec2:DescribeFlowLogs where no settings name any': ({ ec2 }) => ec2.send(new DescribeFlowLogsCommand({})),
    'logs:FilterLogEvents where no settings name any': ({ logs }) =>
      logs.send(new FilterLogEventsCommand({ logGroupName: 'vpc-flow-logs' })),
    'ec2:DescribeInstances': ({ ec2 }) => ec2.send(new DescribeInstancesCommand({})),
    'ec2:ModifySecurityGroupRules': ({ ec2 }) =>
      ec2.send(
        new ModifySecurityGroupRulesCommand({
          GroupId,
          SecurityGroupRules: [{ SecurityGroupRuleId: SecurityGroupRuleIds[0], SecurityGroupRule: {} }],
        }),
      ),
    'ec2:RunInstances': ({ ec2 }) =>
      ec2.send(new RunInstancesCommand({ ImageId: 'ami-0123456789abcdef0', MinCount: 1, MaxCount: 1 })),
    'dynamodb:DeleteItem': ({ dynamoDb }, { Ledger }) =>
      dynamoDb.send(new DeleteItemCommand({ TableName: Ledger, Key })),
    'dynamodb:Scan': ({ dynamoDb }, { Ledger }) => dynamoDb.send(new ScanCommand({ TableName: Ledger })),
    'dynamodb:PutItem to another table': ({ dynamoDb }) =>
      dynamoDb.send(new PutItemCommand({ TableName: 'another', Item: Key })),
    'sns:Publish to another topic': ({ sns }) =>
      sns.send(new PublishCommand({ TopicArn: anotherTopic, Message: 'a test' })),
    'sns:Subscribe': ({ sns }, { Topic }) =>
      sns.send(new SubscribeCommand({ TopicArn: Topic, Protocol: 'email', Endpoint: 'jane@example.com' })),
    'iam:CreateAccessKey': ({ iam }) => iam.send(new CreateAccessKeyCommand({ UserName: 'reports' })),
    'lambda:UpdateFunctionConfiguration': ({ lambda }, { RemediateLambdaFunction }) =>
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: RemediateLambdaFunction })),
  };
}
