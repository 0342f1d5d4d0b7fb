// Lists that policies let in, by id or by name, and that somebody edits: what refers to the list is judged again at once, and what the
// list merely excused is left to the sweep.
import { describe, expect, it } from 'vitest';
import { addGroup, addRule } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import { makeRegion, sweepOnce } from './sweeping.ts';
import { ACCOUNT, left, makeWorld, policyOf, REGION, reconcile, type TestWorld, tcp } from './world.ts';

const LIST = 'pl-0123456789abcdef0';
const fromList = tcp('sgr-0list', 22, { PrefixListId: LIST });
const fromOffice = tcp('sgr-0office', 22, { CidrIpv4: '198.51.100.0/24' });

function edited(change: object): object {
  return {
    eventName: 'ModifyManagedPrefixList',
    eventSource: 'ec2.amazonaws.com',
    eventTime: '2026-06-01T12:00:00Z',
    eventID: 'e-1',
    awsRegion: REGION,
    recipientAccountId: ACCOUNT,
    requestParameters: { ModifyManagedPrefixListRequest: { PrefixListId: LIST, ...change } },
  };
}

const forbidding = (allowed: string) => ({
  match: { protocol: ['tcp'], ports: [22], source: { outside: [allowed] } },
});

const until = { reason: 'a reason', owner: 'an owner', expires: '2999-01-01' };
const POLICIES = [LIST, 'office'].flatMap((reference) => [
  [`allows ${reference}`, policyOf('p', [22], 'revoke', forbidding(reference))] as const,
  [
    `excuses ${reference}`,
    policyOf('p', [22], 'revoke', {
      ...forbidding('10.0.0.0/8'),
      exceptions: [{ sources: [reference], ...until }],
    }),
  ] as const,
]);

/** The list with these entries, known by its name. */
function withList<T extends TestWorld>(test: T, entries: readonly string[]): T {
  test.account.prefixLists.set(LIST, entries);
  test.account.prefixListNames.set(LIST, { name: 'office' });
  return test;
}

describe.each(POLICIES)('a policy that %s, once the list is edited', (_, policy) => {
  const policies = [policy];

  it('has the rules for the list closed where it lets in the world, and no others', async () => {
    const test = withList(makeWorld([fromList, fromOffice]), ['0.0.0.0/1', '128.0.0.0/1']);
    await reconcile({ ...test.world, policies }, edited({ AddEntry: { Cidr: '0.0.0.0/1', tag: 1 } }));

    expect(left(test)).toEqual(['sgr-0office']);
  });

  it('has them left where it does not', async () => {
    const test = withList(makeWorld([fromList, fromOffice]), ['198.51.100.0/24', '203.0.113.0/24']);
    await reconcile({ ...test.world, policies }, edited({ AddEntry: { Cidr: '203.0.113.0/24', tag: 1 } }));

    expect(left(test)).toEqual(['sgr-0list', 'sgr-0office']);
  });

  it('leaves to the sweep what the list no longer excuses', async () => {
    const region = withList(makeRegion(1), ['203.0.113.0/24']);
    addRule(region.account, { ...fromOffice, GroupId: 'sg-0000' });
    const test = { ...region, world: { ...region.world, policies } };
    await reconcile(test.world, edited({ RemoveEntry: { Cidr: '198.51.100.0/24', tag: 1 } }));

    expect(test.account.messages).toEqual([]);
    await sweepOnce(test);
    expect(test.account.messages[0]?.versions?.email).toContain('sgr-0office');
  });
});

it('what a list lets in since a sweep began is not closed by it', async () => {
  const policy = policyOf('p', [22], 'revoke', forbidding(LIST));
  const made = makeWorld([fromOffice]);
  made.account.prefixLists.set(LIST, ['203.0.113.0/24']);
  // The sweep closes this group first; meanwhile an operator adds the office to the list.
  addGroup(made.account, { GroupId: 'sg-0aaa', GroupName: 'first', VpcId: 'vpc-1' });
  addRule(made.account, { GroupId: 'sg-0aaa', ...tcp('sgr-0bad', 22) });
  const ec2 = seeing(made.world.ec2, async (api, _, send) => {
    if (api === 'RevokeSecurityGroupIngress')
      made.account.prefixLists.set(LIST, ['203.0.113.0/24', '198.51.100.0/24']);
    return send();
  });

  await sweepOnce({ ...made, world: { ...made.world, ec2, policies: [policy] } }, { mode: 'enforce' });

  expect(left(made)).toEqual(['sgr-0office']);
});
