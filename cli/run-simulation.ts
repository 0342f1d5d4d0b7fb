// One event on an in-memory account: the account filled, the real handler run, what it did written down.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { type RemediationJson, toJson } from '../handlers/remediation-handler.ts';
import { type Change, parseChange } from '../lib/change/change.ts';
import type { Config } from '../lib/config.ts';
import { readSurroundings } from '../lib/io/aws/surroundings.ts';
import { reconcile } from '../lib/io/reconcile.ts';
import type { World } from '../lib/io/world.ts';
import { type BlockList, printBlockList } from '../lib/network/nat64.ts';
import type { Policy } from '../lib/policy/policy.ts';
import { RevocationError } from '../lib/remediation/errors.ts';
import {
  type Account,
  type Call,
  createAccount,
  dynamoOf,
  ec2Of,
  inForce,
  snsOf,
  topicArn,
} from '../lib/sandbox/index.ts';
import { ownerOf, seedFromEvent, seedFromGroups } from './input/seed.ts';
import { seedNetwork } from './input/seed-network.ts';

export interface SimulationInput
  extends Pick<Config, 'mode' | 'protected' | 'trimLimit' | 'audience' | 'stage'> {
  readonly event: unknown;
  /** Parsed output of `aws ec2 describe-security-groups`; undefined to make the group from the event. */
  readonly groups: unknown;
  /** Interfaces and the network around them, as the AWS CLI prints them; undefined where these are not known. */
  readonly network?: unknown;
  /** The entries of managed prefix lists; those of others cannot be read. */
  readonly prefixLists: ReadonlyMap<string, BlockList>;
  readonly policies: readonly Policy[];
}

export interface Simulation extends RemediationJson {
  readonly calls: readonly Call[];
  readonly before: readonly AwsSecurityGroupRule[];
  readonly after: readonly AwsSecurityGroupRule[];
  /** The group was not given, so it has what the event says and what every new group has. */
  readonly isMadeUp: boolean;
}

/** As if the event had been delivered so long after the call: a usual time for CloudTrail events. */
const DELIVERED_AFTER = 75_000;

const LEDGER = 'portcullis-ledger';

/** Milliseconds: a simulated wait costs none of the function's time. */
const TIME_LEFT = 600_000;

/** Metrics go to standard output, which is the operator's. */
class SilentMetrics extends Metrics {
  override publishStoredMetrics(): this {
    this.clearMetrics();
    return this;
  }
}

/** Lists that are given by name get an id. */
function seedLists(account: Account, lists: SimulationInput['prefixLists']): void {
  for (const [index, [reference, entries]] of [...lists].entries()) {
    const isId = reference.startsWith('pl-');
    const id = isId ? reference : `pl-${index.toString(16).padStart(17, '0')}`;
    account.prefixLists.set(id, printBlockList(entries));
    if (!isId) account.prefixListNames.set(id, { name: reference });
  }
}

/** Runs the event; throws EventError for what cannot be read and InputError for groups that are no groups. */
export async function simulate(input: SimulationInput): Promise<Simulation> {
  const change = parseChange(input.event);
  const account = createAccount({
    accountId: change.accountId ?? ownerOf(change, input.groups) ?? '111122223333',
    region: change.region ?? 'us-east-1',
  });
  seedLists(account, input.prefixLists);
  // Without a network, the mail says nothing of what could be reached.
  seedNetwork(account, input.network);
  const groupIds =
    input.groups === undefined
      ? seedFromEvent(account, change)
      : seedFromGroups(account, change, input.groups);
  const before = groupIds.flatMap((id) => inForce(account, id));
  const remediation = await handle(makeWorld(account, change, input), input.event);
  const after = groupIds.flatMap((id) => inForce(account, id));
  return { ...remediation, calls: account.calls, before, after, isMadeUp: input.groups === undefined };
}

/** What a retry could still close is part of the answer: a simulation has no retries. */
async function handle(world: World, event: unknown): Promise<RemediationJson> {
  const remediation = await reconcile(world, event, true);
  const { error } = remediation;
  if (error !== undefined && !(error instanceof RevocationError)) throw error;
  return toJson(remediation);
}

function makeWorld(account: Account, change: Change, input: SimulationInput): World {
  const { policies, mode, trimLimit, audience, stage } = input;
  const delivered = Date.parse(change.time ?? new Date().toISOString()) + DELIVERED_AFTER;
  let waited = 0;
  return {
    ec2: ec2Of(account),
    readSurroundings,
    sns: snsOf(account),
    config: {
      mode,
      topicArn: topicArn(account, 'portcullis'),
      stage,
      ledgerTable: LEDGER,
      ledgerRetention: 400,
      maxReceives: 5,
      breakerLimit: 100,
      breakerMinutes: 15,
      audience,
      protected: input.protected,
      isExposureOn: true,
      flowLogs: [],
      roleArn: undefined,
      trimLimit,
      region: account.region,
    },
    ledger: { client: dynamoOf(account), table: LEDGER },
    timeLeft: () => TIME_LEFT,
    policies,
    logger: new Logger({ logLevel: 'SILENT' }),
    metrics: new SilentMetrics({ namespace: 'Portcullis' }),
    now: () => new Date(delivered + waited),
    wait: async (milliseconds) => {
      waited += milliseconds;
    },
  };
}
