// The table of docs/check.md: rules before they are deployed, what is right about them, and what two well-known scanners say.
// `npm run review` asks the scanners, the rest is tested by docs-check.test.ts.
import { inlineRule, type Planned, planOf } from './lib/infrastructure/plan.ts';
import { group, listRule, oldRule, vpcRule } from './lib/infrastructure/planned.ts';

export interface CheckCase {
  readonly name: string;
  readonly kind: 'terraform' | 'cloudformation';
  readonly input: Readonly<Record<string, unknown>>;
  /** Whether SSH is open to the world. */
  readonly right: 'open' | 'closed';
  /** What CKV_AWS_24 of checkov says, which is about SSH from 0.0.0.0/0. */
  readonly checkov: Said;
  /** What CT.EC2.PR.3 and CT.EC2.PR.4 of cfn-guard say, which are about ports from anywhere; undefined for what they do not read. */
  readonly guard?: Said;
}

type Said = 'open' | 'closed';

const WORLD = '0.0.0.0/0';
const HALVES = ['0.0.0.0/1', '128.0.0.0/1'];
const web = group();
const list = (cidr: string): Planned => ({
  at: 'aws_ec2_managed_prefix_list.list',
  after: { name: 'list', address_family: 'IPv4', max_entries: 5, entry: [{ cidr, description: '' }] },
  unknown: { id: true },
});

const inline: Planned = {
  ...web,
  after: { ...web.after, ingress: [inlineRule({ self: true }), inlineRule({ cidr_blocks: [WORLD] })] },
  unknown: { id: true, egress: true },
  config: { ingress: [{}, {}] },
};

/** Scanners of plans read `planned_values`. */
function terraform(...planned: readonly Planned[]): CheckCase['input'] {
  const plan = planOf(planned);
  const resources = planned.map(({ at, after }) => {
    const [type, name] = at.split('.');
    return {
      address: at,
      mode: 'managed',
      type,
      name,
      provider_name: 'registry.terraform.io/hashicorp/aws',
      schema_version: 1,
      values: after,
    };
  });
  return { ...plan, planned_values: { root_module: { resources } } };
}

const ssh = (more: object) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...more });
const groupWith = (ingress: unknown) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription: 'Web', VpcId: 'vpc-0123456789abcdef0', SecurityGroupIngress: ingress },
});
const listed = (Cidr: string) => ({
  List: {
    Type: 'AWS::EC2::PrefixList',
    Properties: { PrefixListName: 'list', AddressFamily: 'IPv4', MaxEntries: 5, Entries: [{ Cidr }] },
  },
  Web: groupWith([ssh({ SourcePrefixListId: { 'Fn::GetAtt': ['List', 'PrefixListId'] } })]),
});
const cloudformation = (Resources: object): CheckCase['input'] => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Resources,
});

export const CHECK_CASES: readonly CheckCase[] = [
  {
    name: 'tcp 22 from 0.0.0.0/0',
    kind: 'terraform',
    input: terraform(web, vpcRule({ cidr_ipv4: WORLD })),
    right: 'open',
    checkov: 'open',
  },
  {
    name: 'tcp 20-25 from 10.0.0.0/8 and 0.0.0.0/0',
    kind: 'terraform',
    input: terraform(web, oldRule({ from_port: 20, to_port: 25, cidr_blocks: ['10.0.0.0/8', WORLD] })),
    right: 'open',
    checkov: 'open',
  },
  {
    name: 'all protocols from 0.0.0.0/0',
    kind: 'terraform',
    input: terraform(web, vpcRule({ ip_protocol: '-1', from_port: null, to_port: null, cidr_ipv4: WORLD })),
    right: 'open',
    checkov: 'closed',
  },
  {
    name: 'tcp 22 from ::/0',
    kind: 'terraform',
    input: terraform(web, vpcRule({ cidr_ipv6: '::/0' })),
    right: 'open',
    checkov: 'closed',
  },
  {
    name: 'tcp 22 from 0.0.0.0/1 and 128.0.0.0/1',
    kind: 'terraform',
    input: terraform(web, oldRule({ cidr_blocks: HALVES })),
    right: 'open',
    checkov: 'closed',
  },
  {
    name: 'tcp 22 from 2000::/3',
    kind: 'terraform',
    input: terraform(web, vpcRule({ cidr_ipv6: '2000::/3' })),
    right: 'open',
    checkov: 'closed',
  },
  {
    name: 'tcp 22 from 198.51.100.7/0',
    kind: 'terraform',
    input: terraform(web, oldRule({ cidr_blocks: ['198.51.100.7/0'] })),
    right: 'open',
    checkov: 'closed',
  },
  {
    name: 'tcp 22 from 0.0.0.0/0 and a prefix list',
    kind: 'terraform',
    input: terraform(web, oldRule({ cidr_blocks: [WORLD], prefix_list_ids: ['pl-0123456789abcdef0'] })),
    right: 'open',
    checkov: 'closed',
  },
  {
    name: 'a block for the group itself, then one from 0.0.0.0/0',
    kind: 'terraform',
    input: terraform(inline),
    right: 'open',
    checkov: 'closed',
  },
  {
    name: 'tcp 22 from a prefix list with 0.0.0.0/0',
    kind: 'terraform',
    input: terraform(list(WORLD), web, listRule('list')),
    right: 'open',
    checkov: 'closed',
  },
  {
    name: 'tcp 22 from a prefix list with 203.0.113.0/24',
    kind: 'terraform',
    input: terraform(list('203.0.113.0/24'), web, listRule('list')),
    right: 'closed',
    checkov: 'closed',
  },
  {
    name: 'all protocols from 0.0.0.0/0',
    kind: 'cloudformation',
    input: cloudformation({ Web: groupWith([{ IpProtocol: '-1', CidrIp: WORLD }]) }),
    right: 'open',
    checkov: 'closed',
    guard: 'open',
  },
  {
    name: 'tcp 22 from 0.0.0.0/1 and 128.0.0.0/1',
    kind: 'cloudformation',
    input: cloudformation({ Web: groupWith(HALVES.map((CidrIp) => ssh({ CidrIp }))) }),
    right: 'open',
    checkov: 'closed',
    guard: 'closed',
  },
  {
    name: 'tcp 20 to "25" from 0.0.0.0/0',
    kind: 'cloudformation',
    input: cloudformation({ Web: groupWith([ssh({ FromPort: 20, ToPort: '25', CidrIp: WORLD })]) }),
    right: 'open',
    checkov: 'closed',
    guard: 'open',
  },
  {
    name: 'tcp 22 from ::/0',
    kind: 'cloudformation',
    input: cloudformation({ Web: groupWith([ssh({ CidrIpv6: '::/0' })]) }),
    right: 'open',
    checkov: 'open',
    guard: 'open',
  },
  {
    name: 'tcp 22 from a prefix list with 0.0.0.0/0',
    kind: 'cloudformation',
    input: cloudformation(listed(WORLD)),
    right: 'open',
    checkov: 'closed',
    guard: 'open',
  },
  {
    name: 'tcp 22 from a prefix list with 203.0.113.0/24',
    kind: 'cloudformation',
    input: cloudformation(listed('203.0.113.0/24')),
    right: 'closed',
    checkov: 'closed',
    guard: 'open',
  },
  {
    name: 'one rule instead of a list, tcp 22 from 0.0.0.0/0',
    kind: 'cloudformation',
    input: cloudformation({ Web: groupWith(ssh({ CidrIp: WORLD })) }),
    right: 'open',
    checkov: 'closed',
    guard: 'closed',
  },
];
