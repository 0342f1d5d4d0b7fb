// Whether open connections are cut, by the rules of EC2 on what it tracks.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionsThrough } from '../../../lib/exposure/connection-tracking.ts';
import { parseInterface } from '../../../lib/exposure/parse-interface.ts';
import { parseRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';

const OWN = 'sg-own';
const OTHER = 'sg-other';
const ssh: AwsSecurityGroupRule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' };
const out = (rule: AwsSecurityGroupRule): AwsSecurityGroupRule => ({
  IsEgress: true,
  IpProtocol: '-1',
  ...rule,
});
const everywhere = out({ CidrIpv4: '0.0.0.0/0' });

type Groups = Readonly<Record<string, readonly AwsSecurityGroupRule[]>>;

const attached = (...groups: readonly string[]) =>
  parseInterface({ Status: 'in-use', Groups: groups.map((GroupId) => ({ GroupId })) });
const rulesIn = (groups: Groups) =>
  new Map(Object.entries(groups).map(([id, rules]) => [id, rules.map(parseRule)]));

/** Of one interface with both groups; a group without rules here was not read. */
const fate = (rule: AwsSecurityGroupRule, groups: Groups, interfaces = [attached(OWN, OTHER)]) =>
  connectionsThrough(parseRule(rule), interfaces, rulesIn(groups));

describe('open connections', () => {
  it.each<[string, AwsSecurityGroupRule, Groups, string]>([
    ['are cut where the group lets everything out', ssh, { [OWN]: [everywhere] }, 'cut'],
    ['are cut where another group of the interface does', ssh, { [OWN]: [], [OTHER]: [everywhere] }, 'cut'],
    ['continue where no group does', ssh, { [OWN]: [], [OTHER]: [] }, 'continue'],
    ['may continue where another group could not be read', ssh, { [OWN]: [] }, 'unknown'],
    [
      'continue where the rule is for some addresses',
      { ...ssh, CidrIpv4: '8.0.0.0/5' },
      { [OWN]: [everywhere] },
      'continue',
    ],
    [
      'continue where it is for half of the internet',
      { ...ssh, CidrIpv4: '0.0.0.0/1' },
      { [OWN]: [everywhere] },
      'continue',
    ],
    [
      'continue through ICMP',
      { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' },
      { [OWN]: [everywhere] },
      'continue',
    ],
    [
      'may continue through all traffic, a part of which is tracked',
      { IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' },
      { [OWN]: [everywhere], [OTHER]: [] },
      'unknown',
    ],
    [
      'continue through all traffic where nothing may go out',
      { IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' },
      { [OWN]: [], [OTHER]: [] },
      'continue',
    ],
    [
      'continue where only some ports may go out',
      ssh,
      { [OWN]: [out({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIpv4: '0.0.0.0/0' })], [OTHER]: [] },
      'continue',
    ],
    [
      'continue where only another protocol may go out',
      ssh,
      {
        [OWN]: [out({ IpProtocol: 'udp', FromPort: 0, ToPort: 65_535, CidrIpv4: '0.0.0.0/0' })],
        [OTHER]: [],
      },
      'continue',
    ],
    [
      'continue where only IPv6 may go out',
      ssh,
      { [OWN]: [out({ CidrIpv6: '::/0' })], [OTHER]: [] },
      'continue',
    ],
    [
      'are cut over IPv6 where IPv6 may go out',
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv6: '::/0' },
      { [OWN]: [out({ CidrIpv6: '::/0' })] },
      'cut',
    ],
    [
      'may continue where a prefix list lets out what nobody knows',
      ssh,
      { [OWN]: [out({ PrefixListId: 'pl-1' })], [OTHER]: [] },
      'unknown',
    ],
    [
      'may continue through a prefix list',
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, PrefixListId: 'pl-1' },
      { [OWN]: [everywhere], [OTHER]: [] },
      'unknown',
    ],
    [
      'continue from members of a group',
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ReferencedGroupInfo: { GroupId: OTHER } },
      { [OWN]: [everywhere] },
      'continue',
    ],
  ])('%s', (_, rule, groups, expected) => {
    expect(fate(rule, groups)).toBe(expected);
  });

  it('may continue where interfaces differ, and are none where no interface is used', () => {
    const groups = { [OWN]: [], [OTHER]: [everywhere] };
    const idle = parseInterface({ Status: 'available', Groups: [{ GroupId: OWN }] });

    expect(fate(ssh, groups, [attached(OWN), attached(OWN, OTHER)])).toBe('unknown');
    expect(fate(ssh, groups, [idle])).toBeUndefined();
  });

  it('are known to be cut or to continue only if that is so whatever the unread groups hold', () => {
    const block = fc.constantFrom('0.0.0.0/0', '0.0.0.0/1', '10.0.0.0/8');
    const rule = fc.record({
      IsEgress: fc.boolean(),
      IpProtocol: fc.constantFrom('-1', 'tcp', 'udp', 'icmp'),
      CidrIpv4: block,
    });
    fc.assert(
      fc.property(rule, fc.array(rule), fc.array(rule), (closed, own, other) => {
        const inbound = { ...closed, IsEgress: false };
        const before = fate(inbound, { [OWN]: own });
        const after = fate(inbound, { [OWN]: own, [OTHER]: other });

        if (before !== 'unknown') expect(after).toBe(before);
      }),
      RUNS,
    );
  });
});
