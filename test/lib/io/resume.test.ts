// What an earlier try took away stays on record as that, and is told, whatever has been deployed meanwhile.
import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../../cli/input/record.ts';
import { chooseRules } from '../../../cli/restore/restore-plan.ts';
import { load } from '../../../lib/io/ledger/entries.ts';
import { reconcile } from '../../../lib/io/reconcile.ts';
import type { World } from '../../../lib/io/world.ts';
import { wrap } from '../../faults/fault.ts';
import { GROUP, left, makeEvent, makeWorld, policyOf, type TestWorld, tcp } from './world.ts';

const ssh = tcp('sgr-0ssh', 22);
const event = makeEvent([ssh]);

/** A first try that dies when the rule is gone, and a second in the world that `meanwhile` makes. */
async function dieAndGoOn(meanwhile: (world: World) => World, mode: 'enforce' | 'dry-run' = 'enforce') {
  const test = makeWorld([ssh], mode);
  const world = { ...test.world, policies: [policyOf('closed', [22], 'revoke')] };
  const tape = { calls: [] as string[] };
  const clean = makeWorld([ssh], mode);
  await reconcile(wrap({ ...clean.world, policies: world.policies }, tape), event);
  // In a dry run the ledger alone is written: the intent, and then what the try sets about.
  const nth = (name: string, n: number) =>
    tape.calls.flatMap((api, index) => (api.startsWith(name) ? [index] : []))[n] ?? 0;
  const point = mode === 'enforce' ? nth('Revoke', 0) : nth('PutItem', 1);
  const dies = { point, fault: 'crash after' as const, pass: () => {}, beside: async () => {} };
  await expect(reconcile(wrap(world, { calls: [] }, dies), event)).rejects.toThrow();
  await test.world.wait(720_000);
  if (mode === 'dry-run') test.account.rules = [];
  await reconcile(meanwhile(world), event);
  return test;
}

async function told({ account, world }: TestWorld) {
  const record = (await load(world.ledger, 'event-1'))?.record;
  const back = chooseRules(parseRecord('record', JSON.parse(JSON.stringify(record))));
  return {
    subjects: account.messages.map(({ subject }) => subject?.split(':')[0]),
    back: back.map(({ rule }) => rule.id),
  };
}

describe('a rule that an earlier try revoked', () => {
  it.each<[string, (world: World) => World]>([
    ['nothing else was deployed', (world) => world],
    ['a dry run was deployed', (world) => ({ ...world, config: { ...world.config, mode: 'dry-run' } })],
    [
      'the policy is about another port',
      (world) => ({ ...world, policies: [policyOf('closed', [3389], 'revoke')] }),
    ],
    [
      'an exception was added for it',
      (world) => {
        const said = { reason: 'needed', owner: 'web', expires: '2027-01-01' };
        return {
          ...world,
          policies: [
            policyOf('closed', [22], 'revoke', { exceptions: [{ ...said, groups: { ids: [GROUP] } }] }),
          ],
        };
      },
    ],
    [
      'its group was protected',
      (world) => ({ ...world, config: { ...world.config, protected: [{ ids: [GROUP] }] } }),
    ],
  ])('is told and can be put back, though meanwhile %s', async (_, meanwhile) => {
    const test = await dieAndGoOn(meanwhile);

    expect(left(test)).toEqual([]);
    expect(await told(test)).toEqual({ subjects: ['Revoked'], back: ['sgr-0ssh'] });
  });
});

describe('a rule that somebody took away during a dry run', () => {
  it('is not called revoked, though meanwhile the bot may revoke', async () => {
    const enforced = (world: World): World => ({ ...world, config: { ...world.config, mode: 'enforce' } });
    const test = await dieAndGoOn(enforced, 'dry-run');

    expect(await told(test)).toEqual({ subjects: ['Already gone'], back: [] });
  });
});
