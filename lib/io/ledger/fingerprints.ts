// The fingerprints of all rules in the ledger's table: items of about fifty groups; the sweep's item says which are valid.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isUnfinished } from '../../plan/plan.ts';
import type { Command } from '../../remediation/command.ts';
import { type Fingerprints, fingerprintOf, type SeenRules } from '../../remediation/fingerprints.ts';
import { judgedIn } from '../../remediation/progress.ts';
import type { Stored } from '../../remediation/state.ts';
import { parseRule } from '../../rule.ts';
import {
  completeBefore,
  type FingerprintIndex,
  type FingerprintItem,
  fingerprintsIn,
  itemOf,
} from '../../sweep/fingerprints.ts';
import type { Place } from './breaker-sets.ts';
import { seconds } from './claims.ts';
import { load } from './entries.ts';
import { listKeys } from './history.ts';
import { getItem, type Ledger, pack, unpack } from './items.ts';
import { readModified } from './modified-rules.ts';
import { loadSweep } from './sweep-state.ts';

/** Milliseconds: longer than it is from one sweep to the next, for weekly ones as well. */
const KEPT_FOR = 15 * 86_400_000;

/** Writes items of a sweep; they are valid once it is complete. */
export async function storeFingerprints(
  { client, table }: Ledger,
  generation: string,
  items: readonly FingerprintItem[],
  now: Date,
): Promise<void> {
  const expiresAt = seconds(new Date(now.getTime() + KEPT_FOR));
  for (const { number, groups } of items) {
    const Item = { id: { S: nameOf(generation, number) }, expiresAt, body: { B: pack(groups) } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
}

/**
 * The fingerprints of a group from the last sweep that was complete before a time (ISO 8601), on request with the rules that entries
 * have dealt with since; undefined if there was no such sweep, or its items have expired.
 */
export async function readFingerprints(
  ledger: Ledger,
  place: Place,
  { groupId, time, isWithEntries }: Omit<Extract<Command, { do: 'read-fingerprints' }>, 'do'>,
): Promise<Fingerprints | undefined> {
  const sweep = await loadSweep(ledger);
  const index = completeBefore(sweep?.fingerprints ?? [], time);
  const seen = index && (await readSeen(ledger, place, index, [groupId])).get(groupId);
  if (index === undefined || seen === undefined) return undefined;
  const { policies, generation } = index;
  if (!isWithEntries) return { policies, ...seen };
  const isOfGroup = ({ snapshot }: Stored) => snapshot.group.id === groupId;
  const recorded = await recordedIn(ledger, generation, MOST_ENTRIES.ofGroup, isOfGroup);
  return { policies, ...seen, rules: seen.rules.union(recorded) };
}

/** What is known of groups since a complete sweep; a group whose item has expired is missing. */
export async function readSeen(
  ledger: Ledger,
  place: Place,
  index: FingerprintIndex,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, SeenRules>> {
  const { generation } = index;
  const seen = new Map<string, SeenRules>();
  for (const [number, ids] of Map.groupBy(groupIds, (id) => itemOf(index, id))) {
    const [groups, ...modified] = await Promise.all([
      number === undefined ? {} : readGroups(ledger, nameOf(generation, number)),
      ...ids.map((id) => readModified(ledger, place, id, generation)),
    ]);
    if (groups === undefined) continue;
    for (const [at, id] of ids.entries()) {
      seen.set(id, { rules: fingerprintsIn(groups, id), modified: modified[at] ?? 'all' });
    }
  }
  return seen;
}

async function readGroups(ledger: Ledger, name: string): Promise<FingerprintItem['groups'] | undefined> {
  const item = await getItem(ledger, name);
  return item?.body?.B === undefined ? undefined : unpack<FingerprintItem['groups']>(item.body.B);
}

/** Only so many entries, the newest, are searched: an event waits for those of its group, and a sweep has a quarter of an hour. */
const MOST_ENTRIES = { ofGroup: 500, ofAll: 5000 };

/** The fingerprints of the rules that entries have dealt with since a time; those of entries whose id begins like `except` do not count. */
export function findRecorded(
  ledger: Ledger,
  { since, except }: { readonly since: string; readonly except: string },
): Promise<ReadonlySet<string>> {
  return recordedIn(ledger, since, MOST_ENTRIES.ofAll, ({ id }) => !id.startsWith(except));
}

/** The rules of those entries that are asked for, as the entries saw them. */
async function recordedIn(
  ledger: Ledger,
  since: string,
  most: number,
  isAsked: (entry: Stored) => boolean,
): Promise<ReadonlySet<string>> {
  const recorded = new Set<string>();
  let looked = 0;
  for await (const { id } of listKeys(ledger, 'remediation', since)) {
    const entry = await load(ledger, id);
    for (const one of entry !== undefined && isAsked(entry) ? dealtWithIn(entry) : []) recorded.add(one);
    looked += 1;
    if (looked === most) break;
  }
  return recorded;
}

/** The rules that an entry dealt with; a rule that failed may be tried again. */
function dealtWithIn(entry: Stored): readonly string[] {
  const failed = new Set(entry.record.findings.filter(isUnfinished).map(({ ruleId }) => ruleId));
  const dealtWith = new Set(judgedIn(entry)).difference(failed);
  return entry.snapshot.rules
    .map(parseRule)
    .filter(({ id }) => dealtWith.has(id))
    .map(fingerprintOf);
}

function nameOf(generation: string, number: number): string {
  return `fingerprints/${generation}/${number}`;
}
