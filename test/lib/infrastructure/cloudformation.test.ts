// CloudFormation and CDK templates: what would be open once they are deployed, whatever their conditions turn out to be.
import { describe, expect, it } from 'vitest';
import { lineFinder, parseTemplate } from '../../../lib/infrastructure/cloudformation/template-text.ts';
import { egressPolicy, findingsIn, sshPolicy, template, worst } from './judged.ts';

type Json = Readonly<Record<string, unknown>>;

const WORLD = '0.0.0.0/0';
const HALVES = ['0.0.0.0/1', '128.0.0.0/1'];
const ssh = (more: Json) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...more });
const group = (...ingress: readonly unknown[]) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription: 'Web', SecurityGroupIngress: ingress },
});
const ingress = (GroupId: unknown, more: Json, others: Json = {}) => ({
  Type: 'AWS::EC2::SecurityGroupIngress',
  ...others,
  Properties: { GroupId, ...ssh(more) },
});
const WEB = { 'Fn::GetAtt': ['Web', 'GroupId'] };

/** The verdict on a template with these resources. */
function judged(resources: Json, more: Json = {}, parameters: Readonly<Record<string, string>> = {}): string {
  return worst(findingsIn([template({ ...more, Resources: resources }, parameters)]));
}

describe('the rules that other tools pass', () => {
  it.each<[string, string, Json]>([
    ['all protocols', 'violation', { Web: group({ IpProtocol: '-1', CidrIp: WORLD }) }],
    ['all protocols, as a number', 'violation', { Web: group({ IpProtocol: -1, CidrIp: WORLD }) }],
    ['two halves', 'violation', { Web: group(...HALVES.map((CidrIp) => ssh({ CidrIp }))) }],
    [
      'a number and a text as ports',
      'violation',
      { Web: group(ssh({ FromPort: 20, ToPort: '25', CidrIp: WORLD })) },
    ],
    ['::/0', 'violation', { Web: group(ssh({ CidrIpv6: '::/0' })) }],
    [
      'a prefix list of an office',
      'compliant',
      {
        Office: {
          Type: 'AWS::EC2::PrefixList',
          Properties: { PrefixListName: 'office', Entries: [{ Cidr: '203.0.113.0/24' }] },
        },
        Web: group(ssh({ SourcePrefixListId: { 'Fn::GetAtt': ['Office', 'PrefixListId'] } })),
      },
    ],
    [
      'a prefix list of everybody',
      'violation',
      {
        All: { Type: 'AWS::EC2::PrefixList', Properties: { Entries: HALVES.map((Cidr) => ({ Cidr })) } },
        Web: group(ssh({ SourcePrefixListId: { Ref: 'All' } })),
      },
    ],
    [
      'one rule instead of a list',
      'violation',
      {
        Web: {
          Type: 'AWS::EC2::SecurityGroup',
          Properties: { SecurityGroupIngress: ssh({ CidrIp: WORLD }) },
        },
      },
    ],
  ])('are evaluated by what they admit: %s is a %s', (_, verdict, resources) => {
    expect(judged(resources)).toBe(verdict);
  });
});

describe('the rules of one group', () => {
  const [low = '', high = ''] = HALVES;

  it.each<[string, unknown]>([
    ['GetAtt', WEB],
    ['GetAtt in YAML', { 'Fn::GetAtt': 'Web.GroupId' }],
    ['Ref', { Ref: 'Web' }],
  ])('are joined by %s', (_, groupId) => {
    const cidrs = ['40.0.0.0/8', '41.0.0.0/8'];
    const rules = Object.fromEntries(
      cidrs.map((CidrIp, index) => [`Rule${index}`, ingress(groupId, { CidrIp })]),
    );

    expect(judged({ Web: group(), ...rules })).toBe('violation');
    expect(judged({ Web: group(), Rule0: rules.Rule0, Other: group(ssh({ CidrIp: '41.0.0.0/8' })) })).toBe(
      'compliant',
    );
  });

  it('are joined where the template does not make it, but calls it alike', () => {
    const imported = { 'Fn::ImportValue': 'web-group' };

    expect(
      judged({
        A: ingress(imported, { CidrIp: '40.0.0.0/8' }),
        B: ingress(imported, { CidrIp: '41.0.0.0/8' }),
      }),
    ).toBe('violation');
    expect(
      judged({
        A: ingress(imported, { CidrIp: '40.0.0.0/8' }),
        B: ingress({ 'Fn::ImportValue': 'db' }, { CidrIp: '41.0.0.0/8' }),
      }),
    ).toBe('compliant');
  });

  it('are joined over templates by the id that a parameter has', () => {
    const of = (CidrIp: string) =>
      template(
        {
          Parameters: { Group: { Type: 'AWS::EC2::SecurityGroup::Id' } },
          Resources: { A: ingress({ Ref: 'Group' }, { CidrIp }) },
        },
        { Group: 'sg-1' },
      );

    expect(worst(findingsIn([of('40.0.0.0/8'), of('41.0.0.0/8')]))).toBe('violation');
    expect([low, high].map((cidr) => worst(findingsIn([of(cidr)])))).toEqual(['violation', 'violation']);
  });
});

describe('outbound rules', () => {
  const mail = (resources: Json) => worst(findingsIn([template({ Resources: resources })], [egressPolicy()]));
  const egress = {
    Type: 'AWS::EC2::SecurityGroupEgress',
    Properties: { GroupId: WEB, IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: WORLD },
  };
  const withEgress = (SecurityGroupEgress: unknown) => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { SecurityGroupEgress },
  });

  it('are all traffic where none is given', () => {
    expect(mail({ Web: group() })).toBe('violation');
    expect(mail({ Web: withEgress([]) })).toBe('violation');
  });

  it('are those that are given, inline or as resources of their own', () => {
    expect(mail({ Web: group(), Out: egress })).toBe('compliant');
    expect(mail({ Web: withEgress([egress.Properties]) })).toBe('compliant');
  });

  it('are none where CDK writes its placeholder', () => {
    const placeholder = {
      CidrIp: '255.255.255.255/32',
      Description: 'Disallow all traffic',
      FromPort: 252,
      IpProtocol: 'icmp',
      ToPort: 86,
    };

    expect(mail({ Web: withEgress([placeholder]) })).toBe('compliant');
  });
});

describe('parameters', () => {
  const Parameters = {
    Office: { Type: 'String', Default: '203.0.113.0/24' },
    Asked: { Type: 'String' },
    Port: { Type: 'Number', Default: 443 },
  };
  const from = (CidrIp: unknown, more: Json = {}) => ({ Web: group(ssh({ CidrIp, ...more })) });

  it.each<[string, string, Json, Readonly<Record<string, string>>]>([
    ['has its default', 'compliant', from({ Ref: 'Office' }), {}],
    ['has what is given', 'violation', from({ Ref: 'Office' }), { Office: WORLD }],
    ['is not known without either', 'undecided', from({ Ref: 'Asked' }), {}],
    [
      'is not known, at another port',
      'compliant',
      from({ Ref: 'Asked' }, { FromPort: { Ref: 'Port' }, ToPort: { Ref: 'Port' } }),
      {},
    ],
    ['is part of a text', 'violation', from({ 'Fn::Sub': `\${Asked}/0` }), { Asked: '198.51.100.7' }],
    ['is part of a text, and not known', 'undecided', from({ 'Fn::Sub': `\${Asked}/0` }), {}],
    [
      'is joined',
      'violation',
      from({ 'Fn::Join': ['/', [{ Ref: 'Asked' }, '0']] }),
      { Asked: '198.51.100.7' },
    ],
    [
      'is one of a list',
      'violation',
      from({ 'Fn::Select': [1, { 'Fn::Split': [',', { Ref: 'Asked' }] }] }),
      { Asked: `10.0.0.0/8,${WORLD}` },
    ],
  ])('is what it stands for: one that %s is %s', (_, verdict, resources, given) => {
    expect(judged(resources, { Parameters }, given)).toBe(verdict);
  });

  it.each<[string, unknown, Json]>([
    [
      'Systems Manager',
      { Ref: 'Stored' },
      { Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/office' } },
    ],
    ['a dynamic reference', '{{resolve:ssm:/office}}', {}],
    ['an export', { 'Fn::ImportValue': 'office' }, {}],
    ['a macro', { 'Fn::Transform': { Name: 'Office' } }, {}],
    ['another resource', { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, {}],
  ])('are not known from %s', (_, CidrIp, parameters) => {
    expect(judged(from(CidrIp), { Parameters: parameters })).toBe('undecided');
  });

  it('are found in mappings', () => {
    const Mappings = { Stages: { prod: { office: '203.0.113.0/24' }, dev: { office: WORLD } } };
    const mapped = (stage: unknown) => from({ 'Fn::FindInMap': ['Stages', stage, 'office'] });

    expect(judged(mapped('dev'), { Mappings })).toBe('violation');
    expect(judged(mapped('prod'), { Mappings })).toBe('compliant');
    expect(judged(mapped({ Ref: 'AWS::Region' }), { Mappings })).toBe('undecided');
  });
});

describe('conditions', () => {
  const Parameters = { Stage: { Type: 'String', Default: 'prod' } };
  const Conditions = {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
    NotProd: { 'Fn::Not': [{ Condition: 'IsProd' }] },
  };
  const more = { Parameters, Conditions };
  const choice = (condition: string, yes: unknown, no: unknown) => ({ 'Fn::If': [condition, yes, no] });
  const NONE = { Ref: 'AWS::NoValue' };

  it('are taken both ways, whatever the default', () => {
    expect(judged({ Web: group(ssh({ CidrIp: choice('IsProd', '203.0.113.0/24', WORLD) })) }, more)).toBe(
      'violation',
    );
    expect(judged({ Web: group(choice('IsDev', ssh({ CidrIp: WORLD }), NONE)) }, more)).toBe('violation');
  });

  it('are taken one way where the parameter is given', () => {
    const web = { Web: group(ssh({ CidrIp: choice('IsProd', '203.0.113.0/24', WORLD) })) };

    expect(judged(web, more, { Stage: 'prod' })).toBe('compliant');
    expect(judged(web, more, { Stage: 'dev' })).toBe('violation');
  });

  it('vary jointly: what excludes each other is never open together', () => {
    const two = (first: string, second: string) => ({
      Web: group(
        choice(first, ssh({ CidrIp: '40.0.0.0/8' }), NONE),
        choice(second, ssh({ CidrIp: '41.0.0.0/8' }), NONE),
      ),
    });

    expect(judged(two('IsProd', 'IsDev'), more)).toBe('compliant');
    expect(judged(two('IsProd', 'NotProd'), more)).toBe('compliant');
    expect(judged(two('IsDev', 'NotProd'), more)).toBe('violation');
  });

  it('say under which a rule violates', () => {
    const found = findingsIn([
      template({ ...more, Resources: { Web: group(choice('IsDev', ssh({ CidrIp: WORLD }), NONE)) } }),
    ]);

    expect(found.map(({ when }) => when)).toEqual([['IsDev']]);
  });

  it('decide whether resources are made', () => {
    const rules = (first: string, second: string) => ({
      Web: group(),
      A: ingress(WEB, { CidrIp: '40.0.0.0/8' }, { Condition: first }),
      B: ingress(WEB, { CidrIp: '41.0.0.0/8' }, { Condition: second }),
    });

    expect(judged(rules('IsProd', 'NotProd'), more)).toBe('compliant');
    expect(judged(rules('IsProd', 'IsProd'), more)).toBe('violation');
  });

  it('decide for which group a rule is', () => {
    const target = choice('IsDev', WEB, { 'Fn::GetAtt': ['Db', 'GroupId'] });
    const resources = {
      Web: group(ssh({ CidrIp: '40.0.0.0/8' })),
      Db: group(),
      A: ingress(target, { CidrIp: '41.0.0.0/8' }),
    };

    expect(judged(resources, more, { Stage: 'prod' })).toBe('compliant');
    expect(judged(resources, more)).toBe('violation');
  });

  it('are bounded: beyond that, what depends on them is undecided', () => {
    const names = Array.from({ length: 9 }, (_, index) => `Is${index}`);
    const many = {
      Parameters: Object.fromEntries(names.map((name) => [name, { Type: 'String', Default: 'no' }])),
      Conditions: Object.fromEntries(names.map((name) => [name, { 'Fn::Equals': [{ Ref: name }, 'yes'] }])),
    };
    const rules = names.map((name, index) => choice(name, ssh({ CidrIp: `${40 + index}.0.0.0/9` }), NONE));

    expect(judged({ Web: group(...rules.slice(0, 8)) }, many)).toBe('violation');
    expect(judged({ Web: group(...rules) }, many)).toBe('undecided');
  });
});

describe('a template', () => {
  const gaps = (value: Json) => template(value).caveats.map(({ kind, address }) => [kind, address]);

  it('names what is not read of it', () => {
    expect(gaps({ Transform: ['AWS::Serverless-2016-10-31', 'MyMacro'], Resources: {} })).toEqual([
      ['gap', undefined],
    ]);
    expect(gaps({ Resources: { Inner: { Type: 'AWS::CloudFormation::Stack', Properties: {} } } })).toEqual([
      ['note', 'Inner'],
    ]);
    expect(gaps({ Resources: { 'Fn::ForEach::Groups': ['Name', ['a'], {}] } })).toEqual([
      ['gap', 'Fn::ForEach::Groups'],
    ]);
    expect(gaps({ Resources: { Part: { Type: 'My::Web::Group::MODULE' } } })).toEqual([['gap', 'Part']]);
    expect(gaps({ Resources: { Web: group() } })).toEqual([]);
  });

  it('may be YAML with short tags', () => {
    const text = `
Parameters: { Office: { Type: String, Default: 198.51.100.7 } }
Conditions: { IsDev: !Equals [!Ref Stage, dev] }
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:
        - !If [IsDev, !Ref AWS::NoValue, { IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8 }]
  Rule:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: { GroupId: !GetAtt Web.GroupId, IpProtocol: -1, CidrIp: !Sub "\${Office}/0" }
`;
    expect(findingsIn([template(text)]).map(({ address, verdict }) => [address, verdict])).toEqual([
      ['Rule', 'violation'],
    ]);
    expect(lineFinder(text)('Rule')).toBe(10);
    expect(lineFinder(text)('Web', ['SecurityGroupIngress', 0, 'Fn::If', 2])).toBe(9);
  });

  it('is refused where it is no YAML, and where its aliases stand for too much', () => {
    const bomb = `a: &a [x, x]\n${[...'bcdefghijklmno'].map((name, index) => `${name}: &${name} [*${[...'abcdefghijklmn'][index]}, *${[...'abcdefghijklmn'][index]}]`).join('\n')}`;

    expect(parseTemplate('a: [')).toMatch(/^:\d+:\d+: /);
    expect(parseTemplate(bomb)).toMatch(/alias/i);
  });

  it('knows the default group of its VPC', () => {
    const policy = sshPolicy({ scope: { groups: { names: ['default'] } } });
    const rule = ingress({ 'Fn::GetAtt': ['Vpc', 'DefaultSecurityGroup'] }, { CidrIp: WORLD });

    expect(
      worst(findingsIn([template({ Resources: { Vpc: { Type: 'AWS::EC2::VPC' }, A: rule } })], [policy])),
    ).toBe('violation');
    expect(
      worst(findingsIn([template({ Resources: { Web: group(ssh({ CidrIp: WORLD })) } })], [policy])),
    ).toBe('compliant');
  });
});
