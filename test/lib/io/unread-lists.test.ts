// What a prefix list leaves undecided is counted, and why it is not known is said in the mail, by an event and by a sweep alike.
import { describe, expect, it, vi } from 'vitest';
import { fail } from '../../../lib/sandbox/index.ts';
import { makeRegion, sweepOnce } from './sweeping.ts';
import { mails, makeEvent, makeWorld, policyOf, reconcile, ssh, type TestWorld } from './world.ts';

const LIST = 'pl-0123456789abcdef0';
const OTHER = 'pl-0fedcba9876543210';

function name(test: TestWorld, ...ids: readonly string[]): void {
  for (const id of ids) {
    test.account.prefixLists.set(id, ['198.51.100.0/24']);
    test.account.prefixListNames.set(id, { name: 'office' });
  }
}

const deny = ({ account }: TestWorld, api: string) => fail(account, api, 'UnauthorizedOperation');

const CASES: readonly (readonly [string, string, (test: TestWorld) => void])[] = [
  ['no prefix list of this account or of AWS is named office', 'office', () => undefined],
  ['several prefix lists are named office', 'office', (test) => name(test, LIST, OTHER)],
  [
    'the entries of prefix list office may not be read',
    'office',
    (test) => deny(test, 'DescribeManagedPrefixLists'),
  ],
  [
    'the entries of prefix list office may not be read',
    'office',
    (test) => {
      name(test, LIST);
      deny(test, 'GetManagedPrefixListEntries');
    },
  ],
  [
    'an entry of prefix list office is not a CIDR block',
    'office',
    (test) => {
      name(test, LIST);
      test.account.prefixLists.set(LIST, ['the office']);
    },
  ],
  [`there is no prefix list ${LIST}`, LIST, () => undefined],
];

function judging<T extends TestWorld>(test: T, reference: string): T {
  const match = {
    protocol: ['tcp'],
    ports: [22],
    source: { outside: [reference] },
    tolerateListed: { ipv4: 0 },
  };
  return { ...test, world: { ...test.world, policies: [policyOf('outside', [22], 'revoke', { match })] } };
}

const textOf = (test: TestWorld) => mails(test).join(' ').replace(/\s+/g, ' ');

describe('a rule that one policy only reports and another one cannot evaluate', () => {
  const judged = <T extends TestWorld>(test: T): T => {
    const { policies } = judging(test, LIST).world;
    const tell = policyOf('tell', [22], 'notify');
    return { ...test, world: { ...test.world, policies: [tell, ...policies] } };
  };

  it('counts as both, by its event, and the mail says so', async () => {
    const test = judged(makeWorld([ssh]));
    const count = vi.spyOn(test.world.metrics, 'addMetric');
    await reconcile(test.world, makeEvent([ssh]));

    expect(count.mock.calls).toEqual(
      expect.arrayContaining([
        ['notify', 'Count', 1],
        ['undecided', 'Count', 1],
      ]),
    );
    expect(textOf(test)).toContain(`there is no prefix list ${LIST}`);
    expect(JSON.parse(test.account.messages[0]?.versions?.default ?? '').findings).toMatchObject([
      { action: 'notify', policies: [{ id: 'tell' }], undecided: [{ id: 'outside' }] },
    ]);
  });

  it('counts as both, by a sweep', async () => {
    const region = judged(makeRegion(1, () => true));
    await sweepOnce(region);

    expect(region.metrics).toContainEqual(['sweep-violations', 1]);
    expect(region.metrics).toContainEqual(['sweep-undecided', 1]);
    expect(textOf(region)).toMatch(/1 rule could not be evaluated/);
  });
});

describe.each(CASES)('a rule that a list may allow is undecided: %s', (words, reference, prepare) => {
  it('by its event', async () => {
    const test = judging(makeWorld([ssh]), reference);
    const count = vi.spyOn(test.world.metrics, 'addMetric');
    prepare(test);
    await reconcile(test.world, makeEvent([ssh]));

    expect(textOf(test)).toContain(words);
    expect(count.mock.calls).toContainEqual(['undecided', 'Count', 1]);
  });

  it('by a sweep', async () => {
    const region = judging(
      makeRegion(1, () => true),
      reference,
    );
    prepare(region);
    await sweepOnce(region);

    expect(textOf(region)).toContain(words);
    expect(region.metrics).toContainEqual(['sweep-undecided', 1]);
  });
});
