// How far the sweep is: one item of the ledger's table. Whoever goes on reads it, so nothing is lost with an invocation.
import { gunzipSync, gzipSync } from 'node:zlib';
import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { FindingRecord } from '../report/record.ts';
import type { Tally } from '../report/tally.ts';
import { BusyError, type Ledger } from './ledger.ts';

/** A violating rule that the previous sweep did not find, and the rules that it violates together with. */
export type Candidate = readonly [ruleId: string, ...beside: string[]];

/** A group that is being acted on. */
export interface Acting {
  readonly groupId: string;
  readonly groupName: string;
  /** The rules that may be acted on. */
  readonly ruleIds: readonly string[];
  /** Findings that are only told. */
  readonly left: readonly FindingRecord[];
  readonly rules: number;
  readonly exempt: number;
}

/** What the next sweep compares with. */
export interface Previous {
  readonly startedAt: string;
  /** Tells the policies apart that it judged by. */
  readonly policies: string;
  readonly seen: readonly string[];
  /** Whether these are the ids of all violating rules that it found. */
  readonly isWhole: boolean;
}

export interface Sweep {
  readonly startedAt: string;
  readonly policies: string;
  /** The last group that is done with; groups are taken in the order of their ids. */
  readonly after: string;
  /** Set before anything is done to a group, so that what comes of it is told even if this invocation does not live to. */
  readonly acting?: Acting;
  readonly tally: Tally;
  readonly candidates: readonly Candidate[];
  readonly previous?: Previous;
  /** How many rules were revoked in which window of the breaker. */
  readonly spent: { readonly window: number; readonly rules: number };
  /** When it was done with. */
  readonly finishedAt?: string;
  /** When people were last told of a sweep. */
  readonly toldAt?: string;
  /** Until then somebody is at it; milliseconds since 1970. */
  readonly leaseUntil: number;
}

export type HeldSweep = Sweep & { readonly version: number };

const ID = 'sweep';

/** The sweep that is under way, or the last one; undefined before the first. */
export async function loadSweep({ client, table }: Ledger): Promise<HeldSweep | undefined> {
  const input = { TableName: table, Key: { id: { S: ID } }, ConsistentRead: true };
  const { Item: item } = await client.send(new GetItemCommand(input));
  if (item?.body?.B === undefined) return undefined;
  return { ...JSON.parse(gunzipSync(item.body.B).toString()), version: Number(item.version?.N) };
}

/** Writes it over the version that was read; throws BusyError if somebody else has. */
export async function saveSweep({ client, table }: Ledger, sweep: HeldSweep): Promise<HeldSweep> {
  const { version, ...rest } = sweep;
  const condition =
    version === 0
      ? { ConditionExpression: 'attribute_not_exists(id)' }
      : {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': { N: `${version}` } },
        };
  const item = {
    id: { S: ID },
    version: { N: `${version + 1}` },
    body: { B: gzipSync(JSON.stringify(rest)) },
  };
  try {
    await client.send(new PutItemCommand({ TableName: table, Item: item, ...condition }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new BusyError('another invocation is sweeping', { cause: error });
  }
  return { ...rest, version: version + 1 };
}
