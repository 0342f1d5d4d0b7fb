// Which rules of a group were otherwise than the last sweep saw them, and when: one that looks the same again has changed all the same.
// One item for each group, with an attribute for each rule: whoever writes needs to read nothing.
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Command } from '../../remediation/command.ts';
import type { SeenRules } from '../../remediation/fingerprints.ts';
import type { Place } from './breaker-sets.ts';
import { seconds } from './claims.ts';
import { getItem, type Ledger } from './items.ts';

/** Milliseconds: as long as fingerprints are kept. */
const KEPT_FOR = 15 * 86_400_000;

/** The most rules in one write: an expression may have 300 operators. */
const MOST_RULES = 100;

/** For all rules of the group. */
const ALL = 'all';

/** Notes rules that are otherwise now. Where the item has no room for them, all rules of the group count as changed. */
export async function noteModified(
  ledger: Ledger,
  place: Place,
  { groupId, ruleIds }: Omit<Extract<Command, { do: 'note-modified' }>, 'do'>,
  now: Date,
): Promise<void> {
  const id = nameOf(place, groupId);
  for (let from = 0; from < ruleIds.length; from += MOST_RULES) {
    await note(ledger, id, ruleIds.slice(from, from + MOST_RULES), now).catch((error) =>
      error.name === 'ValidationException' ? noteAll(ledger, id, now) : Promise.reject(error),
    );
  }
}

/** The ids of the rules of a group that were otherwise since a time, ISO 8601; `all` where nobody can say which. */
export async function readModified(
  ledger: Ledger,
  place: Place,
  groupId: string,
  since: string,
): Promise<SeenRules['modified']> {
  const { id: _id, expiresAt: _expiresAt, ...noted } = (await getItem(ledger, nameOf(place, groupId))) ?? {};
  const lately = Object.entries(noted).filter(([, { S: at = '' }]) => Date.parse(at) >= Date.parse(since));
  const ids = new Set(lately.map(([name]) => name));
  return ids.has(ALL) ? 'all' : ids;
}

async function note({ client, table }: Ledger, id: string, ruleIds: readonly string[], now: Date) {
  const names = ruleIds.map((ruleId, index) => [`#r${index}`, ruleId] as const);
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { id: { S: id } },
      UpdateExpression: `SET ${['expiresAt = :expiresAt', ...names.map(([name]) => `${name} = :now`)].join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names),
      ExpressionAttributeValues: { ':expiresAt': expiryOf(now), ':now': { S: now.toISOString() } },
    }),
  );
}

async function noteAll({ client, table }: Ledger, id: string, now: Date) {
  const Item = { id: { S: id }, expiresAt: expiryOf(now), [ALL]: { S: now.toISOString() } };
  await client.send(new PutItemCommand({ TableName: table, Item }));
}

function expiryOf(now: Date) {
  return seconds(new Date(now.getTime() + KEPT_FOR));
}

function nameOf({ accountId, region }: Place, groupId: string): string {
  return `modified/${accountId}/${region}/${groupId}`;
}
