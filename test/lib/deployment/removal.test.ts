// What becomes of the ledger of a deployment that is removed.
import { expect, it } from 'vitest';
import { removalInWords, whyNotRemoved } from '../../../lib/deployment/removal.ts';
import { isLedgerKept } from '../../../lib/deployment/template.ts';

const LEDGER = { table: 'portcullis-prod-Ledger-1', region: 'eu-west-1' };

it.each([
  [true, false, undefined],
  [true, true, undefined],
  [false, true, undefined],
  [
    false,
    false,
    'an older release deployed this stack, and would take the ledger portcullis-prod-Ledger-1 with it',
  ],
])('a stack that keeps its ledger: %s, told to delete it: %s', (isKept, mayDelete, expected) => {
  const why = whyNotRemoved({ ...LEDGER, isKept }, mayDelete);

  expect(why?.split(':')[0]).toBe(expected);
});

it('says where the ledger is that was kept, and how to delete it', () => {
  const [kept, list, how, rest] = removalInWords({ ...LEDGER, isKept: true }, false);

  expect(kept).toContain('The ledger is kept: the table portcullis-prod-Ledger-1 in eu-west-1');
  expect(list).toContain('portcullis history --table portcullis-prod-Ledger-1 --region eu-west-1');
  expect(how).toContain('aws dynamodb delete-table --region eu-west-1 --table-name portcullis-prod-Ledger-1');
  expect(rest).toContain('The log is deleted.');
});

it('says that the ledger is deleted', () => {
  expect(removalInWords({ ...LEDGER, isKept: true }, true)[0]).toContain(
    'portcullis-prod-Ledger-1 is deleted',
  );
});

it.each([
  ['Retain', true],
  ['RetainExceptOnCreate', true],
  ['Delete', false],
  [undefined, false],
])('a table with the deletion policy %s is kept: %s', (DeletionPolicy, expected) => {
  expect(isLedgerKept({ Resources: { Ledger: { DeletionPolicy } } })).toBe(expected);
});
