// Histories: what people do to the groups of a sandbox account, as CloudTrail records it, beside what was really there after each call.
import {
  AuthorizeSecurityGroupIngressCommand,
  type SecurityGroupRule as AwsSecurityGroupRule,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  type EC2Client,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { parseRule, parseTags, type SecurityGroup, type SecurityGroupRule } from '../../../lib/rule.ts';
import { type Account, addGroup, createAccount, ec2Of, inForce } from '../../../lib/sandbox/index.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const LIST = 'pl-0123456789abcdef0';

/** One thing that somebody does. `group` and `rule` choose among those that are there. */
export interface Step {
  readonly kind:
    | 'create'
    | 'delete'
    | 'authorize'
    | 'revoke'
    | 'revoke-by-id'
    | 'modify'
    | 'tag'
    | 'untag'
    | 'list'
    | 'list-back';
  readonly group: number;
  readonly rule: number;
  readonly port: number;
  readonly source: string;
  readonly actor: string;
  readonly seconds: number;
}

const SOURCES = ['40.0.0.0/8', '41.0.0.0/8', '42.0.0.0/9', '10.0.0.0/8', '203.0.113.0/24', LIST];

export const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'create',
    'delete',
    'authorize',
    'authorize',
    'authorize',
    'authorize',
    'revoke',
    'revoke-by-id',
    'modify',
    'modify',
    'tag',
    'untag',
    'list',
    'list',
    'list-back',
  ),
  group: fc.nat(3),
  rule: fc.nat(5),
  port: fc.constantFrom(22, 22, 443),
  source: fc.constantFrom(...SOURCES),
  actor: fc.constantFrom('jane', 'deploy'),
  seconds: fc.integer({ min: 1, max: 900 }),
});

/** What was there right after a call. */
export interface Truth {
  readonly eventId: string;
  readonly group: SecurityGroup;
  readonly rules: readonly SecurityGroupRule[];
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

export interface History {
  readonly records: readonly object[];
  readonly truths: readonly Truth[];
  readonly account: Account;
}

/** Does all steps that can be done, from two groups on that are older than the trail. */
export async function makeHistory(steps: readonly Step[]): Promise<History> {
  const account = createAccount({ accountId: ACCOUNT, region: REGION });
  for (const [index, CidrIp] of ['10.0.0.0/8', '40.0.0.0/8'].entries()) {
    const permission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp }] };
    addGroup(account, {
      GroupId: `sg-0${index}`,
      GroupName: `old-${index}`,
      IpPermissions: [permission],
      Tags: [{ Key: 'env', Value: 'prod' }],
    });
  }
  // Older versions of it are of before the trail.
  account.prefixListVersions.set(LIST, [[], ['44.0.0.0/9']]);
  setList(account, ['43.0.0.0/9']);
  const records: object[] = [];
  const truths: Truth[] = [];
  let at = Date.parse('2026-03-01T00:00:00Z');
  for (const one of steps) {
    at += one.seconds * 1000;
    const done = await perform(account, one);
    if (done === undefined) continue;
    // Ids tell nothing of the order.
    const eventID = `event-${Math.imul(records.length + 1, 0x9e3779b1) >>> 0}`;
    records.push(recordOf(done, one.actor, new Date(at), eventID));
    const groups = done.groupId === undefined ? [...account.groups.keys()] : [done.groupId];
    for (const groupId of groups) truths.push({ eventId: eventID, ...truthOf(account, groupId) });
  }
  return { records, truths, account };
}

function truthOf(account: Account, groupId: string): Omit<Truth, 'eventId'> {
  const stored = account.groups.get(groupId);
  const lists = new Map([...account.prefixLists].map(([id, cidrs]) => [id, [...cidrs]]));
  const group = {
    id: groupId,
    name: stored?.GroupName ?? '',
    ownerId: ACCOUNT,
    vpcId: stored?.VpcId,
    tags: parseTags([...(stored?.Tags ?? [])]),
  };
  return { group, rules: inForce(account, groupId).map(parseRule), lists };
}

interface Done {
  readonly name: string;
  readonly groupId: string | undefined;
  readonly request: object;
  readonly response: object;
}

/** Undefined where there is nothing to do it to, or EC2 refuses. */
async function perform(account: Account, one: Step): Promise<Done | undefined> {
  const ids = [...account.groups.keys()];
  const groupId = ids[one.group % Math.max(ids.length, 1)] ?? '';
  const rules = inForce(account, groupId).filter(({ IsEgress }) => IsEgress !== true);
  const rule = rules[one.rule % Math.max(rules.length, 1)];
  return DO[one.kind]({ account, ec2: ec2Of(account), one, groupId, rule }).catch(() => undefined);
}

interface Scene {
  readonly account: Account;
  readonly ec2: EC2Client;
  readonly one: Step;
  readonly groupId: string;
  readonly rule: AwsSecurityGroupRule | undefined;
}

const DO: Readonly<Record<Step['kind'], (scene: Scene) => Promise<Done | undefined>>> = {
  create: async ({ ec2, one, account }) => {
    const GroupName = `new-${one.rule}`;
    const { GroupId: groupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName, Description: 'x', VpcId: account.defaultVpcId }),
    );
    return {
      name: 'CreateSecurityGroup',
      groupId,
      request: { groupName: GroupName, groupDescription: 'x', vpcId: account.defaultVpcId },
      response: { _return: true, groupId },
    };
  },
  delete: async ({ ec2, groupId }) => {
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId }));
    return { name: 'DeleteSecurityGroup', groupId, request: { groupId }, response: { _return: true } };
  },
  authorize: async ({ ec2, one, groupId }) => {
    const permission = { IpProtocol: 'tcp', FromPort: one.port, ToPort: one.port, ...sourceOf(one.source) };
    const { SecurityGroupRules = [] } = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [permission] }),
    );
    return {
      name: 'AuthorizeSecurityGroupIngress',
      groupId,
      request: { groupId, ipPermissions: permissions(one.port, one.source) },
      response: { _return: true, securityGroupRuleSet: { items: SecurityGroupRules.map(recorded) } },
    };
  },
  revoke: async ({ ec2, groupId, rule }) => {
    if (rule === undefined) return undefined;
    await ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: groupId,
        SecurityGroupRuleIds: [rule.SecurityGroupRuleId ?? ''],
      }),
    );
    const request = {
      groupId,
      ipPermissions: permissions(rule.FromPort ?? 0, rule.CidrIpv4 ?? rule.PrefixListId ?? ''),
    };
    return {
      name: 'RevokeSecurityGroupIngress',
      groupId,
      request,
      response: { _return: true, revokedSecurityGroupRuleSet: { items: [recorded(rule)] } },
    };
  },
  'revoke-by-id': async ({ ec2, groupId, rule }) => {
    if (rule === undefined) return undefined;
    const id = rule.SecurityGroupRuleId ?? '';
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: groupId, SecurityGroupRuleIds: [id] }));
    // As older records are: without an answer.
    return {
      name: 'RevokeSecurityGroupIngress',
      groupId,
      request: { groupId, securityGroupRuleIds: { items: [{ securityGroupRuleId: id }] } },
      response: { _return: true },
    };
  },
  modify: async ({ ec2, one, groupId, rule }) => {
    if (rule === undefined) return undefined;
    const change = {
      IpProtocol: 'tcp',
      FromPort: one.port,
      ToPort: one.port,
      ...(one.source === LIST ? { PrefixListId: LIST } : { CidrIpv4: one.source }),
    };
    const SecurityGroupRuleId = rule.SecurityGroupRuleId ?? '';
    await ec2.send(
      new ModifySecurityGroupRulesCommand({
        GroupId: groupId,
        SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule: change }],
      }),
    );
    const request = {
      GroupId: groupId,
      SecurityGroupRule: { SecurityGroupRuleId, tag: 1, SecurityGroupRule: change },
    };
    return {
      name: 'ModifySecurityGroupRules',
      groupId,
      request: { ModifySecurityGroupRulesRequest: request },
      response: { ModifySecurityGroupRulesResponse: { return: true } },
    };
  },
  tag: async ({ ec2, one, groupId }) => {
    const Value = one.port === 22 ? 'prod' : 'dev';
    await ec2.send(new CreateTagsCommand({ Resources: [groupId], Tags: [{ Key: 'env', Value }] }));
    return {
      name: 'CreateTags',
      groupId,
      request: tagging(groupId, { key: 'env', value: Value }),
      response: { _return: true },
    };
  },
  untag: async ({ ec2, groupId }) => {
    await ec2.send(new DeleteTagsCommand({ Resources: [groupId], Tags: [{ Key: 'env' }] }));
    return {
      name: 'DeleteTags',
      groupId,
      request: tagging(groupId, { key: 'env' }),
      response: { _return: true },
    };
  },
  list: async ({ account, one }) => {
    const before = account.prefixLists.get(LIST) ?? [];
    const cidr = `${43 + one.rule}.0.0.0/9`;
    const isThere = before.includes(cidr);
    const CurrentVersion = setList(
      account,
      isThere ? before.filter((other) => other !== cidr) : [...before, cidr],
    );
    const entry = { [isThere ? 'RemoveEntry' : 'AddEntry']: { Cidr: cidr, tag: 1 } };
    return {
      name: 'ModifyManagedPrefixList',
      groupId: undefined,
      request: { ModifyManagedPrefixListRequest: { PrefixListId: LIST, CurrentVersion, ...entry } },
      response: { ModifyManagedPrefixListResponse: { prefixList: { prefixListId: LIST } } },
    };
  },
  'list-back': async ({ account, one }) => {
    const versions = account.prefixListVersions.get(LIST) ?? [];
    const PreviousVersion = 1 + ((one.rule * 7) % versions.length);
    const CurrentVersion = setList(account, versions[PreviousVersion - 1] ?? []);
    return {
      name: 'RestoreManagedPrefixListVersion',
      groupId: undefined,
      request: {
        RestoreManagedPrefixListVersionRequest: { PrefixListId: LIST, CurrentVersion, PreviousVersion },
      },
      response: { RestoreManagedPrefixListVersionResponse: { prefixList: { prefixListId: LIST } } },
    };
  },
};

/** Makes a version of the list, and answers the number of the one before. */
function setList(account: Account, cidrs: readonly string[]): number {
  const versions = account.prefixListVersions.get(LIST) ?? [];
  account.prefixListVersions.set(LIST, [...versions, cidrs]);
  account.prefixLists.set(LIST, cidrs);
  return versions.length;
}

function sourceOf(source: string) {
  return source === LIST ? { PrefixListIds: [{ PrefixListId: LIST }] } : { IpRanges: [{ CidrIp: source }] };
}

function permissions(port: number, source: string): object {
  const [lists, ranges] = source === LIST ? [[{ prefixListId: LIST }], []] : [[], [{ cidrIp: source }]];
  return {
    items: [
      {
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        groups: {},
        ipRanges: { items: ranges },
        ipv6Ranges: {},
        prefixListIds: { items: lists },
      },
    ],
  };
}

function recorded(rule: AwsSecurityGroupRule): object {
  const { GroupId, SecurityGroupRuleId, IpProtocol, FromPort, ToPort, CidrIpv4, PrefixListId } = rule;
  return {
    groupId: GroupId,
    securityGroupRuleId: SecurityGroupRuleId,
    isEgress: false,
    ipProtocol: IpProtocol,
    fromPort: FromPort,
    toPort: ToPort,
    ...(CidrIpv4 ? { cidrIpv4: CidrIpv4 } : {}),
    ...(PrefixListId ? { prefixListId: PrefixListId } : {}),
  };
}

function tagging(groupId: string, tag: object): object {
  return { resourcesSet: { items: [{ resourceId: groupId }] }, tagSet: { items: [tag] } };
}

function recordOf({ name, request, response }: Done, actor: string, at: Date, eventID: string): object {
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/people/${actor}`,
      accountId: ACCOUNT,
    },
    eventTime: at.toISOString().replace('.000', ''),
    eventSource: 'ec2.amazonaws.com',
    eventName: name,
    awsRegion: REGION,
    userAgent: actor === 'deploy' ? 'HashiCorp Terraform/1.11' : 'Mozilla/5.0',
    requestParameters: request,
    responseElements: response,
    eventID,
    recipientAccountId: ACCOUNT,
  };
}
