// Plans and templates are written by anybody: reading and judging them never throws.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTemplate } from '../../../lib/infrastructure/cloudformation/read-template.ts';
import { readPlan } from '../../../lib/infrastructure/terraform/read-plan.ts';
import { RUNS } from '../../runs.ts';
import { egressPolicy, findingsIn, sshPolicy } from './judged.ts';

const any = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant({ toString: 'x', valueOf: 1 }));
const text = fc.constantFrom(
  '',
  'tcp',
  '-1',
  '0.0.0.0/0',
  'x',
  'sg-1',
  'pl-1',
  '__proto__',
  'constructor',
  'aws_security_group.a.id',
  'module.m.o',
  'local.x',
  'var.x',
  'each.value',
);
const value = fc.oneof(text, fc.boolean(), fc.integer({ min: -2, max: 70_000 }), fc.constant(null), any);

const KEYS = [
  'ingress',
  'egress',
  'cidr_blocks',
  'cidr_ipv4',
  'ip_protocol',
  'protocol',
  'from_port',
  'to_port',
  'security_group_id',
  'prefix_list_id',
  'entry',
  'cidr',
  'id',
  'name',
  'tags',
  'tags_all',
  'type',
  'self',
  'security_groups',
  'references',
];
const attributes: fc.Arbitrary<unknown> = fc.dictionary(
  fc.constantFrom(...KEYS),
  fc.oneof(value, fc.array(fc.dictionary(fc.constantFrom(...KEYS), value), { maxLength: 2 })),
  { maxKeys: 6 },
);
const TYPES = [
  'aws_security_group',
  'aws_default_security_group',
  'aws_security_group_rule',
  'aws_vpc_security_group_ingress_rule',
  'aws_ec2_managed_prefix_list',
  'aws_ec2_managed_prefix_list_entry',
];
const resource = fc.record({
  type: fc.constantFrom(...TYPES),
  name: fc.constantFrom('a', 'b'),
  module_address: fc.constantFrom('', 'module.m', 'module.m["x"]', '['),
  index: fc.oneof(fc.constant(undefined), value),
  change: fc.oneof(
    any,
    fc.record({
      actions: fc.array(fc.constantFrom('create', 'delete', 'update', 'no-op', 'forget'), { maxLength: 2 }),
      before: fc.oneof(attributes, value),
      after: fc.oneof(attributes, value),
      after_unknown: fc.oneof(attributes, value),
      after_sensitive: fc.oneof(attributes, value),
    }),
  ),
});
const module = fc.record({
  resources: fc.array(
    fc.record({
      mode: fc.constantFrom('managed', 'data'),
      type: fc.constantFrom(...TYPES),
      name: fc.constantFrom('a', 'b'),
      expressions: attributes,
    }),
  ),
  module_calls: fc.oneof(
    any,
    fc.dictionary(fc.constant('m'), fc.record({ expressions: attributes, module: any })),
  ),
});
const plan = fc.record({
  format_version: fc.constant('1.2'),
  resource_changes: fc.array(fc.oneof(resource, any), { maxLength: 6 }),
  configuration: fc.oneof(any, fc.record({ root_module: module })),
  prior_state: any,
});

const NAMES = [
  'Ref',
  'Fn::If',
  'Fn::Sub',
  'Fn::Join',
  'Fn::Select',
  'Fn::Split',
  'Fn::FindInMap',
  'Fn::GetAtt',
  'Fn::Equals',
  'Fn::Not',
  'Fn::And',
  'Condition',
  'Fn::Transform',
];
const intrinsic: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  it: fc.oneof(
    { maxDepth: 3 },
    value,
    fc.constantFrom('A', 'P', 'C', 'AWS::NoValue', '{{resolve:ssm:x}}'),
    fc.dictionary(fc.constantFrom(...NAMES), tie('it'), { maxKeys: 1 }),
    fc.array(tie('it'), { maxLength: 3 }),
  ),
})).it;
const properties = fc.dictionary(
  fc.constantFrom(
    'SecurityGroupIngress',
    'SecurityGroupEgress',
    'GroupId',
    'CidrIp',
    'IpProtocol',
    'FromPort',
    'ToPort',
    'Tags',
    'Entries',
    'SourcePrefixListId',
  ),
  fc.oneof(
    intrinsic,
    fc.array(fc.dictionary(fc.constantFrom('CidrIp', 'IpProtocol', 'FromPort'), intrinsic), { maxLength: 2 }),
  ),
);
const template = fc.record({
  Parameters: fc.oneof(
    any,
    fc.dictionary(fc.constant('P'), fc.oneof(any, fc.record({ Type: text, Default: value }))),
  ),
  Conditions: fc.oneof(any, fc.dictionary(fc.constant('C'), intrinsic)),
  Mappings: any,
  Transform: any,
  Resources: fc.oneof(
    any,
    fc.dictionary(
      fc.constantFrom('A', 'B', 'Fn::ForEach::X'),
      fc.oneof(
        any,
        fc.record({
          Type: fc.constantFrom(
            'AWS::EC2::SecurityGroup',
            'AWS::EC2::SecurityGroupIngress',
            'AWS::EC2::SecurityGroupEgress',
            'AWS::EC2::PrefixList',
          ),
          Condition: fc.constantFrom('C', 'D'),
          Properties: properties,
        }),
      ),
    ),
  ),
});

const policies = [
  sshPolicy(),
  egressPolicy(),
  sshPolicy({ id: 'scoped', scope: { accounts: ['111122223333'], groups: { tags: { env: 'x' } } } }),
];

/** As it comes from a file. */
function parsed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

it('a plan of whatever members is read and judged, or refused', () => {
  fc.assert(
    fc.property(plan, (value) => {
      const read = readPlan(parsed(value));
      if (typeof read !== 'string') expect(Array.isArray(findingsIn([read], policies))).toBe(true);
    }),
    RUNS,
  );
});

it('a template of whatever members is read and judged', () => {
  fc.assert(
    fc.property(template, (value) => {
      const read = readTemplate(parsed(value), {
        parameters: new Map(),
        region: undefined,
        accountId: undefined,
      });
      expect(Array.isArray(findingsIn([read], policies))).toBe(true);
    }),
    RUNS,
  );
});
