// What the deployed role lets the bot do, asked of both emulators with policies that count: every call that the bot
// makes, and none of those that an attacker would make with its keys.
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Aws, connect } from './aws.ts';
import { BOTH, urlOf } from './both.ts';
import { NEEDED, neverNeeded, outcomeOf, TRIMMING } from './calls.ts';
import { copyProject, deployConfirmed } from './project.ts';
import { type Resources, resourcesOf } from './stack.ts';
import { userLike } from './users.ts';

describe.each(BOTH)('on %s, the role', (emulator) => {
  const url = urlOf(emulator);
  const root = connect(url, 'eu-central-1');
  const folder = copyProject();
  let resources: Resources;
  let bot: Aws;

  async function deploy(userName: string, ...args: readonly string[]): Promise<void> {
    await deployConfirmed(folder, root, ...args);
    resources = await resourcesOf(root);
    bot = connect(url, root.region, await userLike(root, resources.IamRoleLambdaExecution ?? '', userName));
  }

  describe('where nothing is trimmed', () => {
    beforeAll(() => deploy('reports'));

    it.each(Object.keys(NEEDED))('allows %s', async (name) => {
      expect(await outcomeOf(NEEDED[name]?.(bot, resources))).toBe('allowed');
    });

    it.each(Object.keys(TRIMMING))('denies %s', async (name) => {
      expect(await outcomeOf(TRIMMING[name]?.(bot, resources))).toBe('denied');
    });

    it('denies everything else', async () => {
      const { TopicArn = '' } = await root.sns.send(new CreateTopicCommand({ Name: 'another' }));
      const outcomes = Object.entries(neverNeeded(TopicArn)).map(async ([name, call]) => [
        name,
        await outcomeOf(call(bot, resources)),
      ]);

      expect((await Promise.all(outcomes)).filter(([, outcome]) => outcome !== 'denied')).toEqual([]);
    });
  });

  describe('where policies may trim', () => {
    beforeAll(() => deploy('trims', '--param=trimLimit=3'));

    it.each(Object.keys({ ...NEEDED, ...TRIMMING }))('allows %s', async (name) => {
      expect(await outcomeOf({ ...NEEDED, ...TRIMMING }[name]?.(bot, resources))).toBe('allowed');
    });
  });
});
