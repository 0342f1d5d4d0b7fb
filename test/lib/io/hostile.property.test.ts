// Whatever an event says, only what the live state condemns is revoked, and only what can be parked is thrown.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inForce } from '../../../lib/sandbox/index.ts';
import { mutatedOf } from '../hostile.ts';
import { ACCOUNT, GROUP, makeEvent, makeWorld, REGION, reconcile, tcp } from './world.ts';

/** Fewer than of other properties: each is a whole reconciliation. The deep tests ask 100,000 times. */
const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 2000) / 2 };

const FOLDER = 'test/fixtures/events';
const BAD = [tcp('sgr-0ssh', 22), tcp('sgr-0list', 3389, { PrefixListId: 'pl-0world' })];
const GOOD = [tcp('sgr-0https', 443), tcp('sgr-0office', 22, { CidrIpv4: '10.0.0.0/8' })];
const rules = [...BAD, ...GOOD];

/** Real events, as if they had happened here: to our group, our rules, our account. */
const recorded: readonly unknown[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => readFileSync(`${FOLDER}/${file}`, 'utf8'))
  .map((text) =>
    text
      .replace(/"sg-\w+"/g, `"${GROUP}"`)
      .replace(/"pl-\w+"/g, '"pl-0world"')
      .replace(/"\d{12}"/g, `"${ACCOUNT}"`)
      .replace(/"[a-z]{2}-[a-z]+-\d"/g, `"${REGION}"`),
  )
  .map((text) => {
    const ids = rules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);
    let next = 0;
    return JSON.parse(text.replace(/"sgr-\w+"/g, () => `"${ids[next++ % ids.length]}"`));
  });
const written: readonly unknown[] = JSON.parse(
  JSON.stringify([rules, BAD, GOOD].map((some) => makeEvent(some))),
);
const events = [...recorded, ...written];

/** What the queue takes back: the event is read again, or ends among the dead letters. */
const PARKED = [
  'EventError',
  'ForeignEventError',
  'NotVisibleError',
  'BusyError',
  'URIError',
  'AggregateError',
];

describe('a hostile event', () => {
  it('leads to no call that the live state does not justify, and to no error but those that park it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutatedOf(events), fc.jsonValue()), async (event) => {
        const { account, world } = makeWorld(rules);
        account.prefixLists.set('pl-0world', ['0.0.0.0/0']);
        const thrown = await reconcile(world, event).then(
          () => undefined,
          (error: Error) => error.name,
        );

        expect([undefined, ...PARKED]).toContain(thrown);
        const left = inForce(account, GROUP).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);
        expect(GOOD.filter(({ SecurityGroupRuleId: id }) => !left.includes(id))).toEqual([]);
        const writes = account.calls.filter(({ api }) =>
          /^(Authorize|Revoke|Modify|Create|Delete)/.test(api),
        );
        for (const { api, input } of writes) {
          expect(api).toMatch(/^Revoke/);
          const { SecurityGroupRuleIds: ids = [] } = input as { SecurityGroupRuleIds?: string[] };
          expect(ids.filter((id) => !BAD.some((rule) => rule.SecurityGroupRuleId === id))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('is often enough one that does lead to something', async () => {
    const acted = await Promise.all(
      fc.sample(mutatedOf(events), { numRuns: 500, seed: 1 }).map(async (event) => {
        const { account, world } = makeWorld(rules);
        await reconcile(world, event).catch(() => undefined);
        return inForce(account, GROUP).length < rules.length;
      }),
    );

    expect(acted.filter(Boolean).length).toBeGreaterThan(50);
  });
});
