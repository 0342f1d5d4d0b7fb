// The fingerprints of all rules of a region, as items of the ledger's table that are written while the sweep judges.
import { FINGERPRINT_LENGTH, type Fingerprints, fingerprintOf } from '../remediation/fingerprints.ts';
import type { GroupSnapshot } from '../rule.ts';

/** The fingerprints of groups whose ids follow each other. */
export interface FingerprintItem {
  /** Its place among the items of a sweep. */
  readonly number: number;
  /** By group id: the fingerprints of its rules, one after the other. */
  readonly groups: Readonly<Record<string, string>>;
}

/** Says which items are valid: those of the last complete sweep. */
export interface FingerprintIndex {
  /** When that sweep began: part of the items' names. */
  readonly generation: string;
  readonly policies: string;
  /** The id of the first group in each item. */
  readonly firsts: readonly string[];
}

/** A fingerprint takes little more than its eight bytes, and an item may have 400 KB. */
const MOST_RULES = 35_000;

/** The items for groups in the order of their ids; `number` is that of the first. */
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

/** The number of the item that a group would be in; undefined where it comes before all of them. */
export function itemOf({ firsts }: FingerprintIndex, groupId: string): number | undefined {
  const after = firsts.findIndex((first) => first > groupId);
  const number = (after === -1 ? firsts.length : after) - 1;
  return number < 0 ? undefined : number;
}

/** The fingerprints of a group; a group that is in no item had no rules. */
export function fingerprintsIn(
  { policies }: FingerprintIndex,
  groups: FingerprintItem['groups'],
  groupId: string,
): Fingerprints {
  const joined = Object.hasOwn(groups, groupId) ? (groups[groupId] ?? '') : '';
  const each = joined.match(new RegExp(`.{${FINGERPRINT_LENGTH}}`, 'g')) ?? [];
  return { policies, rules: new Set(each) };
}
