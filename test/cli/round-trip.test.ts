// From an event to its mail, and from the mail back to the very same rule.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { contentOf, parseRule } from '../../lib/rule.ts';
import { type Account, addGroup, createAccount, inForce } from '../../lib/sandbox/index.ts';
import { groupId, makeRegion, sweepOnce } from '../lib/io/sweeping.ts';
import { GROUP, makeEvent, makeWorld, reconcile, tcp } from '../lib/io/world.ts';
import { file, onAccount, portcullis } from './portcullis.ts';

/** All of a rule that somebody chose: what it admits, its description and its tags. */
function chosen(account: Account, groupId: string): readonly object[] {
  const of = (aws: AwsSecurityGroupRule) => ({
    content: contentOf(parseRule(aws)),
    description: aws.Description,
    tags: aws.Tags ?? [],
  });
  return inForce(account, groupId)
    .filter(({ IsEgress }) => !IsEgress)
    .map(of);
}

const TAGS = [
  { Key: 'team', Value: "web & 'co'" },
  { Key: 'why', Value: 'ünïcode' },
];
const RULES: readonly (readonly [name: string, rule: AwsSecurityGroupRule])[] = [
  ['a block', { ...tcp('sgr-0a', 22), Description: 'for Jane, until Friday (#12)', Tags: TAGS }],
  ['an IPv6 block', { ...tcp('sgr-0a', 3389, { CidrIpv6: '2000::/3' }), Tags: TAGS }],
  ['all traffic', { ...tcp('sgr-0a', -1), IpProtocol: '-1', Description: 'all' }],
  ['a range of ports', { ...tcp('sgr-0a', 20), ToPort: 25 }],
];

describe('what comes back', () => {
  it.each(RULES)('is the very same rule, from the message to machines: %s', async (_, rule) => {
    const { account, world } = makeWorld([rule]);
    const before = chosen(account, GROUP);
    await reconcile(world, makeEvent([rule]));
    expect(chosen(account, GROUP)).toEqual([]);
    const [published] = account.messages;

    const from = file('published.json', { Type: 'Notification', Message: published?.versions?.default });
    const { status } = await onAccount(account, ['restore', '--from', from]);

    expect(status).toBe(0);
    expect(chosen(account, GROUP)).toEqual(before);
  });

  it('is the very same rule, by the command in the mail as it stands there', async () => {
    const [[, rule] = ['', {}]] = RULES;
    const { account, world } = makeWorld([rule]);
    const before = chosen(account, GROUP);
    await reconcile(world, makeEvent([rule]));

    const mail = account.messages[0]?.versions?.email ?? '';
    const [, words = ''] = /npx --no -- portcullis (restore .*)$/m.exec(mail) ?? [];
    const { status } = await onAccount(account, words.split(' '));

    expect(status).toBe(0);
    expect(chosen(account, GROUP)).toEqual(before);
  });

  it('is what a sweep has closed, by the command in its digest', async () => {
    const region = makeRegion(2, () => true);
    const { account } = region;
    const before = chosen(account, groupId(0));
    await sweepOnce(region, { mode: 'enforce' });
    expect(chosen(account, groupId(0))).not.toEqual(before);

    const mail = account.messages[0]?.versions?.email ?? '';
    const commands = [...mail.matchAll(/npx --no -- portcullis (restore .*)$/gm)].map(
      ([, words = '']) => words,
    );
    for (const words of commands)
      expect(await onAccount(account, words.split(' '))).toMatchObject({ status: 0 });

    expect(commands).toHaveLength(2);
    expect(new Set(chosen(account, groupId(0)))).toEqual(new Set(before));
  });

  it('is what a simulation has removed', async () => {
    const event = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';
    const GroupId = 'sg-0e79c7acdf4a0225e';
    const source = { CidrIp: '0.0.0.0/0', Description: 'for Jane, until Friday (#12)' };
    const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [source] };
    const groups = { SecurityGroups: [{ GroupId, GroupName: 'web', IpPermissions: [ssh] }] };
    const { stdout } = await portcullis([
      ...['simulate', event, '--format', 'json', '--group', file('group.json', groups)],
    ]);
    const account = createAccount({ accountId: '000000000000', region: 'ap-northeast-2' });
    addGroup(account, { GroupId, GroupName: 'web' });

    const { status } = await onAccount(account, ['restore', '--from', file('simulated.json', stdout)]);

    const content = contentOf(parseRule(tcp('sgr-0', 22)));
    expect(status).toBe(0);
    expect(chosen(account, GroupId)).toEqual([{ content, description: source.Description, tags: [] }]);
  });
});
