// ICMP as people read it, from the event to the rule that is put back.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { expandPermissions } from '../../../lib/io/aws/permissions.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { undoCommand } from '../../../lib/report/undo-commands.ts';
import { contentOf, parseRule } from '../../../lib/rule.ts';
import { inForce } from '../../../lib/sandbox/index.ts';
import { onAccount } from '../../cli/portcullis.ts';
import { GROUP, makeEvent, makeWorld, reconcile } from '../io/world.ts';

const NO_ICMP = compilePolicy(
  policySchema.parse({
    ...{ id: 'no-icmp', title: 'closed', severity: 'high', description: 'Use the VPN.', action: 'revoke' },
    match: { protocol: ['icmp', 'icmpv6'], source: 'world' },
  }),
);

const of = (IpProtocol: string, FromPort: number, ToPort: number): AwsSecurityGroupRule => ({
  SecurityGroupRuleId: 'sgr-0icmp',
  GroupId: GROUP,
  IsEgress: false,
  ...{ IpProtocol, FromPort, ToPort },
  ...(IpProtocol === 'icmp' ? { CidrIpv4: '0.0.0.0/0' } : { CidrIpv6: '::/0' }),
});

it.each([
  [of('icmp', 3, 4), 'ICMP fragmentation needed (3/4)', 'ICMP fragmentation needed (3/4) from 8.8.8.8'],
  [of('icmp', 8, -1), 'ICMP echo request (8)', 'ICMP echo request (8/0) from 8.8.8.8'],
  [of('icmp', 0, 0), 'ICMP echo reply (0/0)', 'ICMP echo reply (0/0) from 8.8.8.8'],
  [of('icmp', -1, -1), 'all ICMP', 'ICMP echo request (8/0) from 8.8.8.8'],
  [
    of('icmpv6', 2, 0),
    'ICMPv6 packet too big (2/0)',
    'ICMPv6 packet too big (2/0) from 2001:4860:4860::8888',
  ],
  [of('icmpv6', -1, -1), 'all ICMPv6', 'ICMPv6 echo request (128/0) from 2001:4860:4860::8888'],
])('%j is %s in mail, chat and record, and comes back as it was', async (rule, words, witness) => {
  const { account, world } = makeWorld([rule]);
  await reconcile({ ...world, policies: [NO_ICMP] }, makeEvent([rule]));
  const { email = '', https = '', default: record = '' } = account.messages[0]?.versions ?? {};
  const closed = inForce(account, GROUP);

  const noted = ['event-1', '--region', 'eu-west-1'];
  const { status, stdout } = await onAccount(account, ['restore', ...noted]);

  expect(email).toContain(`inbound ${words} from the whole internet`);
  expect(email).toContain(`Policy    no-icmp (high)`);
  expect(https).toContain(words);
  expect(JSON.parse(record).findings[0]).toMatchObject({ policies: [{ witness }] });
  expect([closed, status]).toEqual([[], 0]);
  expect(stdout).toContain(`${words} from the whole internet`);
  expect(inForce(account, GROUP).map((back) => contentOf(parseRule(back)))).toEqual([
    contentOf(parseRule(rule)),
  ]);
});

it('the undo command of every type and code makes the very same rule', () => {
  const numbers = Array.from({ length: 256 }, (_, number) => number);
  const rules = ['icmp', 'icmpv6'].flatMap((protocol) => [
    of(protocol, -1, -1),
    ...numbers.flatMap((type) => [-1, 0, 4, 255].map((code) => of(protocol, type, code))),
  ]);

  const wrong = rules.filter((rule) => {
    const target = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' };
    const command = undoCommand(parseRule(rule), { target }) ?? '';
    const [, permissions = '[]'] = /--ip-permissions '(.*?)'/.exec(command) ?? [];
    const [made] = expandPermissions({ GroupId: GROUP, IpPermissions: JSON.parse(permissions) });
    return made === undefined || contentOf(parseRule(made)) !== contentOf(parseRule(rule));
  });
  expect(wrong).toEqual([]);
});
