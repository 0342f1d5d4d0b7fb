import { describe, expect, it } from 'vitest';
import { printSet } from '../../../lib/network/cidr.ts';
import { associationsOf, blocksOfVpcs, type Vpcs, vpcsOf } from '../../../lib/network/vpcs.ts';

const group = { id: 'sg-1', vpcId: 'vpc-home' };

describe('a group is associated with a VPC', () => {
  it.each([
    ['associating', true],
    ['associated', true],
    ['disassociating', true],
    ['disassociation-failed', true],
    ['association-failed', false],
    ['disassociated', false],
  ] as const)('while the state is %s: %s', (State, isAssociated) => {
    const associations = associationsOf([{ GroupId: 'sg-1', VpcId: 'vpc-2', State }]);

    expect(associations.get('sg-1') ?? []).toEqual(isAssociated ? ['vpc-2'] : []);
  });

  it('for itself alone', () => {
    const associations = associationsOf([
      { GroupId: 'sg-1', VpcId: 'vpc-2', State: 'associated' },
      { GroupId: 'sg-1', VpcId: 'vpc-3', State: 'associating' },
      { GroupId: 'sg-2', VpcId: 'vpc-4', State: 'associated' },
    ]);

    expect(vpcsOf(group, { associations, blocks: undefined }).associated).toEqual(['vpc-2', 'vpc-3']);
    expect(vpcsOf({ ...group, id: 'sg-3' }, { associations, blocks: undefined }).associated).toEqual([]);
  });
});

describe('the blocks of a VPC', () => {
  it('are the primary one, the secondary ones and IPv6', () => {
    const blocks = blocksOfVpcs([
      {
        VpcId: 'vpc-1',
        CidrBlock: '10.0.0.0/16',
        CidrBlockAssociationSet: [
          { CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } },
          { CidrBlock: '10.9.0.0/16', CidrBlockState: { State: 'associated' } },
        ],
        Ipv6CidrBlockAssociationSet: [
          { Ipv6CidrBlock: '2600:1f14:abc:de00::/56', Ipv6CidrBlockState: { State: 'associated' } },
        ],
      },
    ]);

    expect([...blocks].map(([id, set]) => [id, printSet(set)])).toEqual([
      ['vpc-1', ['10.0.0.0/16', '10.9.0.0/16', '2600:1f14:abc:de00::/56']],
    ]);
  });

  it.each([
    ['associating', true],
    ['associated', true],
    ['disassociating', false],
    ['disassociated', false],
    ['failing', false],
    ['failed', false],
  ] as const)('are in use where the state is %s: %s', (State, isInUse) => {
    const [set] = blocksOfVpcs([
      {
        VpcId: 'vpc-1',
        CidrBlockAssociationSet: [{ CidrBlock: '10.9.0.0/16', CidrBlockState: { State } }],
        Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2600:1f14::/56', Ipv6CidrBlockState: { State } }],
      },
    ]).values();

    expect(set && printSet(set)).toEqual(isInUse ? ['10.9.0.0/16', '2600:1f14::/56'] : []);
  });

  it('are not known where one of them cannot be read', () => {
    const blocks = blocksOfVpcs([{ VpcId: 'vpc-1', CidrBlock: '10.0.0/16' }]);

    expect(blocks.has('vpc-1')).toBe(false);
  });
});

describe('the addresses of the VPCs of a group', () => {
  const blocks = blocksOfVpcs([
    { VpcId: 'vpc-home', CidrBlock: '10.1.0.0/16' },
    { VpcId: 'vpc-2', CidrBlock: '10.2.0.0/16' },
    { VpcId: 'vpc-3', CidrBlock: '10.3.0.0/16' },
  ]);
  const associations = new Map([['sg-1', ['vpc-2', 'vpc-3']]]);

  it.each<[string, Vpcs, readonly string[] | undefined, readonly string[] | undefined]>([
    ['all that was read', { associations, blocks }, ['10.1.0.0/16'], ['10.2.0.0/15']],
    ['its own alone, without associations', { associations: undefined, blocks }, ['10.1.0.0/16'], undefined],
    ['nothing, without blocks', { associations, blocks: undefined }, undefined, undefined],
    [
      'not all, where one of the associated VPCs is not among those read',
      { associations: new Map([['sg-1', ['vpc-2', 'vpc-9']]]), blocks },
      ['10.1.0.0/16'],
      undefined,
    ],
    ['no others, where it is associated with none', { associations: new Map(), blocks }, ['10.1.0.0/16'], []],
  ])('are known: %s', (_, read, home, others) => {
    const known = vpcsOf(group, read);

    expect([known.home && printSet(known.home), known.others && printSet(known.others)]).toEqual([
      home,
      others,
    ]);
  });
});
