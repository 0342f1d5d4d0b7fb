// The fingerprints of all rules of a region, as items of the ledger's table that the sweep writes while it judges.
import { FINGERPRINT_LENGTH, fingerprintOf } from '../remediation/fingerprints.ts';
import type { GroupSnapshot } from '../rule.ts';

/** The fingerprints of groups whose ids follow each other. */
export interface FingerprintItem {
  /** Its number among the items of a sweep. */
  readonly number: number;
  /** By group id: the fingerprints of its rules, one after the other. */
  readonly groups: Readonly<Record<string, string>>;
}

/** The index of a complete sweep's items. */
export interface FingerprintIndex {
  /** When that sweep began: part of the items' names. */
  readonly generation: string;
  /** When it was complete: it has not seen later changes. */
  readonly completeAt: string;
  readonly policies: string;
  /** The id of the first group in each item. */
  readonly firsts: readonly string[];
}

/** Milliseconds by which the clocks of the sweep and of CloudTrail may differ. */
const SLACK = 10_000;

/**
 * The newest index whose sweep was certainly complete before a time, and so has not seen what was done then; both times are ISO 8601.
 */
export function completeBefore(
  indexes: readonly FingerprintIndex[],
  time: string,
): FingerprintIndex | undefined {
  return indexes.find(({ completeAt }) => Date.parse(completeAt) + SLACK < Date.parse(time));
}

/** A fingerprint takes little more than its eight bytes, and an item may have 400 KB. */
const MOST_RULES = 35_000;

/** The items for groups in the order of their ids; `number` is the first item's. */
export function fingerprintItems(
  snapshots: readonly GroupSnapshot[],
  number: number,
): readonly FingerprintItem[] {
  const items: Record<string, string>[] = [];
  let room = 0;
  for (const { group, rules } of snapshots) {
    if (items.length === 0 || rules.length > room) {
      items.push({});
      room = MOST_RULES;
    }
    room -= rules.length;
    (items.at(-1) ?? {})[group.id] = rules.map(fingerprintOf).join('');
  }
  return items.map((groups, index) => ({ number: number + index, groups }));
}

/** The id of the first group of an item. */
export function firstOf({ groups }: FingerprintItem): string {
  return Object.keys(groups)[0] ?? '';
}

/** The number of the item that a group would be in; undefined if it comes before all of them. */
export function itemOf({ firsts }: FingerprintIndex, groupId: string): number | undefined {
  const after = firsts.findIndex((first) => first > groupId);
  const number = (after === -1 ? firsts.length : after) - 1;
  return number < 0 ? undefined : number;
}

/** The fingerprints of a group; a group in no item had no rules. */
export function fingerprintsIn(groups: FingerprintItem['groups'], groupId: string): ReadonlySet<string> {
  const joined = Object.hasOwn(groups, groupId) ? (groups[groupId] ?? '') : '';
  return new Set(joined.match(new RegExp(`.{${FINGERPRINT_LENGTH}}`, 'g')) ?? []);
}
