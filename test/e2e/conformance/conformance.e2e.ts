// Where the sandbox and the emulators are as AWS documents it, and where not. docs/emulators.md is written from it.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { AUTHORIZE_CASES } from './authorize.ts';
import { DESCRIBE_CASES } from './describe.ts';
import { NETWORK_CASES } from './network.ts';
import { type Case, emulated, NAMES, type Name, type Place, sandboxed } from './place.ts';
import { PREFIX_LIST_CASES } from './prefix-lists.ts';
import { REVOKE_CASES } from './revoke.ts';
import { REVOKE_BY_PROPERTIES_CASES } from './revoke-by-properties.ts';
import { REVOKE_MISMATCH_CASES } from './revoke-mismatch.ts';
import { SNS_CASES } from './sns.ts';
import { makeTable } from './table.ts';
import { VPC_CASES } from './vpcs.ts';

const CASES = [
  ...AUTHORIZE_CASES,
  ...REVOKE_CASES,
  ...REVOKE_BY_PROPERTIES_CASES,
  ...REVOKE_MISMATCH_CASES,
  ...DESCRIBE_CASES,
  ...PREFIX_LIST_CASES,
  ...VPC_CASES,
  ...NETWORK_CASES,
  ...SNS_CASES,
];
const OPEN: Readonly<Record<Name, () => Promise<Place>>> = {
  sandbox: sandboxed,
  moto: () => emulated(inject('moto')),
  ministack: () => emulated(inject('ministack').url),
};

/** With the claim as a text of its own: Vitest cuts the properties of objects that it puts into titles. */
const named = (cases: readonly Case[]) => cases.map((each) => [each.claim, each] as const);

describe.each(NAMES)('%s', (name) => {
  let place: Place;

  beforeAll(async () => {
    place = await OPEN[name]();
  });
  afterAll(() => place.close());

  it.each(named(CASES.filter(({ deviates = [] }) => !deviates.some((other) => other === name))))(
    'is as documented: %s',
    async (_, { observe, documented }) => {
      expect(await observe(place)).toEqual(documented);
    },
  );

  it.each(named(CASES.filter(({ deviates = [] }) => deviates.some((other) => other === name))))(
    'still deviates: %s',
    async (_, { observe, documented }) => {
      expect(await observe(place).catch((error: unknown) => error)).not.toEqual(documented);
    },
  );
});

describe('docs/emulators.md', () => {
  it('says what these cases say', async () => {
    await expect(makeTable(CASES)).toMatchFileSnapshot('../../../docs/emulators.md');
  });
});
