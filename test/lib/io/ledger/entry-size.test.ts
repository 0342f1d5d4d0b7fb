// Tags are a stranger's to choose, and an item of the ledger holds 400 KB: the sandbox, like DynamoDB, refuses more.
import { expect, it } from 'vitest';
import { fail } from '../../../../lib/sandbox/index.ts';
import { found, fullTags, left, makeEvent, makeWorld, policyOf, reconcile, subjects, tcp } from '../world.ts';

const full = Array.from({ length: 30 }, (_, i) => ({
  ...tcp(`sgr-${i}`, 4001 + i),
  ToPort: 5000,
  Tags: fullTags(),
}));
const trimming = [policyOf('upper', [4999], 'trim')];

it('rules full of tags are trimmed, recorded and told', async () => {
  const test = makeWorld(full);

  await reconcile({ ...test.world, policies: trimming }, makeEvent(full));

  expect(await found(test)).toEqual(full.map(({ SecurityGroupRuleId: id }) => [id, 'revoked']));
  expect(subjects(test)).toEqual([expect.stringMatching(/^Trimmed: tcp ports 4001-5000 .* and 29 more/)]);
});

it('what an earlier try added is withdrawn when no policy wants it any more, though it is full of tags', async () => {
  const test = makeWorld(full);
  const world = { ...test.world, policies: trimming };
  fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
  await expect(reconcile(world, makeEvent(full))).rejects.toThrow('not revoked');
  test.account.faults.splice(0);
  await test.world.wait(12 * 60_000);

  await reconcile({ ...world, policies: [] }, makeEvent(full));

  expect(left(test)).toEqual(full.map(({ SecurityGroupRuleId: id }) => id));
});
