// Policies that say something else than the shipped ones: that a group needs a tag to be under one, or that what goes out
// is revoked, too.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTagsCommand, type Tag } from '@aws-sdk/client-ec2';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bot, deployBotFrom } from './bot.ts';
import type { Call } from './cloudtrail.ts';
import { authorizeEgress, authorizeIngress, cidrsOf, SMTP_WORLD, SSH_WORLD } from './groups.ts';
import { copyProject } from './project.ts';

const SOON = { timeout: 20_000, interval: 10 };
let bot: Bot;

beforeAll(async () => {
  const folder = copyProject();
  const policy = join(folder, 'policies/no-world-open-admin');
  appendFileSync(`${policy}.yaml`, 'scope:\n  groups: { tags: { env: prod } }\n');
  rmSync(`${policy}.test.yaml`); // its groups have no tags
  const egress = join(folder, 'policies/no-egress-mail-and-databases.yaml');
  const revoking = readFileSync(egress, 'utf8').replace('action: notify\nmode: off', 'action: revoke');
  writeFileSync(egress, revoking);
  bot = await deployBotFrom(folder, inject('ministack').url, 'sa-east-1', '--param=mode=enforce');
});

async function tag(group: string, tag: Required<Tag>): Promise<Call> {
  await bot.aws.ec2.send(new CreateTagsCommand({ Resources: [group], Tags: [tag] }));
  return {
    eventName: 'CreateTags',
    requestParameters: {
      resourcesSet: { items: [{ resourceId: group }] },
      tagSet: { items: [{ key: tag.Key, value: tag.Value }] },
    },
    responseElements: { _return: true },
  };
}

describe('the deployed bot, where a policy is for groups with a tag', () => {
  it('revokes a rule that was there before the tag, and leaves that of a group with another tag', async () => {
    const [prod, test] = [bot.freshGroup(), bot.freshGroup()];
    await authorizeIngress(bot.aws, prod, SSH_WORLD);
    await authorizeIngress(bot.aws, test, SSH_WORLD);

    await bot.tell(await tag(test, { Key: 'env', Value: 'test' }));
    await bot.tell(await tag(prod, { Key: 'env', Value: 'prod' }));

    await expect.poll(() => cidrsOf(bot.aws, prod), SOON).toEqual([]);
    await expect.poll(() => bot.said(prod), SOON).toEqual([['revoked']]);
    expect(await cidrsOf(bot.aws, test)).toEqual(['0.0.0.0/0:22']);
    expect(await bot.said(test)).toEqual([]);
  });
});

describe('the deployed bot, where a policy revokes what goes out', () => {
  it('revokes that rule and leaves the one that every new group has', async () => {
    const group = bot.freshGroup();

    await bot.tell(await authorizeEgress(bot.aws, group, SMTP_WORLD));

    await expect.poll(() => bot.said(group), SOON).toEqual([['revoked']]);
    expect(await cidrsOf(bot.aws, group, 'egress')).toEqual(['0.0.0.0/0:-1']);
  });
});
