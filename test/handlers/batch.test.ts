// A batch of the retry queue shares the life of one invocation: what Lambda kills is received again, all of it.

import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { remediationHandler } from '../../handlers/remediation-handler.ts';
import { addGroup, addRule, inForce } from '../../lib/sandbox/index.ts';
import { makeEvent, makeWorld, tcp } from '../lib/io/world.ts';

const LIFE = 120_000;

/** Lambda's reading of the template: how many messages one invocation gets. */
function batchSize(): number {
  const { functions } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent' });
  return functions.remediate.events.find((event: { sqs?: object }) => event.sqs !== undefined).sqs.batchSize;
}

describe('five events of the retry queue, the first of which EC2 throttles for longer than the function lives', () => {
  it('are each tried before they are dead letters', async () => {
    const test = makeWorld([]);
    const ids = ['slow', 'one', 'two', 'three', 'four'];
    const records = ids.map((name) => {
      const GroupId = `sg-0${name}`;
      const rule = { ...tcp(`sgr-0${name}`, 22), GroupId };
      addGroup(test.account, { GroupId, GroupName: name });
      addRule(test.account, rule);
      const items = [{ groupId: GroupId, securityGroupRuleId: rule.SecurityGroupRuleId, isEgress: false }];
      const event = makeEvent([], {
        eventID: name,
        requestParameters: { groupId: GroupId, ipPermissions: {} },
        responseElements: { _return: true, securityGroupRuleSet: { items } },
      });
      return { messageId: name, body: JSON.stringify(event), eventSource: 'aws:sqs' };
    });
    const send = test.world.ec2.send.bind(test.world.ec2) as (command: { input: object }) => Promise<unknown>;
    const throttled = async (command: { input: object }) =>
      JSON.stringify(command.input).includes('sg-0slow') ? new Promise(() => {}) : send(command);
    const ec2 = Object.assign(Object.create(test.world.ec2), { send: throttled });
    const handler = remediationHandler({ ...test.world, ec2 });

    for (let receive = 1; receive <= 5; receive += 1) {
      for (let start = 0; start < records.length; start += batchSize()) {
        const Records = records
          .slice(start, start + batchSize())
          .map((record) => ({ ...record, attributes: { ApproximateReceiveCount: `${receive}` } }));
        // The invocation is killed when its time is over; what it did not begin it has not begun.
        const killed = new Promise((resolve) => setTimeout(resolve, 50));
        await Promise.race([
          handler({ Records } as never, { getRemainingTimeInMillis: () => LIFE } as Context),
          killed,
        ]);
        await test.world.wait(LIFE);
      }
      await test.world.wait(720_000);
    }

    const open = ids.filter((name) => inForce(test.account, `sg-0${name}`).length > 0);
    expect(open).toEqual(['slow']);
  });
});
