// What an account is made of, as plain data that every service of the sandbox may know.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type {
  SecurityGroupRule as AwsSecurityGroupRule,
  FlowLog,
  InternetGateway,
  NetworkAcl,
  NetworkInterface,
  RouteTable,
  SecurityGroupVpcAssociation,
  Subnet,
  Tag,
  VpcBlockPublicAccessExclusion,
  VpcBlockPublicAccessOptions,
} from '@aws-sdk/client-ec2';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

/** One call of an SDK client, as its caller made it; retries are not counted again. */
export interface Call {
  readonly api: string;
  readonly input: object;
}

export interface StoredGroup {
  readonly GroupId: string;
  readonly GroupName: string;
  readonly Description: string;
  readonly OwnerId: string;
  readonly VpcId: string;
  readonly Tags: readonly Tag[];
}

export interface StoredAssociation extends SecurityGroupVpcAssociation {
  readonly Tags?: readonly Tag[];
}

/** What stands between the internet and the groups, as EC2 describes it. Tests add to it; nothing here changes it. */
export interface StoredNetwork {
  readonly interfaces: NetworkInterface[];
  readonly subnets: Subnet[];
  readonly routeTables: RouteTable[];
  readonly acls: NetworkAcl[];
  readonly gateways: InternetGateway[];
  readonly flowLogs: FlowLog[];
  publicAccess: VpcBlockPublicAccessOptions;
  readonly exclusions: VpcBlockPublicAccessExclusion[];
}

/** The reads that come in pages, counted apart: one can be ahead of the other. */
export type ReadApi =
  | 'DescribeSecurityGroups'
  | 'DescribeSecurityGroupRules'
  | 'DescribeSecurityGroupVpcAssociations'
  | 'DescribeVpcs'
  | 'DescribeManagedPrefixLists'
  | 'GetManagedPrefixListEntries'
  | 'DescribeNetworkInterfaces'
  | 'DescribeSubnets'
  | 'DescribeRouteTables'
  | 'DescribeNetworkAcls'
  | 'DescribeInternetGateways'
  | 'DescribeVpcBlockPublicAccessExclusions'
  | 'DescribeFlowLogs';

export type Reads = Record<ReadApi, number>;

/** One version of a rule. A modified rule is two versions with one id, of which no read shows both. */
export interface StoredRule {
  readonly rule: AwsSecurityGroupRule;
  /** The reads there had been when it was put into force. */
  readonly madeAt: Readonly<Reads>;
  /** How many reads of each kind, from then on, do not show it. */
  hiddenFor: number;
  /** The reads there had been when it was taken out of force; undefined while it is in force. */
  readonly goneAt: Readonly<Reads> | undefined;
  /** How many reads of each kind, from then on, still show it. */
  readonly shownFor: number;
}

export interface Bucket {
  /** True for the calls that take a token of it. */
  readonly holds: (api: string) => boolean;
  readonly size: number;
  readonly perSecond: number;
  tokens: number;
  /** When tokens were last added, in milliseconds. */
  at: number;
}

export interface StoredLogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/** The events of each stream of a log group, by its name. */
export type StoredLogGroup = Map<string, readonly StoredLogEvent[]>;

export type Item = Readonly<Record<string, AttributeValue>>;

export interface StoredMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>;
  /** Received, and not shown again yet. */
  isHidden?: boolean;
}

export interface StoredQueue {
  /** The queue whose dead letters it has. */
  readonly deadLettersOf?: string;
  messages: readonly StoredMessage[];
}

/** An attribute as a subscription's filter policy would read it. */
export type Attribute = string | number | readonly (string | number | boolean | null)[];

export interface Publication {
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** As it was sent, before it is taken apart by protocol. */
  readonly message: string;
  /** By protocol, where the message was JSON of that structure; `default` serves all that are not named. */
  readonly versions: Readonly<Record<string, string>> | undefined;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Fault {
  readonly api: string;
  readonly code: string;
  /** How many more requests fail. */
  times: number;
}

export interface Hook {
  readonly api: string;
  readonly run: () => void;
  /** How many more operations it runs before. */
  times: number;
}
