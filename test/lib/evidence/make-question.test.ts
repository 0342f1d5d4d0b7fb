import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FORMAT } from '../../../lib/evidence/flow-record.ts';
import { makeQuestion } from '../../../lib/evidence/make-question.ts';
import type { Opening } from '../../../lib/evidence/question.ts';
import { parseInterface } from '../../../lib/exposure/parse-interface.ts';
import { parseCidr } from '../../../lib/network/cidr.ts';
import { blockList } from '../../../lib/network/nat64.ts';
import { parseRule } from '../../../lib/rule.ts';

const SSH: [number, number] = [6 * 65_536 + 22, 6 * 65_536 + 23];
const OPENING: Opening = {
  closedAt: '2026-06-01T12:01:30Z',
  areas: [{ sources: ['0.0.0.0/0'], traffic: [SSH] }],
};
const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
const attached = (number: number, more: object = {}) =>
  parseInterface({
    ...{ NetworkInterfaceId: `eni-${number}`, VpcId: 'vpc-1', SubnetId: 'subnet-1', Status: 'in-use' },
    ...{ PrivateIpAddress: `10.0.0.${number}`, Groups: [{ GroupId: 'sg-own' }] },
    ...more,
  });

/** What is said of one interface, whose group has these rules left. */
function others(
  rules: readonly AwsSecurityGroupRule[] | undefined,
  lists: Readonly<Record<string, string>> = {},
) {
  const read = rules === undefined ? [] : [['sg-own', rules.map(parseRule)] as const];
  const known = Object.entries(lists).map(
    ([id, block]) => [id, blockList([parseCidr(block)].filter((one) => one !== undefined))] as const,
  );
  const found = { interfaces: [attached(1)], rules: new Map(read), flowLogs: [], lists: new Map(known) };
  return makeQuestion([OPENING], found).interfaces[0]?.others;
}

describe('what other rules let in', () => {
  it.each<[string, readonly AwsSecurityGroupRule[] | undefined, readonly string[] | undefined]>([
    ['is nothing where no rule is left', [], []],
    ['is what a block holds', [{ ...ssh, CidrIpv4: '9.9.9.0/24' }], ['9.9.9.0/24']],
    ['is nothing of other ports', [{ ...ssh, FromPort: 443, ToPort: 443, CidrIpv4: '9.9.9.0/24' }], []],
    ['is nothing that goes out', [{ ...ssh, IsEgress: true, CidrIpv4: '9.9.9.0/24' }], []],
    [
      'is any private address of the members of a group',
      [{ ...ssh, ReferencedGroupInfo: { GroupId: 'sg-1' } }],
      ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
    ],
    ['is what a prefix list holds', [{ ...ssh, PrefixListId: 'pl-1' }], ['8.0.0.0/8']],
    ['is not known of a prefix list that was not read', [{ ...ssh, PrefixListId: 'pl-2' }], undefined],
    ['is not known of a rule that cannot be read', [{ ...ssh, CidrIpv4: '9.9.9.0/99' }], undefined],
    ['is not known of a group that was not read', undefined, undefined],
  ])('%s', (_, rules, sources) => {
    const found = others(rules, { 'pl-1': '8.0.0.0/8' });

    expect(found?.flatMap((area) => area.sources)).toEqual(sources);
  });
});

describe('the interfaces that are asked', () => {
  const ask = (interfaces: readonly ReturnType<typeof attached>[]) =>
    makeQuestion([OPENING], { interfaces, rules: new Map(), flowLogs: FLOW_LOGS, lists: new Map() });
  const FLOW_LOGS = ['vpc-1', 'subnet-1', 'eni-1', 'vpc-2', 'eni-2'].map((resourceId) => ({
    ...{ id: `fl-${resourceId}`, resourceId, logGroup: 'flows', format: DEFAULT_FORMAT },
  }));

  it('are those in use, each with the flow logs of itself, its subnet and its VPC', () => {
    const [asked, ...more] = ask([attached(1), attached(2, { Status: 'available' })]).interfaces;

    expect(more).toEqual([]);
    expect(asked).toMatchObject({ id: 'eni-1', addresses: ['10.0.0.1'], clientPortsFrom: 32_768 });
    expect(asked?.flowLogs.map(({ resourceId }) => resourceId)).toEqual(['vpc-1', 'subnet-1', 'eni-1']);
  });

  it('are fifty at most, those with public addresses first, and the others are a gap', () => {
    const many = Array.from({ length: 60 }, (_, index) => attached(index));
    const { interfaces, gaps } = ask([...many, attached(99, { Association: { PublicIp: '203.0.113.7' } })]);

    expect(interfaces).toHaveLength(50);
    expect(interfaces[0]?.id).toBe('eni-99');
    expect(gaps).toEqual(['11 more interfaces are not looked at']);
  });
});
