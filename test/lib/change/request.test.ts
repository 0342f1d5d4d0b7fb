// The contents of a request, in every way that CloudTrail and its copyists write them.
import { describe, expect, it } from 'vitest';
import { parseChange } from '../../../lib/change/change.ts';
import { contentOf } from '../../../lib/rule.ts';
import recorded from '../../fixtures/events/authorize-ingress-terraform-ssh-world-2026.json' with {
  type: 'json',
};

const SSH = { ipProtocol: 'tcp', fromPort: 22, toPort: 22 };
const WORLD = { items: [{ cidrIp: '0.0.0.0/0' }] };

/** As answers were before rules had ids. */
const record = { ...recorded, responseElements: { _return: true } };

describe('added rules, without ids in the answer,', () => {
  it('are read from the flat form beside empty permissions', () => {
    expect(contents(asking({ ...SSH, ipPermissions: {}, cidrIp: '0.0.0.0/0' }))).toEqual(contents(record));
  });

  it('are one for each source: two families, a prefix list and a group in one item make four', () => {
    const item = {
      ...SSH,
      ipRanges: WORLD,
      ipv6Ranges: { items: [{ cidrIpv6: '::/0', description: 'all of it' }] },
      prefixListIds: { items: [{ prefixListId: 'pl-0d6' }] },
      groups: { items: [{ groupId: 'sg-0f8', userId: '444455556666' }] },
    };

    expect(sources(permitting(item))).toEqual(['0.0.0.0/0', '::/0', 'pl-0d6', 'sg-0f8']);
  });

  it('carry the owner of a group in another account', () => {
    const rules = rulesOf(permitting({ ...SSH, groups: { items: [{ groupId: 'sg-0f8', userId: '4444' }] } }));

    expect(rules).toMatchObject({ rules: [{ peer: { kind: 'group', groupId: 'sg-0f8', ownerId: '4444' } }] });
  });

  it.each([
    ['a plain list', [{ ...SSH, ipRanges: [{ cidrIp: '0.0.0.0/0' }] }]],
    ['an object for a list of one', { ...SSH, ipRanges: { cidrIp: '0.0.0.0/0' } }],
    ['an object under items', { items: { ...SSH, ipRanges: { items: WORLD.items[0] } } }],
    ['keys in lower case', { items: [{ ipprotocol: 'tcp', fromport: 22, toport: 22, ipranges: WORLD }] }],
    [
      'the capitals of the SDK',
      [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    ],
    ['ports as texts', [{ ...SSH, fromPort: '22', toPort: '22', ipRanges: WORLD }]],
    ['a protocol number as a text', [{ ...SSH, ipProtocol: '6', ipRanges: WORLD }]],
    ['a protocol number', [{ ...SSH, ipProtocol: 6, ipRanges: WORLD }]],
    ['host bits', [{ ...SSH, ipRanges: [{ cidrIp: '198.51.100.7/0' }] }]],
    ['no keys for the other sources', [{ ...SSH, ipRanges: WORLD }]],
    ['empty texts for the other sources', [{ ...SSH, ipRanges: WORLD, ipv6Ranges: '', groups: '' }]],
  ])('are the same in every spelling: %s', (_, ipPermissions) => {
    expect(contents(asking({ ipPermissions }))).toEqual(contents(record));
  });

  it.each([
    ['0.0.0.0/16', '0.0.0.0/16'],
    ['0.0.0.0/32', '0.0.0.0/32'],
    ['203.0.113.9', '203.0.113.9/32'],
  ])('from %s are not the world', (cidrIp, source) => {
    expect(sources(permitting({ ...SSH, ipRanges: { items: [{ cidrIp }] } }))).toEqual([source]);
  });

  it.each(['::/0', '2001:db8::/0', '0:0:0:0:0:0:0:0/0'])('from %s are the IPv6 world', (cidrIpv6) => {
    expect(sources(permitting({ ...SSH, ipv6Ranges: { items: [{ cidrIpv6 }] } }))).toEqual(['::/0']);
  });

  it.each([
    ['no ports', {}],
    ['0 and 0', { fromPort: 0, toPort: 0 }],
    ['0 and 65535', { fromPort: 0, toPort: 65_535 }],
    ['-1 and -1', { fromPort: -1, toPort: -1 }],
    ['something unreadable', { fromPort: {}, toPort: 'none' }],
  ])('for all protocols are the same with %s', (_, ports) => {
    const all = contents(permitting({ ipProtocol: '-1', ipRanges: WORLD }));

    expect(contents(permitting({ ipProtocol: '-1', ...ports, ipRanges: WORLD }))).toEqual(all);
  });

  it('for ICMPv6 are known by its number and by its name', () => {
    const item = { fromPort: -1, toPort: -1, ipv6Ranges: { items: [{ cidrIpv6: '::/0' }] } };

    expect(contents(permitting({ ...item, ipProtocol: '58' }))).toEqual(
      contents(permitting({ ...item, ipProtocol: 'icmpv6' })),
    );
  });

  it.each([
    ['a call cut down to its group id', undefined],
    ['empty permissions', {}],
    ['a group with neither id nor name', [{ ...SSH, groups: { items: [{ userId: '111122223333' }] } }]],
    [
      'a group by its name, at ports that are names',
      [{ ...SSH, toPort: 'ssh', groups: [{ groupName: 'db' }] }],
    ],
    ['an unknown kind of source', [...record.requestParameters.ipPermissions.items, { ...SSH, moons: {} }]],
    ['a port that is not a number', [{ ...SSH, toPort: {}, ipRanges: WORLD }]],
    ['ports that are names', [{ ...SSH, fromPort: 'ssh', toPort: 'ssh', ipRanges: WORLD }]],
    ['half a port range', [{ ...SSH, toPort: null, ipRanges: WORLD }]],
    ['no protocol', [{ fromPort: 22, toPort: 22, ipRanges: WORLD }]],
    ['a CIDR in the wrong place', [{ ...SSH, ipRanges: ['0.0.0.0/0'] }]],
  ])('may be any of the group where the event does not name them all: %s', (_, ipPermissions) => {
    expect(rulesOf(asking({ ipPermissions }))).toEqual({ by: 'group' });
  });

  it('are known but for the id of a source group that the caller named', () => {
    const groups = {
      items: [
        { groupName: 'db', userId: '4444' },
        { groupId: 'sg-0f8', groupName: 'web' },
      ],
    };

    expect(rulesOf(permitting({ ...SSH, ipRanges: WORLD, groups }))).toMatchObject({
      by: 'content',
      rules: [{ peer: { kind: 'cidr' } }, { peer: { kind: 'group', groupId: 'sg-0f8' } }],
      namedSources: [
        { groupName: 'db', ownerId: '4444', rule: { IpProtocol: 'tcp', FromPort: 22, IsEgress: false } },
      ],
    });
  });

  it('are three for a source group by name in the flat form, which opens all of TCP, UDP and ICMP', () => {
    expect(rulesOf(asking({ ipPermissions: {}, sourceSecurityGroupName: 'db' }))).toMatchObject({
      by: 'content',
      rules: [],
      namedSources: [
        { groupName: 'db', rule: { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535 } },
        { groupName: 'db', rule: { IpProtocol: 'udp', FromPort: 0, ToPort: 65_535 } },
        { groupName: 'db', rule: { IpProtocol: 'icmp', FromPort: -1, ToPort: -1 } },
      ],
    });
  });

  it.each([['a CIDR that is none', { ...SSH, cidrIp: [] }]])(
    'may be any of the group where the flat form does not name one: %s',
    (_, flat) => {
      expect(rulesOf(asking({ ipPermissions: {}, ...flat }))).toEqual({ by: 'group' });
    },
  );
});

function asking(parameters: object): object {
  return { ...record, requestParameters: { groupId: recorded.requestParameters.groupId, ...parameters } };
}

function permitting(item: object): object {
  return asking({ ipPermissions: { items: [item] } });
}

function rulesOf(event: unknown) {
  const change = parseChange(event);
  return change.kind === 'changed' ? change.rules : undefined;
}

function contents(event: unknown): readonly string[] {
  const rules = rulesOf(event);
  return rules?.by === 'content' ? rules.rules.map(contentOf) : [`not read: ${rules?.by}`];
}

/** The last word of a rule's content is its source. */
function sources(event: unknown): readonly (string | undefined)[] {
  return contents(event).map((content) => content.split(' ').at(-1));
}
