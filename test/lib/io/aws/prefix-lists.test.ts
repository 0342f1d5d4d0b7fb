import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../../lib/policy/policy.ts';
import { policySchema } from '../../../../lib/policy/schema.ts';
import { fail } from '../../../../lib/sandbox/index.ts';
import { calls, left, makeEvent, makeWorld, outcomes, reconcile, type TestWorld, tcp } from '../world.ts';

const LIST = 'pl-0123456789abcdef0';
const sshFromList = tcp('sgr-0list', 22, { PrefixListId: LIST });

/** A world in which the list has these entries. */
function withEntries(cidrs: readonly string[]): TestWorld {
  const test = makeWorld([sshFromList]);
  test.account.prefixLists.set(LIST, cidrs);
  return test;
}

describe('a rule for a prefix list', () => {
  it.each([
    ['the whole internet', ['0.0.0.0/0']],
    ['the internet in two halves', ['0.0.0.0/1', '128.0.0.0/1']],
    ['the whole IPv6 internet', ['::/0']],
  ])('is closed when its entries are %s', async (_, cidrs) => {
    const test = withEntries(cidrs);

    expect(await outcomes(test, makeEvent([sshFromList]))).toEqual(['sgr-0list: revoked']);
    expect(left(test)).toEqual([]);
  });

  it('stays when its entries are few', async () => {
    const test = withEntries(['10.0.0.0/8', '198.51.100.0/24', '8.8.8.0/24']);

    expect(await outcomes(test, makeEvent([sshFromList]))).toEqual([]);
    expect(test.account.messages).toEqual([]);
  });

  it('is evaluated against all of its entries, however many pages they fill', async () => {
    const test = withEntries(Array.from({ length: 256 }, (_, i) => `${i}.0.0.0/8`));

    expect(await outcomes(test, makeEvent([sshFromList]))).toEqual(['sgr-0list: revoked']);
    expect(calls(test).filter((api) => api === 'GetManagedPrefixListEntries')).toHaveLength(3);
  });

  it.each([
    [
      'may not be read',
      (test: TestWorld) => fail(test.account, 'GetManagedPrefixListEntries', 'UnauthorizedOperation'),
    ],
    ['is not there', (test: TestWorld) => void test.account.prefixLists.clear()],
    [
      'has an entry that makes no sense',
      (test: TestWorld) => void test.account.prefixLists.set(LIST, ['somewhere']),
    ],
  ])('is told as undecided, and left alone, when the list %s', async (_, prepare) => {
    const test = withEntries(['0.0.0.0/0']);
    prepare(test);

    expect(await outcomes(test, makeEvent([sshFromList]))).toEqual([]);
    expect(left(test)).toEqual(['sgr-0list']);
    expect(test.account.messages[0]?.subject).toContain('Could not evaluate');
  });

  it('is judged on a retry when reading is throttled', async () => {
    const test = withEntries(['0.0.0.0/0']);
    fail(test.account, 'GetManagedPrefixListEntries', 'RequestLimitExceeded');

    await expect(reconcile(test.world, makeEvent([sshFromList]))).rejects.toThrow('RequestLimitExceeded');
  });
});

describe('a policy that allows a prefix list', () => {
  const match = { ports: [22], source: { outside: ['private', LIST] } };
  const document = {
    id: 'list',
    title: 'list',
    severity: 'high',
    description: 'list',
    match,
    action: 'revoke',
  };
  const policies = [compilePolicy(policySchema.parse(document))];
  const office = tcp('sgr-0office', 22, { CidrIpv4: '198.51.100.0/25' });

  it.each([
    ['allows what is in it', ['198.51.100.0/24'], 'compliant'],
    ['forbids what is not', ['203.0.113.0/24'], 'violation'],
  ])('%s', async (_, cidrs, verdict) => {
    const test = makeWorld([office]);
    test.account.prefixLists.set(LIST, cidrs);

    const { verdicts } = await reconcile({ ...test.world, policies }, makeEvent([office]));

    expect(verdicts.map((v) => v.verdict)).toEqual([verdict]);
  });

  it('is undecided about what the list may or may not allow, when it cannot be read', async () => {
    const test = makeWorld([office]);

    const { verdicts } = await reconcile({ ...test.world, policies }, makeEvent([office]));

    expect(verdicts.map((v) => v.verdict)).toEqual(['undecided']);
  });

  describe('by its name', () => {
    const OTHER = 'pl-0fedcba9876543210';
    const named = [
      compilePolicy(
        policySchema.parse({ ...document, match: { ...match, source: { outside: ['office'] } } }),
      ),
    ];
    const verdictOf = async (test: TestWorld) => {
      const { verdicts } = await reconcile({ ...test.world, policies: named }, makeEvent([office]));
      return verdicts.map(({ verdict }) => verdict);
    };
    const withLists = (...owners: readonly (string | undefined)[]) => {
      const test = makeWorld([office]);
      for (const [index, ownerId] of owners.entries()) {
        const id = [LIST, OTHER][index] ?? '';
        test.account.prefixLists.set(id, ['198.51.100.0/24']);
        test.account.prefixListNames.set(id, { name: 'office', ...(ownerId !== undefined && { ownerId }) });
      }
      return test;
    };

    it('allows what is in it, if it is of the account itself or of AWS', async () => {
      expect(await verdictOf(withLists(undefined))).toEqual(['compliant']);
      expect(await verdictOf(withLists('AWS'))).toEqual(['compliant']);
    });

    it.each([
      ['there is none', withLists()],
      ['another account shares it', withLists('999988887777')],
      ['there are two', withLists(undefined, undefined)],
    ])('leaves open what it allows, when %s', async (_, test) => {
      expect(await verdictOf(test)).toEqual(['undecided']);
    });

    it('passes over a list of that name that another account shares', async () => {
      expect(await verdictOf(withLists(undefined, '999988887777'))).toEqual(['compliant']);
    });

    it('is asked for once, with all other names', async () => {
      const test = withLists(undefined);
      await verdictOf(test);

      expect(calls(test).filter((api) => api === 'DescribeManagedPrefixLists')).toHaveLength(1);
    });
  });
});
