// From the call that opens a rule, over the deployed event rules and function, to the rule gone and the message out.
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { load } from '../../lib/io/ledger/entries.ts';
import { type Bot, deployBot } from './bot.ts';
import { type Detail, recordOf, refused } from './cloudtrail.ts';
import {
  authorizeIngress,
  cidrsOf,
  KUBERNETES_API_WORLD,
  modifyRule,
  putEvents,
  rulesOf,
  SSH_OFFICE,
  SSH_WORLD,
} from './groups.ts';
import { forgetMails } from './stack.ts';
import { summary } from './summary.ts';

const SOON = { timeout: 20_000, interval: 10 };
let bot: Bot;

beforeAll(async () => {
  bot = await deployBot(inject('ministack').url, 'us-east-1', '--param=mode=enforce');
});

beforeEach(() => forgetMails(bot.aws, bot.resources));

/** Everything before this was put before it: once the bot has dealt with it, it has dealt with those. */
async function afterAnother(): Promise<void> {
  const group = bot.freshGroup();
  await bot.tell(await authorizeIngress(bot.aws, group, SSH_WORLD));
  await expect.poll(() => bot.said(group), SOON).toEqual([['revoked']]);
}

describe('the deployed bot in mode enforce', () => {
  it('revokes a rule that opens SSH to the world, and tells people', async () => {
    const group = bot.freshGroup();

    await bot.tell(await authorizeIngress(bot.aws, group, SSH_WORLD));

    await expect.poll(() => cidrsOf(bot.aws, group), SOON).toEqual([]);
    await expect.poll(() => bot.said(group), SOON).toEqual([['revoked']]);
  });

  it('revokes a rule that was opened by ModifySecurityGroupRules', async () => {
    const group = bot.freshGroup();
    await authorizeIngress(bot.aws, group, SSH_OFFICE);
    const [rule] = await rulesOf(bot.aws, group);

    await bot.tell(
      await modifyRule(bot.aws, group, rule?.SecurityGroupRuleId ?? '', {
        ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22 },
        CidrIpv4: '0.0.0.0/0',
      }),
    );

    await expect.poll(() => cidrsOf(bot.aws, group), SOON).toEqual([]);
    await expect.poll(() => bot.said(group), SOON).toEqual([['revoked']]);
  });

  it('only reports a rule whose policy says notify', async () => {
    const group = bot.freshGroup();

    await bot.tell(await authorizeIngress(bot.aws, group, KUBERNETES_API_WORLD));

    await expect.poll(() => bot.said(group), SOON).toEqual([['notify']]);
    expect(await cidrsOf(bot.aws, group)).toEqual(['0.0.0.0/0:6443']);
  });

  it('does nothing about a call that failed', async () => {
    const group = bot.freshGroup();

    await bot.tell(refused(await authorizeIngress(bot.aws, group, SSH_WORLD)));
    await afterAnother();

    expect(await cidrsOf(bot.aws, group)).toEqual(['0.0.0.0/0:22']);
    expect(await bot.said(group)).toEqual([]);
  });

  it('leaves a rule that complies, and says nothing', async () => {
    const group = bot.freshGroup();

    await bot.tell(await authorizeIngress(bot.aws, group, SSH_OFFICE));
    await afterAnother();

    expect(await cidrsOf(bot.aws, group)).toEqual(['10.1.0.0/16:22']);
    expect(await bot.said(group)).toEqual([]);
  });

  it('revokes once and tells once when the same event comes three times', async () => {
    const group = bot.freshGroup();
    const record = recordOf(await authorizeIngress(bot.aws, group, SSH_WORLD), bot.aws.region);

    await putEvents(bot.aws, record, record, record);
    await expect.poll(() => cidrsOf(bot.aws, group), SOON).toEqual([]);
    await putEvents(bot.aws, record);
    await afterAnother();

    expect(await bot.said(group)).toEqual([['revoked']]);
  });

  it('revokes fifty rules opened at once, and reports all of them, most in one message', async () => {
    const groups = Array.from({ length: 50 }, bot.freshGroup);
    const calls = await Promise.all(groups.map((group) => authorizeIngress(bot.aws, group, SSH_WORLD)));
    const details = calls.map((call) => recordOf(call, bot.aws.region));

    const start = performance.now();
    await putEvents(bot.aws, ...details);
    await expect
      .poll(() => Promise.all(groups.map((group) => cidrsOf(bot.aws, group))), { timeout: 90_000 })
      .toEqual(groups.map(() => []));
    const took = performance.now() - start;

    const ledger = { client: bot.aws.dynamoDb, table: bot.resources.Ledger ?? '' };
    const isDealtWith = async ({ eventID }: Detail) =>
      ['notified', 'batched'].includes((await load(ledger, eventID))?.state ?? '');
    await expect
      .poll(async () => (await Promise.all(details.map(isDealtWith))).every(Boolean), SOON)
      .toBe(true);
    await bot.tick();
    const ids = details.map(({ eventID }) => eventID);
    await expect.poll(async () => new Set(ids).difference(await bot.reported()).size, SOON).toBe(0);
    console.info(`50 events at once: all rules gone within ${Math.round(took)} ms of PutEvents`);
  }, 120_000); // as many processes start at once

  it('revokes one rule after the other, once it runs', async () => {
    const times: number[] = [];
    for (let round = 0; round < 15; round++) {
      const group = bot.freshGroup();
      const call = await authorizeIngress(bot.aws, group, SSH_WORLD);
      const start = performance.now();
      await bot.tell(call);
      await expect.poll(() => cidrsOf(bot.aws, group), SOON).toEqual([]);
      times.push(performance.now() - start);
    }

    const { median, worst } = summary(times);
    console.info(`PutEvents to rule gone: median ${median} ms, worst ${worst} ms of ${times.length}`);
  });
});
