// The fingerprints of all rules in the ledger's table: items of about fifty groups; the sweep's item says which are valid.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isUnfinished } from '../../plan/plan.ts';
import type { Command } from '../../remediation/command.ts';
import { type Fingerprints, fingerprintOf } from '../../remediation/fingerprints.ts';
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
import { seconds } from './claims.ts';
import { load } from './entries.ts';
import { listKeys } from './history.ts';
import { getItem, type Ledger, pack, unpack } from './items.ts';
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
  { groupId, time, isWithEntries }: Omit<Extract<Command, { do: 'read-fingerprints' }>, 'do'>,
): Promise<Fingerprints | undefined> {
  const sweep = await loadSweep(ledger);
  const index = completeBefore(sweep?.fingerprints ?? [], time);
  const seen = index && (await seenBy(ledger, index, groupId));
  if (index === undefined || seen === undefined || !isWithEntries) return seen;
  const recorded = await recordedSince(ledger, groupId, index.generation);
  return { ...seen, rules: seen.rules.union(recorded) };
}

async function seenBy(
  ledger: Ledger,
  index: FingerprintIndex,
  groupId: string,
): Promise<Fingerprints | undefined> {
  const number = itemOf(index, groupId);
  if (number === undefined) return fingerprintsIn(index, {}, groupId);
  const item = await getItem(ledger, nameOf(index.generation, number));
  if (item?.body?.B === undefined) return undefined;
  return fingerprintsIn(index, unpack<FingerprintItem['groups']>(item.body.B), groupId);
}

/** Only this many entries, the newest, are searched: only a large call asks for them, and a remediation waits. */
const MOST_ENTRIES = 500;

/** The rules of a group that entries have dealt with since a time, as the entries saw them. */
async function recordedSince(ledger: Ledger, groupId: string, since: string): Promise<ReadonlySet<string>> {
  let recorded: ReadonlySet<string> = new Set();
  let looked = 0;
  for await (const { id } of listKeys(ledger, 'remediation', since)) {
    const entry = await load(ledger, id);
    if (entry?.snapshot.group.id === groupId) recorded = recorded.union(dealtWithIn(entry));
    looked += 1;
    if (looked === MOST_ENTRIES) break;
  }
  return recorded;
}

/** The rules that an entry dealt with; a rule that failed may be tried again. */
function dealtWithIn(entry: Stored): ReadonlySet<string> {
  const failed = new Set(entry.record.findings.filter(isUnfinished).map(({ ruleId }) => ruleId));
  const dealtWith = new Set(judgedIn(entry)).difference(failed);
  const rules = entry.snapshot.rules.map(parseRule).filter(({ id }) => dealtWith.has(id));
  return new Set(rules.map(fingerprintOf));
}

function nameOf(generation: string, number: number): string {
  return `fingerprints/${generation}/${number}`;
}
