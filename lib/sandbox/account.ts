// An AWS account in memory: what EC2 and SNS would remember. Ids come from a counter, so that runs repeat.
import type {
  SecurityGroup as AwsSecurityGroup,
  SecurityGroupRule as AwsSecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { Fault } from './faults.ts';
import type { Publication } from './publish.ts';

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
  readonly Tags: NonNullable<AwsSecurityGroup['Tags']>;
}

/** A rule, and for how many more reads it stays hidden (just made) or is still shown (just revoked). */
export interface StoredRule {
  readonly rule: AwsSecurityGroupRule;
  hiddenFor: number;
  /** Undefined while the rule is in force. */
  shownFor: number | undefined;
}

export interface Account {
  readonly accountId: string;
  readonly region: string;
  readonly defaultVpcId: 'vpc-0000000000000000d';
  readonly groups: Map<string, StoredGroup>;
  rules: StoredRule[];
  readonly topics: Set<string>;
  readonly messages: Publication[];
  readonly calls: Call[];
  readonly faults: Fault[];
  /** For how many reads a change stays invisible: EC2 is eventually consistent. */
  lag: number;
  /** The most items in one page, whatever the caller asks for. */
  pageSize: number;
  lastId: number;
}

export interface AccountOptions {
  readonly accountId: string;
  readonly region: string;
  readonly topics?: readonly string[];
}

/** An empty account with a default VPC and the given topics. */
export function createAccount({ accountId, region, topics = ['portcullis'] }: AccountOptions): Account {
  return {
    accountId,
    region,
    defaultVpcId: 'vpc-0000000000000000d',
    groups: new Map(),
    rules: [],
    topics: new Set(topics.map((name) => `arn:aws:sns:${region}:${accountId}:${name}`)),
    messages: [],
    calls: [],
    faults: [],
    lag: 0,
    pageSize: 1000,
    lastId: 0,
  };
}

/** A new id such as `sgr-00000000000000001`. */
export function nextId(account: Account, prefix: string): string {
  account.lastId += 1;
  return `${prefix}-${account.lastId.toString(16).padStart(17, '0')}`;
}

/** The rules of a group that are in force, whether Describe shows them yet or not. */
export function inForce(account: Account, groupId: string): readonly AwsSecurityGroupRule[] {
  return account.rules
    .filter(({ rule, shownFor }) => rule.GroupId === groupId && shownFor === undefined)
    .map(({ rule }) => rule);
}

/** Puts a rule into force; it stays hidden for the account's lag. */
export function store(account: Account, rule: AwsSecurityGroupRule): void {
  account.rules.push({ rule, hiddenFor: account.lag, shownFor: undefined });
}

/** Takes a rule out of force; it is still shown for the account's lag. */
export function discard(account: Account, { SecurityGroupRuleId }: AwsSecurityGroupRule): void {
  for (const stored of account.rules) {
    if (stored.rule.SecurityGroupRuleId === SecurityGroupRuleId) stored.shownFor = account.lag;
  }
}
