// A change of a prefix list that more groups refer to than the function can judge in its time.
import { expect, it } from 'vitest';
import { addGroup, addRule, inForce } from '../../../lib/sandbox/index.ts';
import { makeEvent, makeWorld, reconcile, tcp } from './world.ts';

const GROUPS = 60;
/** The function lives as long as it takes to do so many calls. */
const CALLS = 100;

/** This group can never be read. */
function refuse(command: object, groupId: string): void {
  const isOfOne = command.constructor.name === 'DescribeSecurityGroupRulesCommand';
  if (isOfOne && JSON.stringify(command).includes(groupId)) throw new Error('refused');
}

it.each([
  ['none of them fails', 'none'],
  ['the first of them always fails', 'sg-0000'],
])(
  'a prefix list that more groups refer to than one invocation can judge has all of them judged in the end, though %s',
  async (_, failing) => {
    const test = makeWorld([]);
    test.account.prefixLists.set('pl-0abc', ['10.0.0.0/8']);
    const id = (i: number) => `sg-${String(i).padStart(4, '0')}`;
    for (let i = 0; i < GROUPS; i += 1) {
      addGroup(test.account, { GroupId: id(i), GroupName: id(i), VpcId: 'vpc-0other' });
      // Only the last has the port open that a policy forbids.
      addRule(test.account, {
        GroupId: id(i),
        ...tcp(`sgr-${i}`, i === GROUPS - 1 ? 22 : 443, { PrefixListId: 'pl-0abc' }),
      });
    }
    test.account.prefixLists.set('pl-0abc', ['0.0.0.0/0']);
    const event = makeEvent([], {
      eventName: 'ModifyManagedPrefixList',
      requestParameters: {
        ModifyManagedPrefixListRequest: { PrefixListId: 'pl-0abc', AddEntry: { Cidr: '0.0.0.0/0', tag: 1 } },
      },
      responseElements: null,
    });
    let isDone = false;
    for (let receive = 0; receive <= 5 && !isDone; receive += 1) {
      let left = CALLS;
      const mortal = <Client extends { send: unknown }>(client: Client): Client => {
        const send = (client.send as (command: object) => Promise<unknown>).bind(client);
        return Object.assign(Object.create(client), {
          send: async (command: object) => {
            left -= 1;
            if (left < 0) throw new Error('killed');
            refuse(command, failing);
            return send(command);
          },
        });
      };
      const { ec2, sns, ledger } = test.world;
      const world = {
        ...test.world,
        ec2: mortal(ec2),
        sns: mortal(sns),
        ledger: { ...ledger, client: mortal(ledger.client) },
      };
      isDone = await reconcile(world, event, receive === 5).then(
        () => true,
        () => false,
      );
      await test.world.wait(720_000);
    }
    expect(inForce(test.account, id(GROUPS - 1))).toHaveLength(0);
  },
);
