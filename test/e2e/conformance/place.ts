// The three places that answer as EC2 and SNS do, and a case that is asked of each.
import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFlowLogsCommand,
  CreateManagedPrefixListCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type Account, addVpc, createAccount } from '../../../lib/sandbox/index.ts';
import { serve } from '../../../lib/sandbox/server.ts';
import { connect } from '../aws.ts';

export const NAMES = ['sandbox', 'moto', 'ministack'] as const;
export type Name = (typeof NAMES)[number];

export interface Place {
  readonly ec2: EC2Client;
  readonly sns: SNSClient;
  readonly topicArn: string;
  /** A list of the blocks of LISTED. */
  readonly prefixListId: string;
  /** The VPC of the groups that are not in the default one, with VPC_BLOCK as its block, and another one. */
  readonly vpcId: string;
  readonly otherVpcId: string;
  /** The id of a new group, in a VPC that is not the default one unless asked for. */
  readonly newGroup: (where?: { readonly isInDefaultVpc: true }) => Promise<string>;
  readonly network: PlaceNetwork;
  readonly close: () => Promise<void>;
}

/** What stands around groups, and what flow logs of it record. */
interface PlaceNetwork {
  readonly logs: CloudWatchLogsClient;
  /** The id of a new interface with that group. */
  readonly newInterface: (groupId: string) => Promise<string>;
  /** A new flow log of the VPC to that log group, which is new, too. */
  readonly newFlowLog: (logGroupName: string, format: string) => Promise<void>;
  /** Has a stream of a log group with these events. */
  readonly record: (
    logGroupName: string,
    logStreamName: string,
    events: readonly { readonly timestamp: number; readonly message: string }[],
  ) => Promise<void>;
}

/** Something that AWS documents and the bot relies on. */
export interface Case {
  readonly claim: string;
  readonly url: string;
  /** What is seen when it is tried. */
  readonly observe: (place: Place) => Promise<unknown>;
  /** What is seen on AWS. */
  readonly documented: unknown;
  /** Where something else is seen. */
  readonly deviates?: readonly Exclude<Name, 'sandbox'>[];
}

export const VPC_BLOCK = '10.0.0.0/16';
export const LISTED: readonly string[] = ['10.1.0.0/16', '10.2.0.0/16'];
const REGION = 'ca-central-1';
let groups = 0;

/** A place of its own in an emulator that runs already. */
export async function emulated(url: string): Promise<Place> {
  const { ec2, sns, logs } = connect(url, REGION);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: VPC_BLOCK }));
  const { Vpc: other } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }));
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'conformance' }));
  const { PrefixList } = await ec2.send(
    new CreateManagedPrefixListCommand({
      ...{ PrefixListName: 'conformance', AddressFamily: 'IPv4', MaxEntries: 10 },
      Entries: LISTED.map((Cidr) => ({ Cidr })),
    }),
  );
  return {
    ...{ ec2, sns, topicArn: TopicArn, prefixListId: PrefixList?.PrefixListId ?? '' },
    ...{ vpcId: Vpc?.VpcId ?? '', otherVpcId: other?.VpcId ?? '' },
    newGroup: (where) => newGroup(ec2, where?.isInDefaultVpc ? undefined : Vpc?.VpcId),
    network: networkIn(ec2, logs, Vpc?.VpcId ?? ''),
    close: async () => undefined,
  };
}

export async function sandboxed(): Promise<Place> {
  const vpc = 'vpc-0home';
  const otherVpcId = 'vpc-0other';
  const prefixListId = 'pl-0123456789abcdefa';
  const account = createAccount({
    ...{ accountId: '111122223333', region: REGION },
    topics: ['conformance'],
  });
  account.prefixLists.set(prefixListId, LISTED);
  addVpc(account, vpc, [VPC_BLOCK]);
  addVpc(account, otherVpcId, ['10.1.0.0/16']);
  const { url, close } = await serve(account);
  const { ec2, sns, logs } = connect(url, REGION);
  const topicArn = `arn:aws:sns:${REGION}:111122223333:conformance`;
  return {
    ec2,
    sns,
    topicArn,
    prefixListId,
    ...{ vpcId: vpc, otherVpcId },
    newGroup: (where) => newGroup(ec2, where?.isInDefaultVpc ? undefined : vpc),
    network: sandboxedNetwork(account, logs, vpc),
    close,
  };
}

function networkIn(ec2: EC2Client, logs: CloudWatchLogsClient, VpcId: string): PlaceNetwork {
  let subnet: Promise<string | undefined> | undefined;
  const newSubnet = async () =>
    (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.9.0/24' }))).Subnet?.SubnetId;
  return {
    logs,
    newInterface: async (groupId) => {
      subnet ??= newSubnet();
      const input = { SubnetId: await subnet, Groups: [groupId] };
      const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand(input));
      return NetworkInterface?.NetworkInterfaceId ?? '';
    },
    newFlowLog: async (LogGroupName, LogFormat) => {
      await logs.send(new CreateLogGroupCommand({ logGroupName: LogGroupName }));
      await ec2.send(
        new CreateFlowLogsCommand({
          ...{ ResourceType: 'VPC', ResourceIds: [VpcId], TrafficType: 'ALL', LogGroupName, LogFormat },
          DeliverLogsPermissionArn: 'arn:aws:iam::111122223333:role/flow-logs',
        }),
      );
    },
    record: async (logGroupName, logStreamName, events) => {
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [...events] }));
    },
  };
}

function sandboxedNetwork(account: Account, logs: CloudWatchLogsClient, VpcId: string): PlaceNetwork {
  const { interfaces, flowLogs } = account.network;
  return {
    logs,
    newInterface: async (GroupId) => {
      const NetworkInterfaceId = `eni-0${interfaces.length}`;
      interfaces.push({ NetworkInterfaceId, VpcId, SubnetId: 'subnet-0', Groups: [{ GroupId }] });
      return NetworkInterfaceId;
    },
    newFlowLog: async (LogGroupName, LogFormat) => {
      account.logGroups.set(LogGroupName, new Map());
      flowLogs.push({
        ...{ FlowLogId: `fl-0${flowLogs.length}`, FlowLogStatus: 'ACTIVE', ResourceId: VpcId },
        ...{ TrafficType: 'ALL', LogDestinationType: 'cloud-watch-logs', LogGroupName, LogFormat },
      });
    },
    record: async (group, stream, events) => void account.logGroups.get(group)?.set(stream, events),
  };
}

async function newGroup(ec2: EC2Client, VpcId: string | undefined): Promise<string> {
  const input = { GroupName: `conformance-${++groups}`, Description: 'a test', VpcId };
  return (await ec2.send(new CreateSecurityGroupCommand(input))).GroupId ?? '';
}

/** The code of the error that a call ends with; undefined if it does not. */
export async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
