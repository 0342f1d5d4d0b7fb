import { RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { enforce } from '../../../lib/io/revoke.ts';
import { makePlan, type Plan } from '../../../lib/plan/plan.ts';
import { parseRule } from '../../../lib/rule.ts';
import { ec2Of, fail } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import { GROUP, left, makeWorld, type TestWorld, tcp } from './world.ts';

const rules = [tcp('sgr-0a', 22), tcp('sgr-0b', 3389), tcp('sgr-0c', 5432)];

/** A plan to revoke these rules; why does not matter here. */
function planFor(ids: readonly string[]): Plan {
  const findings = ids.map((id) => {
    const rule = parseRule({ ...tcp(id, 22), GroupId: GROUP });
    return { rule, verdicts: [] as never };
  });
  return { ...makePlan([], 0), revoke: findings };
}

async function apply({ world }: TestWorld, ids: readonly string[]): Promise<readonly string[]> {
  const outcomes = await enforce(world, planFor(ids));
  return outcomes.map(({ rule, outcome }) => `${rule.id}: ${outcome}`).toSorted();
}

/** Somebody else takes a rule away. */
async function takeAway({ account }: TestWorld, id: string): Promise<void> {
  await ec2Of(account).send(
    new RevokeSecurityGroupIngressCommand({ GroupId: GROUP, SecurityGroupRuleIds: [id] }),
  );
}

describe('revoking several rules', () => {
  it.each([
    ['though AWS refuses the call whole', 0],
    ['even while reads still show it', 3],
  ])('closes the others when one is gone already, %s', async (_, lag) => {
    const test = makeWorld(rules);
    test.account.lag = lag;
    await takeAway(test, 'sgr-0b');

    expect(await apply(test, ['sgr-0a', 'sgr-0b', 'sgr-0c'])).toEqual([
      'sgr-0a: revoked',
      'sgr-0b: absent',
      'sgr-0c: revoked',
    ]);
    expect(left(test)).toEqual([]);
  });

  it('is a success when all are gone already', async () => {
    const test = makeWorld(rules);
    for (const id of ['sgr-0a', 'sgr-0b']) await takeAway(test, id);

    expect(await apply(test, ['sgr-0a', 'sgr-0b'])).toEqual(['sgr-0a: absent', 'sgr-0b: absent']);
  });

  it('is a success when the whole group is gone', async () => {
    const test = makeWorld(rules);
    test.account.groups.delete(GROUP);
    test.account.rules = [];

    expect(await apply(test, ['sgr-0a'])).toEqual(['sgr-0a: absent']);
  });

  it('waits until the rules are seen to be gone', async () => {
    const test = makeWorld(rules);
    test.account.lag = 3;

    expect(await apply(test, ['sgr-0a'])).toEqual(['sgr-0a: revoked']);
    expect(test.pauses.length).toBeGreaterThan(0);
  });

  it('does not say "revoked" of a rule that is still there after all waiting', async () => {
    const test = makeWorld(rules);
    test.account.lag = 1000;

    expect(await apply(test, ['sgr-0a'])).toEqual(['sgr-0a: unconfirmed']);
  });

  it('does not say "revoked" when it cannot look', async () => {
    const test = makeWorld(rules);
    fail(test.account, 'DescribeSecurityGroupRules', 'UnauthorizedOperation');

    const [outcome] = await enforce(test.world, planFor(['sgr-0a']));

    expect(outcome?.outcome).toBe('unconfirmed');
    expect(outcome?.detail).toContain('the rule was not seen to be gone: UnauthorizedOperation');
    expect(left(test)).toEqual(['sgr-0b', 'sgr-0c']);
  });

  it('says "revoked" where the answer is lost and the rule is seen to be gone', async () => {
    const test = makeWorld(rules);
    const ec2 = seeing(test.world.ec2, async (api, _, send) => {
      const answer = await send();
      if (api.startsWith('Revoke')) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      return answer;
    });

    expect(await apply({ ...test, world: { ...test.world, ec2 } }, ['sgr-0a'])).toEqual(['sgr-0a: revoked']);
  });

  it('is not sure where the answer is lost and the rule is still seen', async () => {
    const test = makeWorld(rules);
    const ec2 = seeing(test.world.ec2, async (api, _, send) => {
      if (api.startsWith('Revoke')) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      return send();
    });

    const [outcome] = await enforce({ ...test.world, ec2 }, planFor(['sgr-0a']));

    expect(outcome?.outcome).toBe('unconfirmed');
    expect(outcome?.detail).toBe('the rule was not seen to be gone: TimeoutError: no answer');
  });

  it('sends nothing that it cannot count for the breaker', async () => {
    const test = makeWorld(rules);
    fail(test.account, 'UpdateItem', 'ProvisionedThroughputExceededException');

    const [outcome] = await enforce(test.world, planFor(['sgr-0a']));

    expect(outcome?.outcome).toBe('failed');
    expect(left(test)).toContain('sgr-0a');
  });

  it('says denied of all when AWS denies the call', async () => {
    const test = makeWorld(rules);
    fail(test.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');

    expect(await apply(test, ['sgr-0a', 'sgr-0b'])).toEqual(['sgr-0a: denied', 'sgr-0b: denied']);
  });
});
