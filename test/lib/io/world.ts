// A world for tests: a sandbox account with one group, policies that stay as they are, and a clock that only waiting moves.
import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Mode } from '../../../lib/config.ts';
import { readSurroundings } from '../../../lib/io/aws/surroundings.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import { readPolicies } from '../../../lib/io/policy-files.ts';
import { type Remediation, reconcile as reconcileEvent } from '../../../lib/io/reconcile.ts';
import type { World } from '../../../lib/io/world.ts';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import {
  type Account,
  addGroup,
  addRule,
  createAccount,
  dynamoOf,
  ec2Of,
  inForce,
  snsOf,
} from '../../../lib/sandbox/index.ts';

export const GROUP = 'sg-0web';
export const ACCOUNT = '111122223333';
/** The role of the function itself. */
export const OWN_ROLE = `arn:aws:iam::${ACCOUNT}:role/portcullis-lambda`;
export const REGION = 'eu-west-1';

const policies = readPolicies('test/fixtures/policies').map(compilePolicy);

/** By their text: a property asks for the same policies thousands of times. */
const compiled = new Map<string, Policy>();

/** A policy that forbids TCP ports to the world, with this more said. */
export function policyOf(id: string, ports: readonly number[], action: string, more: object = {}): Policy {
  const said = { id, title: 'closed', severity: 'high', description: 'Use the VPN.' };
  const match = { protocol: ['tcp'], ports, source: 'world' };
  const document = { ...said, match, action, ...more };
  const text = JSON.stringify(document);
  const policy = compiled.get(text) ?? compilePolicy(policySchema.parse(document));
  compiled.set(text, policy);
  return policy;
}

export interface TestWorld {
  readonly account: Account;
  readonly world: World;
  /** The pauses that were waited through, in milliseconds. */
  readonly pauses: readonly number[];
  /** What was logged, as `message` and the rest. */
  readonly log: readonly (readonly [message: string, extra: object])[];
}

/** One group with the given rules; the event of makeEvent is 90 seconds old. */
export function makeWorld(
  rules: readonly AwsSecurityGroupRule[],
  mode: Mode = 'enforce',
  age = 90_000,
  vpcId = 'vpc-0other',
): TestWorld {
  const account = createAccount({ accountId: ACCOUNT, region: REGION });
  addGroup(account, { GroupId: GROUP, GroupName: 'web-prod', VpcId: vpcId });
  for (const rule of rules) addRule(account, { GroupId: GROUP, ...rule });
  const pauses: number[] = [];
  const log: [string, object][] = [];
  const logger = new Logger({ logLevel: 'SILENT' });
  logger.info = (message, ...extra) => void log.push([String(message), Object.assign({}, ...extra)]);
  const world: World = {
    ec2: ec2Of(account),
    readSurroundings,
    sns: snsOf(account),
    config: {
      mode,
      region: REGION,
      topicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:portcullis`,
      trimLimit: 10,
      stage: 'prod',
      ledgerTable: 'ledger',
      ledgerRetention: 400,
      maxReceives: 5,
      breakerLimit: 100,
      breakerMinutes: 15,
      audience: {},
      protected: [],
      isExposureOn: true,
      flowLogs: [],
      roleArn: OWN_ROLE,
    },
    ledger: { client: dynamoOf(account), table: 'ledger' },
    timeLeft: () => 900_000,
    policies,
    logger,
    metrics: new Metrics({ namespace: 'test' }),
    now: () =>
      new Date(Date.parse('2026-06-01T12:00:00Z') + age + pauses.reduce((sum, pause) => sum + pause, 0)),
    wait: async (milliseconds) => void pauses.push(milliseconds),
  };
  return { account, world, pauses, log };
}

export function tcp(
  id: string,
  port: number,
  source: Partial<AwsSecurityGroupRule> = { CidrIpv4: '0.0.0.0/0' },
): AwsSecurityGroupRule {
  return {
    SecurityGroupRuleId: id,
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    IsEgress: false,
    ...source,
  };
}

/** What tests open to the world: two ports that the policies close, and a range that holds one. */
export const ssh = tcp('sgr-0ssh', 22);
export const rdp = tcp('sgr-0rdp', 3389);
export const wide = { ...tcp('sgr-0wide', 3300), ToPort: 3310 };

/** The event of an AuthorizeSecurityGroupIngress call that made these rules. */
export function makeEvent(rules: readonly AwsSecurityGroupRule[], record: object = {}): object {
  const groupId = rules[0]?.GroupId ?? GROUP;
  const items = rules.map((rule) => ({
    groupId,
    securityGroupRuleId: rule.SecurityGroupRuleId,
    isEgress: rule.IsEgress,
    ipProtocol: rule.IpProtocol,
    fromPort: rule.FromPort,
    toPort: rule.ToPort,
    cidrIpv4: rule.CidrIpv4,
    cidrIpv6: rule.CidrIpv6,
  }));
  return {
    eventName: 'AuthorizeSecurityGroupIngress',
    eventSource: 'ec2.amazonaws.com',
    eventTime: '2026-06-01T12:00:00Z',
    eventID: 'event-1',
    awsRegion: REGION,
    recipientAccountId: ACCOUNT,
    requestParameters: { groupId, ipPermissions: {} },
    responseElements: { _return: true, securityGroupRuleSet: { items } },
    ...record,
  };
}

/** Ids of the rules of the group that are in force. */
export function left({ account }: TestWorld): readonly (string | undefined)[] {
  return inForce(account, GROUP).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);
}

/** Runs the event; throws what must be tried again, as the handler does. */
export async function reconcile(world: World, event: unknown, isLastTry = false): Promise<Remediation> {
  const remediation = await reconcileEvent(world, event, isLastTry);
  if (remediation.error !== undefined) throw remediation.error;
  return remediation;
}

/** Runs the event, and answers the outcomes as `rule: outcome`. */
export async function outcomes({ world }: TestWorld, event: unknown): Promise<readonly string[]> {
  const remediation = await reconcile(world, event);
  return remediation.outcomes.map(({ rule, outcome }) => `${rule.id}: ${outcome}`).toSorted();
}

/** The calls that were made, by name. */
export function calls({ account }: TestWorld): readonly string[] {
  return account.calls.map(({ api }) => api);
}

/** The subjects of what was published. */
export function subjects({ account }: TestWorld): readonly (string | undefined)[] {
  return account.messages.map(({ subject }) => subject);
}

/** The mails that were published. */
export function mails({ account }: TestWorld): readonly string[] {
  return account.messages.map(({ versions }) => versions?.email ?? '');
}

/** The rules of a record in the ledger, each with what came of it. */
export async function found({ world }: TestWorld, id = 'event-1') {
  return (await load(world.ledger, id))?.record.findings.map(({ ruleId, outcome }) => [ruleId, outcome]);
}

/** Fifty tags, the most that a rule may have, of texts that cannot be packed. */
export function fullTags() {
  const text = (length: number) => randomBytes(length).toString('base64').slice(0, length);
  return Array.from({ length: 50 }, () => ({ Key: text(128), Value: text(256) }));
}
