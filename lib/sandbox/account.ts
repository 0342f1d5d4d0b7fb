// An AWS account in memory: what EC2 and SNS would remember. Ids come from a counter, so that runs repeat.
import type { Vpc } from '@aws-sdk/client-ec2';
import type {
  Bucket,
  Call,
  Fault,
  Hook,
  Item,
  Publication,
  Reads,
  StoredAssociation,
  StoredGroup,
  StoredLogGroup,
  StoredNetwork,
  StoredQueue,
  StoredRule,
} from './account-state.ts';
import { partitionOf } from './partitions.ts';

/** All state there is; tests read and set it as plain data. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  readonly defaultVpcId: string;
  /** By id; undefined for a VPC that nobody can describe, because its blocks are not known. */
  readonly vpcs: Map<string, Vpc | undefined>;
  /** Which groups work in which VPCs beside their own. */
  readonly associations: StoredAssociation[];
  readonly network: StoredNetwork;
  readonly groups: Map<string, StoredGroup>;
  /** Also rules that are no longer in force, for as long as a read may still show them. */
  rules: readonly StoredRule[];
  /** The CIDR blocks of each managed prefix list, by its id. */
  readonly prefixLists: Map<string, readonly string[]>;
  /** The CIDR blocks of each version of a list, the first version first; none where only today's are known. */
  readonly prefixListVersions: Map<string, readonly (readonly string[])[]>;
  /** What lists are called, and whose they are where it is not the account, by their ids. */
  readonly prefixListNames: Map<string, { readonly name: string; readonly ownerId?: string }>;
  /** The prefix lists that are being changed: reads of their entries may be of before. */
  readonly changingLists: Set<string>;
  /** The items of the ledger's table, by their id. */
  readonly items: Map<string, Item>;
  /** SQS queues, by their names. */
  readonly queues: Map<string, StoredQueue>;
  /** Log groups of CloudWatch Logs, by their names. */
  readonly logGroups: Map<string, StoredLogGroup>;
  readonly topics: Set<string>;
  /** The outputs of CloudFormation stacks, by the stacks' names. */
  readonly stacks: Map<string, Readonly<Record<string, string>>>;
  readonly messages: Publication[];
  readonly calls: Call[];
  readonly faults: Fault[];
  /** What runs right before an operation, by its name. */
  readonly hooks: Hook[];
  /** None where calls are not throttled. */
  readonly buckets: Bucket[];
  /** How many reads of each kind do not show a change yet: EC2 is eventually consistent. */
  lag: number;
  /** The most items in one page, whatever the caller asks for. */
  pageSize: number;
  /** The most rules, or ids of rules, in one call. EC2 documents no limit; 1,000 is what its users report. */
  mostRulesPerCall: number;
  /** How a revoke answers which rules it removed: the bot may not rely on it. */
  revokedRules: 'listed' | 'empty' | 'missing';
  readonly reads: Reads;
  lastId: number;
}

export interface AccountOptions {
  readonly accountId: string;
  readonly region: string;
  readonly defaultVpcId?: string;
  /** VPCs beside the default one. */
  readonly vpcs?: readonly string[];
  /** Names of SNS topics. */
  readonly topics?: readonly string[];
}

/** An account with its VPCs and topics, and no groups. */
export function createAccount(options: AccountOptions): Account {
  const { accountId, region, topics = ['portcullis'], vpcs = [] } = options;
  const { defaultVpcId = 'vpc-0000000000000000d' } = options;
  return {
    accountId,
    region,
    defaultVpcId,
    vpcs: new Map([defaultVpcId, ...vpcs].map((id) => [id, undefined])),
    associations: [],
    network: emptyNetwork(accountId),
    groups: new Map(),
    rules: [],
    prefixLists: new Map(),
    prefixListVersions: new Map(),
    prefixListNames: new Map(),
    changingLists: new Set(),
    items: new Map(),
    queues: new Map(),
    logGroups: new Map(),
    topics: new Set(topics.map((name) => topicArn({ accountId, region }, name))),
    stacks: new Map(),
    messages: [],
    calls: [],
    faults: [],
    hooks: [],
    buckets: [],
    lag: 0,
    pageSize: Number.POSITIVE_INFINITY,
    mostRulesPerCall: 1000,
    revokedRules: 'listed',
    reads: {
      DescribeSecurityGroups: 0,
      DescribeSecurityGroupRules: 0,
      DescribeSecurityGroupVpcAssociations: 0,
      DescribeVpcs: 0,
      DescribeManagedPrefixLists: 0,
      GetManagedPrefixListEntries: 0,
      DescribeNetworkInterfaces: 0,
      DescribeSubnets: 0,
      DescribeRouteTables: 0,
      DescribeNetworkAcls: 0,
      DescribeInternetGateways: 0,
      DescribeVpcBlockPublicAccessExclusions: 0,
      DescribeFlowLogs: 0,
    },
    lastId: 0,
  };
}

/** No interfaces, and VPC Block Public Access as every account begins. */
function emptyNetwork(AwsAccountId: string): StoredNetwork {
  return {
    interfaces: [],
    subnets: [],
    routeTables: [],
    acls: [],
    gateways: [],
    flowLogs: [],
    publicAccess: { AwsAccountId, State: 'default-state', InternetGatewayBlockMode: 'off' },
    exclusions: [],
  };
}

/** A new id such as `sgr-00000000000000001`; never one that a group or rule of the account already has. */
export function nextId(account: Account, prefix: string): string {
  account.lastId += 1;
  const id = `${prefix}-${account.lastId.toString(16).padStart(17, '0')}`;
  const isTaken = account.groups.has(id) || account.rules.some(({ rule }) => rule.SecurityGroupRuleId === id);
  return isTaken ? nextId(account, prefix) : id;
}

/** The ARN of a group or rule. */
export function arnOf(account: Account, type: 'security-group' | 'security-group-rule', id: string): string {
  return `arn:${partitionOf(account.region)}:ec2:${account.region}:${account.accountId}:${type}/${id}`;
}

/** The ARN of a topic. */
export function topicArn({ region, accountId }: Pick<Account, 'accountId' | 'region'>, name: string): string {
  return `arn:${partitionOf(region)}:sns:${region}:${accountId}:${name}`;
}
