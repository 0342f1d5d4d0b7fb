// What the AWS CLI prints, checked before anything is made of it.
import type {
  SecurityGroup as AwsSecurityGroup,
  SecurityGroupRule as AwsSecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { type Cidr, parseCidr } from '../../lib/network/cidr.ts';
import { type BlockList, blockList } from '../../lib/network/nat64.ts';
import { noBlock } from '../../lib/policy/values.ts';
import { hasGroupShape, hasRuleShape } from './exported-shape.ts';
import { InputError } from './input.ts';

const described = { Description: z.string().optional() };
const permissions = z
  .array(
    z.strictObject({
      IpProtocol: z.string(),
      FromPort: z.int().optional(),
      ToPort: z.int().optional(),
      IpRanges: z.array(z.object({ CidrIp: z.string(), ...described })).optional(),
      Ipv6Ranges: z.array(z.object({ CidrIpv6: z.string(), ...described })).optional(),
      PrefixListIds: z.array(z.object({ PrefixListId: z.string(), ...described })).optional(),
      UserIdGroupPairs: z.array(z.looseObject({ GroupId: z.string().optional(), ...described })).optional(),
    }),
  )
  .optional();
const tags = z.array(z.object({ Key: z.string(), Value: z.string() })).optional();

/** What hasGroupShape of exported-shape.ts accepts, and why it refuses what it does. */
export const groupSchema = z.object({
  GroupId: z.string(),
  GroupName: z.string().optional(),
  Description: z.string().optional(),
  OwnerId: z.string().optional(),
  VpcId: z.string().optional(),
  SecurityGroupArn: z.string().optional(),
  Tags: tags,
  IpPermissions: permissions,
  IpPermissionsEgress: permissions,
});

/** Likewise for hasRuleShape. */
export const ruleSchema = z.object({
  SecurityGroupRuleId: z.string(),
  GroupId: z.string(),
  GroupOwnerId: z.string().optional(),
  IsEgress: z.boolean(),
  IpProtocol: z.string(),
  FromPort: z.int().optional(),
  ToPort: z.int().optional(),
  CidrIpv4: z.string().optional(),
  CidrIpv6: z.string().optional(),
  PrefixListId: z.string().optional(),
  ReferencedGroupInfo: z
    .looseObject({ GroupId: z.string().optional(), UserId: z.string().optional() })
    .optional(),
  Description: z.string().optional(),
  Tags: tags,
});

const listed = z.object({ SecurityGroups: z.array(z.unknown()) });

/** One group of `aws ec2 describe-security-groups`; throws InputError with its place. */
export function parseExportedGroup(what: string, value: unknown): AwsSecurityGroup {
  return hasGroupShape(value) ? (value as AwsSecurityGroup) : check(what, groupSchema, value);
}

/** One rule of `aws ec2 describe-security-group-rules`; throws InputError with its place. */
export function parseExportedRule(what: string, value: unknown): AwsSecurityGroupRule {
  return hasRuleShape(value) ? known(value as AwsSecurityGroupRule) : check(what, ruleSchema, value);
}

/** The rule without keys that nothing here reads, in one shape. */
function known(rule: AwsSecurityGroupRule): AwsSecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.SecurityGroupRuleId,
    GroupId: rule.GroupId,
    GroupOwnerId: rule.GroupOwnerId,
    IsEgress: rule.IsEgress,
    IpProtocol: rule.IpProtocol,
    FromPort: rule.FromPort,
    ToPort: rule.ToPort,
    CidrIpv4: rule.CidrIpv4,
    CidrIpv6: rule.CidrIpv6,
    PrefixListId: rule.PrefixListId,
    ReferencedGroupInfo: rule.ReferencedGroupInfo,
    Description: rule.Description,
    Tags: rule.Tags,
  };
}

/** The whole output of `aws ec2 describe-security-groups`; throws InputError with the place. */
export function parseGroups(what: string, value: unknown): readonly AwsSecurityGroup[] {
  const { SecurityGroups } = check<{ SecurityGroups: readonly unknown[] }>(what, listed, value);
  return SecurityGroups.map((one, index) => parseExportedGroup(`${what}: SecurityGroups.${index}`, one));
}

/**
 * A value of that schema, or InputError with the place. JSON has no undefined members, but zod's optional keys are
 * typed as if it could: hence the way round.
 */
export function check<T>(what: string, schema: z.ZodType, value: unknown): T {
  const parsed = schema.safeParse(value, { error: inWords });
  if (parsed.success) return JSON.parse(JSON.stringify(parsed.data));
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new InputError(`${what}: not what is expected: ${place}${issue?.message}`);
}

/** What JSON that a tool has written lacks; undefined leaves it to the library. */
function inWords(issue: Parameters<z.core.$ZodErrorMap>[0]): string | undefined {
  if (issue.input === undefined) return 'it is missing';
  if (issue.code === 'unrecognized_keys')
    return `unknown key ${issue.keys.map((key) => `\`${key}\``).join(', ')}`;
  if (issue.code === 'invalid_value') return `${issue.values.join(' or ')} is expected here`;
  return issue.code === 'invalid_type'
    ? `${KINDS[issue.expected] ?? issue.expected} is expected here`
    : undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

const prefixLists = z.record(z.string(), z.array(z.string()));

/** A file of prefix lists, `{ "pl-id": ["cidr", ...] }`; throws InputError with the place. */
export function parseListEntries(what: string, value: unknown): ReadonlyMap<string, readonly Cidr[]> {
  const parsed = check<z.infer<typeof prefixLists>>(what, prefixLists, value);
  return new Map(
    Object.entries(parsed).map(([id, cidrs]) => [id, cidrs.map((text) => toCidr(`${what}: ${id}`, text))]),
  );
}

/** The same, as lists that policies may refer to. */
export function parsePrefixLists(what: string, value: unknown): ReadonlyMap<string, BlockList> {
  return new Map([...parseListEntries(what, value)].map(([id, cidrs]) => [id, blockList(cidrs)]));
}

function toCidr(what: string, text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new InputError(`${what}: ${noBlock(text)}`);
  return cidr;
}
