// The hand-written check of what an export holds, and the schema that explains what it refuses, against each other.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupSchema, ruleSchema } from '../../cli/input/exported.ts';
import { hasGroupShape, hasRuleShape } from '../../cli/input/exported-shape.ts';
import { RUNS } from '../runs.ts';

const described = { Description: 'office' };
const permission = {
  ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22 },
  IpRanges: [{ CidrIp: '0.0.0.0/0', ...described }],
  Ipv6Ranges: [{ CidrIpv6: '::/0', ...described }],
  PrefixListIds: [{ PrefixListId: 'pl-0abc', ...described }],
  UserIdGroupPairs: [{ GroupId: 'sg-0a', UserId: '111122223333', PeeringStatus: 'active', ...described }],
};
const Tags = [{ Key: 'env', Value: 'prod' }];
const group = {
  ...{ GroupId: 'sg-0a', GroupName: 'a', Description: 'a', OwnerId: '111122223333', VpcId: 'vpc-0a' },
  SecurityGroupArn: 'arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a',
  IpPermissions: [permission, permission],
  IpPermissionsEgress: [permission],
  Tags,
};
const rule = {
  ...{ SecurityGroupRuleId: 'sgr-0a', GroupId: 'sg-0a', GroupOwnerId: '111122223333', IsEgress: false },
  ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0', CidrIpv6: '::/0' },
  ...{ PrefixListId: 'pl-0abc', ReferencedGroupInfo: { GroupId: 'sg-0a', UserId: '111122223333' } },
  ...{ ...described, Tags },
};

/** The paths to every value, and to the whole. */
function pathsIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, one]) => pathsIn(one).map((path) => [key, ...path]))];
}

/** The value with another one at the end of the path; without anything there for undefined. */
function replaced(value: unknown, [key, ...path]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((one, i) => (String(i) === key ? replaced(one, path, by) : one));
  const fields = value as Record<string, unknown>;
  return { ...fields, [key]: replaced(fields[key], path, by) };
}

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'x',
    0,
    -1,
    1.5,
    2 ** 53,
    -0,
    1e300,
    true,
    false,
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom<unknown>(permission, group, rule, Tags, [permission, 0], { GroupId: 1 }, { length: 1 }),
  fc.jsonValue(),
);

/** The value after a few changes, as JSON would give it. */
function damaged(value: object): fc.Arbitrary<unknown> {
  const change = fc.tuple(fc.constantFrom(...pathsIn(value)), strange);
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const changed = changes.reduce<unknown>((one, [path, by]) => tryReplaced(one, path, by), value);
    return JSON.parse(JSON.stringify(changed) ?? 'null');
  });
}

/** An earlier change may have removed the path. */
function tryReplaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const isThere = pathsIn(value).some((one) => one.join('.') === path.join('.'));
  return isThere ? replaced(value, path, by) : value;
}

describe('the check by hand', () => {
  it.each([
    ['groups', group, hasGroupShape, groupSchema],
    ['rules', rule, hasRuleShape, ruleSchema],
  ] as const)('accepts the %s that the schema accepts, and no others', (_, whole, check, schema) => {
    expect(check(whole)).toBe(true);
    fc.assert(
      fc.property(damaged(whole), (value) => {
        expect(check(value)).toBe(schema.safeParse(value).success);
      }),
      RUNS,
    );
  });
});
