// The example that makes a verdict plain: a familiar port and address where there is one, else the first.
import { describe, expect, it } from 'vitest';
import { printWitness, witness } from '../../../lib/evaluate/witness.ts';
import { addressSet, NO_ADDRESSES, parseCidr } from '../../../lib/network/cidr.ts';
import { ICMP, ICMPV6, protocolTraffic } from '../../../lib/network/ports.ts';
import { addressesOf, parseRule } from '../../../lib/rule.ts';

const set = (...texts: string[]) => addressSet(texts.flatMap((text) => parseCidr(text) ?? []));

/** The example of a rule, of which these addresses are forbidden. */
function example(aws: object, forbidden = set('8.8.8.0/24')): string {
  const rule = parseRule({ IsEgress: false, ...aws });
  return printWitness(witness(rule, [rule.traffic], forbidden), rule);
}

const of = (
  IpProtocol: string,
  FromPort: number,
  ToPort: number,
  source: object = { CidrIpv4: '0.0.0.0/0' },
) => ({
  IpProtocol,
  FromPort,
  ToPort,
  ...source,
});

describe('a witness', () => {
  it.each([
    [of('tcp', 20, 25), 'tcp/22'],
    [of('tcp', 22, 22), 'tcp/22'],
    [of('tcp', 23, 25), 'tcp/23'],
    [of('tcp', 20, 21), 'tcp/20'],
    [of('udp', 50, 60), 'udp/53'],
    [of('-1', -1, -1), 'tcp/22'],
    [of('50', -1, -1), 'esp'],
    [of('icmp', 8, -1), 'ICMP echo request (8/0)'],
    [of('icmp', -1, -1), 'ICMP echo request (8/0)'],
    [of('icmp', 3, 4), 'ICMP fragmentation needed (3/4)'],
    [of('icmp', 3, -1), 'ICMP net unreachable (3/0)'],
  ])('of %j is %s', (rule, traffic) => {
    expect(example(rule)).toBe(`${traffic} from 8.8.8.8`);
  });

  it.each([
    ['0.0.0.0/0', 'ICMP echo request (8/0) from 8.8.8.8'],
    ['::/0', 'ICMPv6 echo request (128/0) from 2001:4860:4860::8888'],
  ])('of all ICMP and ICMPv6 from %s is of the protocol that these addresses have', (from, expected) => {
    const rule = parseRule({ IpProtocol: '-1', [from === '::/0' ? 'CidrIpv6' : 'CidrIpv4']: from });
    const overlap = [protocolTraffic(ICMP), protocolTraffic(ICMPV6)];

    expect(printWitness(witness(rule, overlap, addressesOf(rule.peer)), rule)).toBe(expected);
  });

  it('of ICMP over IPv6, which does not exist, is all the same one of the rule', () => {
    const rule = parseRule({ IpProtocol: 'icmp', FromPort: 3, ToPort: 4, CidrIpv6: '::/0' });

    expect(printWitness(witness(rule, [rule.traffic], addressesOf(rule.peer)), rule)).toContain('(3/4)');
  });

  it('says to whom, for an outbound rule', () => {
    expect(example({ ...of('tcp', 25, 25), IsEgress: true })).toBe('tcp/25 to 8.8.8.8');
  });

  it.each([
    [['8.8.8.0/24', '1.0.0.0/8'], '8.8.8.8'],
    [['1.0.0.0/8', '9.0.0.0/8'], '1.0.0.0'],
    [['2000::/3', '9.0.0.0/8'], '9.0.0.0'],
    [['2000::/3'], '2001:4860:4860::8888'],
    [['2600::/16'], '2600::'],
  ])('of the addresses %j is %s', (forbidden, address) => {
    expect(example(of('tcp', 22, 22), set(...forbidden))).toBe(`tcp/22 from ${address}`);
  });

  it.each([
    [{ CidrIpv4: '9.9.9.0/24' }, '9.9.9.0'],
    [{ CidrIpv6: '2600::/64' }, '2600::'],
    [{ PrefixListId: 'pl-1' }, 'entries of pl-1'],
    [{ ReferencedGroupInfo: { GroupId: 'sg-2' } }, 'members of sg-2'],
    [{}, 'an unreadable peer'],
  ])('where no address is known stands for those of %j: %s', (source, peer) => {
    expect(example(of('tcp', 22, 22, source), NO_ADDRESSES)).toBe(`tcp/22 from ${peer}`);
  });

  it('of a prefix list is an address where some are known', () => {
    expect(example(of('tcp', 22, 22, { PrefixListId: 'pl-1' }))).toBe('tcp/22 from 8.8.8.8');
  });
});
