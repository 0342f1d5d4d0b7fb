// The deployed functions in a network that packets from the internet reach, whose flow log says who came in: on the emulator that knows
// interfaces, addresses, network ACLs and routes. They have the permissions of the deployed role and no others.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachInternetGatewayCommand,
  CreateFlowLogsCommand,
  CreateInternetGatewayCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { beforeAll, expect, inject, it } from 'vitest';
import { portcullis } from '../cli/portcullis.ts';
import { connect, ROOT } from './aws.ts';
import { recordOf } from './cloudtrail.ts';
import { authorizeIngress, SSH_WORLD } from './groups.ts';
import { type Deployed, fetchDeployed, invoke } from './lambda.ts';
import { copyProject, deployConfirmed } from './project.ts';
import { type Inbox, type Resources, releasePolicies, resourcesOf, subscribe } from './stack.ts';
import { userLike } from './users.ts';

const LOG_GROUP = 'vpc-flow-logs';
const aws = connect(inject('moto'), 'us-west-1');
let resources: Resources;
let deployed: Deployed;
let inbox: Inbox;
let network: Awaited<ReturnType<typeof buildNetwork>>;

/** A VPC with an internet gateway and a flow log, and a subnet in it with a server that has an Elastic IP address. */
async function buildNetwork() {
  const { ec2, logs } = aws;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const VpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.9.1.0/24' }));
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId ?? '';
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId }));
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const [main] = RouteTables;
  await ec2.send(
    new CreateRouteCommand({
      ...{ RouteTableId: main?.RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId },
    }),
  );
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'server', Description: 'a test', VpcId }),
  );
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: 'ami-12c6146b', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
      ...{ SubnetId: Subnet?.SubnetId, SecurityGroupIds: [GroupId] },
    }),
  );
  const { NetworkInterfaceId = '', PrivateIpAddress: privateIp = '' } =
    Instances[0]?.NetworkInterfaces?.[0] ?? {};
  const { AllocationId, PublicIp = '' } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  await ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
  await ec2.send(
    new CreateFlowLogsCommand({
      ...{ ResourceType: 'VPC', ResourceIds: [VpcId], TrafficType: 'ALL', LogGroupName: LOG_GROUP },
      DeliverLogsPermissionArn: 'arn:aws:iam::111122223333:role/flow-logs',
    }),
  );
  const { NetworkAcls = [] } = await ec2.send(new DescribeNetworkAclsCommand({ Filters }));
  return {
    GroupId,
    PublicIp,
    privateIp,
    interfaceId: NetworkInterfaceId,
    aclId: NetworkAcls[0]?.NetworkAclId,
  };
}

/** What the flow log would record of two visitors, one of whom gets an answer. */
async function recordVisitors(): Promise<void> {
  const { interfaceId, privateIp } = network;
  const now = Math.floor(Date.now() / 1000);
  const line = (from: string, to: string, bytes: number) =>
    `2 111122223333 ${interfaceId} ${from} ${to} 6 5 ${bytes} ${now - 30} ${now} ACCEPT OK`;
  const lines = [
    line('9.9.9.77', `${privateIp} 50000 22`, 300),
    line(`${privateIp}`, '9.9.9.77 22 50000', 9000),
    line('8.8.4.4', `${privateIp} 50001 22`, 200),
  ];
  const stream = { logGroupName: LOG_GROUP, logStreamName: `${interfaceId}-all` };
  await aws.logs.send(new CreateLogStreamCommand(stream));
  const logEvents = lines.map((message) => ({ message, timestamp: (now - 30) * 1000 }));
  await aws.logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
}

/** Opens SSH to the world, and has the function hear of it; answers the id of the record. */
async function open(): Promise<string> {
  const detail = recordOf(await authorizeIngress(aws, network.GroupId, SSH_WORLD), aws.region);
  await invoke(deployed, detail);
  return detail.eventID;
}

/** Has the function run that asks flow logs, as if it were a quarter of an hour later. */
async function askLater(id: string): Promise<void> {
  await aws.dynamoDb.send(
    new UpdateItemCommand({
      ...{ TableName: resources.Ledger, Key: { id: { S: `evidence/${id}` } } },
      UpdateExpression: 'SET dueAt = :past',
      ExpressionAttributeValues: { ':past': { S: '2026-01-01T00:00:00.000Z' } },
    }),
  );
  const FunctionName = resources.EvidenceLambdaFunction;
  const configuration = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await invoke({ ...deployed, configuration }, {} as Parameters<typeof invoke>[1]);
}

beforeAll(async () => {
  const folder = copyProject();
  const settings = join(folder, 'settings.yml');
  writeFileSync(settings, `mode: enforce\nflowLogs: ${LOG_GROUP}\nstages: { dev: {} }\n`);
  await deployConfirmed(folder, aws, '--settings', settings);
  resources = await resourcesOf(aws);
  await releasePolicies(aws, resources, folder);
  const role = await userLike(aws, resources.IamRoleLambdaExecution ?? '', 'evidence');
  deployed = await fetchDeployed(aws, resources, role);
  inbox = await subscribe(aws, resources.Topic ?? '');
  network = await buildNetwork();
});

it('the message says what could be reached, the next who came in, and the command says it by hand', async () => {
  const { interfaceId, PublicIp } = network;
  const id = await open();
  await recordVisitors();
  await askLater(id);
  const [first, second] = await inbox.read();

  expect(first).toMatchObject({
    exposure: {
      group: {
        exposure: { kind: 'reachable', arrival: { address: PublicIp, traffic: 'tcp/22' } },
        of: { id: interfaceId },
      },
      flowLogs: { kind: 'asked' },
    },
  });
  expect(second).toMatchObject({
    ...{ kind: 'evidence', id },
    evidence: { grade: 'answered', counts: { accepted: 1, answered: 1 }, gaps: [] },
  });
  const byHand = await portcullis(['evidence', id, '--region', aws.region], {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
  });
  expect(byHand.stdout).toContain('packets from 2 addresses got through, and 1 address got an answer');
});

it('the message says what stands in the way: a network ACL that denies it', async () => {
  const entry = { RuleNumber: 50, Protocol: '6', RuleAction: 'deny' as const, Egress: false };
  await aws.ec2.send(
    new CreateNetworkAclEntryCommand({
      ...{ ...entry, NetworkAclId: network.aclId, CidrBlock: '0.0.0.0/0', PortRange: { From: 22, To: 22 } },
    }),
  );
  await open();
  const last = (await inbox.read()).at(-1);

  expect(last).toMatchObject({
    exposure: {
      group: {
        exposure: {
          kind: 'blocked',
          blocked: { code: 'SUBNET_ACL_RESTRICTION', id: network.aclId, ruleNumber: 50 },
          onlyBarrier: 'acl',
        },
      },
    },
  });
});
