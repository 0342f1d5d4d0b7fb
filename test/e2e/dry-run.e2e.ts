// What `npx serverless deploy` without a parameter makes: a bot that only tells.
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bot, deployBot } from './bot.ts';
import { authorizeIngress, cidrsOf, SSH_WORLD } from './groups.ts';

let bot: Bot;

beforeAll(async () => {
  bot = await deployBot(inject('ministack').url, 'eu-west-1');
});

describe('the bot as it is deployed by default', () => {
  it('reports a rule that opens SSH to the world, and leaves it', async () => {
    const group = bot.freshGroup();

    await bot.tell(await authorizeIngress(bot.aws, group, SSH_WORLD));

    await expect.poll(() => bot.said(group), { timeout: 20_000 }).toEqual([['dry-run']]);
    expect(await cidrsOf(bot.aws, group)).toEqual(['0.0.0.0/0:22']);
  });
});
