// The tiny world in AWS's and the policy language's words, and what the code under test says about it.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { type Context, evaluate, type Verdict } from '../../../lib/evaluate/evaluate.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule, type SecurityGroupRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';
import {
  type Block,
  icmpOf,
  type Lists,
  PORTS,
  type Source,
  type Surroundings,
  type TinyException,
  type TinyGroup,
  type TinyPolicy,
  type TinyRule,
  type Where,
} from './world.ts';

const MAKER = 'arn:aws:iam::111122223333:role/maker';

/** One verdict of each rule that the policy concerns. */
export function verdictsOn(group: TinyGroup, policy: TinyPolicy): readonly Verdict[] {
  const { rules } = group;
  const parsed = toRules(rules, policy.direction);
  const changed = new Set(parsed.filter((_, i) => rules[i]?.isChanged).map(({ id }) => id));
  return evaluate(parsed, changed, [toPolicy(policy)], contextOf(group));
}

/** What judging looks at beside, with what can be read. */
export function contextOf({ lists, place }: Surroundings): Context {
  const ownerId = accountOf(place.isOwn);
  return {
    ...CONTEXT,
    accountId: ownerId,
    group: { ...CONTEXT.group, ownerId, vpcId: place.home },
    principals: [MAKER],
    prefixLists: readLists(lists),
    vpcs: { ...CONTEXT.vpcs, associated: place.isReadable ? place.associated : undefined },
  };
}

function accountOf(isOwn: boolean): string {
  return isOwn ? '111122223333' : '999988887777';
}

/** The rules that violate, changed or not. */
export function violating(group: TinyGroup, policy: TinyPolicy): readonly TinyRule[] {
  return rulesOf(group, verdictsOn(group, policy), 'violation');
}

/** The rules that the plan revokes. */
export function revoked(group: TinyGroup, policy: TinyPolicy): readonly TinyRule[] {
  return rulesIn(group, makePlan(verdictsOn(group, policy), 0).revoke);
}

/** What is said about the group: the worst of what is said about its rules. */
export function stateOf(group: TinyGroup, policy: TinyPolicy): 'violation' | 'undecided' | 'fine' {
  const said = new Set(verdictsOn(group, policy).map(({ verdict }) => verdict));
  if (said.has('violation')) return 'violation';
  return said.has('undecided') ? 'undecided' : 'fine';
}

/** The group without the rules, told apart by identity. */
export function without(group: TinyGroup, gone: readonly TinyRule[]): TinyGroup {
  return { ...group, rules: group.rules.filter((rule) => !gone.includes(rule)) };
}

/** The rules as EC2 would list them, all of one direction, with ids by position. */
export function toRules(
  rules: readonly TinyRule[],
  direction: TinyPolicy['direction'],
): readonly SecurityGroupRule[] {
  const IsEgress = direction === 'egress';
  return rules.map((rule, index) => parseRule({ ...toAws(rule, `sgr-${index}`), IsEgress }));
}

const compiled = new WeakMap<TinyPolicy, Policy>();

/** The policy as it would be compiled from its file. */
export function toPolicy(policy: TinyPolicy): Policy {
  const known = compiled.get(policy) ?? compilePolicy(policySchema.parse(toDocument(policy)));
  compiled.set(policy, known);
  return known;
}

/** The rules of which that is said. */
export function rulesOf(
  group: TinyGroup,
  verdicts: readonly Verdict[],
  said: Verdict['verdict'],
): readonly TinyRule[] {
  return rulesIn(
    group,
    verdicts.filter(({ verdict }) => verdict === said),
  );
}

function rulesIn({ rules }: TinyGroup, found: readonly { readonly rule: SecurityGroupRule }[]): TinyRule[] {
  return found.flatMap(({ rule }) => rules[Number(rule.id.replace('sgr-', ''))] ?? []);
}

function readLists(lists: Lists) {
  const read = Object.entries(lists).filter(([, { isReadable }]) => isReadable);
  return new Map(read.map(([id, { entries }]) => [id, parseBlockList(entries.map(toCidr))]));
}

function toAws({ protocol, from, to, source, isApproved }: TinyRule, id: string): AwsSecurityGroupRule {
  const ports = protocol === 'icmp' ? toTypeAndCode(from, to) : { FromPort: from, ToPort: to };
  const Description = isApproved ? 'Approved by the network team' : 'a rule';
  const place = { Description, SecurityGroupRuleId: id, GroupId: 'sg-1' };
  const rule = { ...place, IpProtocol: protocol, ...ports };
  if (source === 'group') return { ...rule, ReferencedGroupInfo: { GroupId: 'sg-2' } };
  if ('list' in source) return { ...rule, PrefixListId: source.list };
  return { ...rule, [source.line === 'ipv4' ? 'CidrIpv4' : 'CidrIpv6']: toCidr(source) };
}

function toTypeAndCode(from: number, to: number) {
  const { type, code } = icmpOf(from);
  if (from === to) return { FromPort: type, ToPort: code };
  return { FromPort: icmpOf(to).type === type ? type : -1, ToPort: -1 };
}

/** `8` for the whole of a type, `8/1` for one of its codes. */
function toTypes(from: number, to: number): readonly string[] {
  const points = PORTS.filter((port) => from <= port && port <= to).map(icmpOf);
  return [...Map.groupBy(points, ({ type }) => type)].flatMap(([type, of]) =>
    of.length === 4 ? [`${type}`] : of.map(({ code }) => `${type}/${code}`),
  );
}

function toDocument(policy: TinyPolicy) {
  const { direction, protocols, from, to, allowed, tolerate, tolerateListed, exceptions, scope } = policy;
  const key = direction === 'egress' ? 'destination' : 'source';
  const peers =
    allowed === 'nobody'
      ? { [key]: 'any' }
      : { [key]: { outside: outside(allowed) }, tolerate: toLengths(tolerate) };
  const traffic = protocols.includes('icmp') ? { icmp: toTypes(from, to) } : { ports: [`${from}-${to}`] };
  return {
    ...{ id: 'tiny', title: 'a tiny policy', severity: 'low', description: 'for tests', action: 'revoke' },
    match: {
      direction,
      protocol: [...protocols],
      ...traffic,
      ...peers,
      tolerateListed: toLengths(tolerateListed),
    },
    ...(scope.isOwn === undefined && scope.vpcs === undefined ? {} : { scope: toSelector(scope) }),
    exceptions: exceptions.map(toException),
  };
}

function toSelector({ isOwn, vpcs }: Where) {
  return {
    ...(isOwn === undefined ? {} : { accounts: [accountOf(isOwn)] }),
    ...(vpcs === undefined ? {} : { vpcs }),
  };
}

function toLengths({ ipv4, ipv6 }: TinyPolicy['tolerate']) {
  return {
    ...(ipv4 === undefined ? {} : { ipv4: 32 - ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6: 128 - ipv6 }),
  };
}

function toTraffic({ protocol, from, to }: NonNullable<TinyException['traffic']>) {
  if (protocol === 'icmp') return { protocol: ['icmp'], icmp: toTypes(from, to) };
  return { ...(protocol === undefined ? {} : { protocol: [protocol] }), ports: [`${from}-${to}`] };
}

/** A list of allowed addresses is never empty; this block beside the tiny world stands for "allow nothing". */
export const NOBODY = { ipv4: '192.0.2.0/24', nat64: '64:ff9b::c000:200/120' };

function outside(allowed: readonly Source[]): string[] {
  return allowed.length === 0 ? [NOBODY.ipv4] : allowed.map(toText);
}

function toException(exception: TinyException) {
  const { isLive, isForThisGroup, where, madeBy, isForApproved, traffic, sources } = exception;
  return {
    ...toSelector(where),
    ...{ reason: 'a reason', owner: 'an owner', expires: isLive ? '2026-06-01' : '2026-05-31' },
    groups: { ids: [isForThisGroup ? 'sg-1' : 'sg-2'] },
    ...(madeBy === 'anyone'
      ? {}
      : { principals: [madeBy === 'the maker' ? MAKER : 'arn:aws:iam::*:user/x'] }),
    ...(isForApproved ? { rule: { description: 'Approved*' } } : {}),
    ...(traffic === undefined ? {} : toTraffic(traffic)),
    ...(sources === undefined ? {} : { sources: sources.map(toText) }),
  };
}

function toText(source: Source): string {
  return 'list' in source ? source.list : toCidr(source);
}

/** A block of the tiny world as text. */
export function toCidr({ line, base, bits }: Block): string {
  switch (line) {
    case 'ipv4':
      return `8.8.8.${base}/${32 - bits}`;
    case 'ipv6':
      return `2600::${base.toString(16)}/${128 - bits}`;
    case 'nat64':
      return `64:ff9b::808:80${base.toString(16)}/${128 - bits}`;
    case 'all ipv6':
      return '::/0';
    case 'all ipv4':
      return '0.0.0.0/0';
  }
}
