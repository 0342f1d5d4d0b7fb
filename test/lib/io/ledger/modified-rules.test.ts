// The notes of rules that were otherwise, on a DynamoDB in this process.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../../../lib/io/ledger/items.ts';
import { noteModified, readModified } from '../../../../lib/io/ledger/modified-rules.ts';
import { startTables, type Tables } from '../../../faults/table.ts';

const PLACE = { accountId: '111122223333', region: 'eu-west-1' };
const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 12, minute));
const ids = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => `sgr-${String(first + index).padStart(17, '0')}`);

let tables: Tables;
let ledger: Ledger;
beforeAll(async () => {
  tables = await startTables();
});
beforeEach(async () => {
  ledger = await tables.make();
});
afterAll(() => tables.close());

const note = (ruleIds: readonly string[], minute: number, groupId = 'sg-1') =>
  noteModified(ledger, PLACE, { groupId, ruleIds }, at(minute));
const since = (minute: number, groupId = 'sg-1') =>
  readModified(ledger, PLACE, groupId, at(minute).toISOString());

describe('the rules of a group that were otherwise', () => {
  it('are none before any was noted', async () => {
    expect(await since(0)).toEqual(new Set());
  });

  it('are those that were noted since a time, each at its last time, and of no other group', async () => {
    await note(['sgr-1', 'sgr-2'], 1);
    await note(['sgr-2', 'sgr-3'], 5);
    await note(['sgr-4'], 5, 'sg-2');

    expect(await since(0)).toEqual(new Set(['sgr-1', 'sgr-2', 'sgr-3']));
    expect(await since(5)).toEqual(new Set(['sgr-2', 'sgr-3']));
    expect(await since(6)).toEqual(new Set());
  });

  it('may be as many as a group and a call can have', async () => {
    await note(ids(1000), 1);

    expect(await since(1)).toEqual(new Set(ids(1000)));
  });

  it('are all once there is no room for another one, and since then only', async () => {
    // Longer than ids are: of these, 10,000 take as much.
    const long = ids(1700).map((id) => id.padEnd(200, '0'));
    await note(long, 1);
    expect(await since(1)).toEqual(new Set(long));

    await note(
      ids(1000, 2000).map((id) => id.padEnd(200, '0')),
      1,
    );
    expect(await since(1)).toBe('all');
    expect(await since(2)).toEqual(new Set());

    await note(['sgr-later'], 3);
    expect(await since(2)).toEqual(new Set(['sgr-later']));
  });
});
