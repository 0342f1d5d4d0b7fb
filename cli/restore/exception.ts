// The exception that lets a restored rule stay.
import { stringify } from 'yaml';
import { printIcmpType } from '../../lib/network/icmp.ts';
import { type Interval, type Intervals, intersection, within } from '../../lib/network/intervals.ts';
import {
  ALL_TRAFFIC,
  hasTypes,
  locate,
  printProtocol,
  protocolTraffic,
  sayableParts,
} from '../../lib/network/ports.ts';
import { isUntil, parseDay } from '../../lib/policy/day.ts';
import { compilePolicy, type Policy, WORLD_TOLERANCE } from '../../lib/policy/policy.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import type { TrafficDocument } from '../../lib/policy/traffic-schema.ts';
import { printPeer, type SecurityGroupRule } from '../../lib/rule.ts';
import { InputError } from '../input/input.ts';
import type { Closed } from '../input/record.ts';

export interface ExceptionTerms {
  readonly until: string;
  readonly reason: string;
  readonly owner: string;
}

/** What --until, --reason and --owner say together; undefined when none is given. Throws InputError for a part of them. */
export function parseExceptionTerms(
  { until, reason, owner, write }: Partial<ExceptionTerms> & { readonly write?: boolean },
  now: Date,
): ExceptionTerms | undefined {
  const isAsked = [until, reason, owner].some((one) => one !== undefined) || write === true;
  if (!isAsked) return undefined;
  if (!until || !reason || !owner) {
    const what = write === true ? '--write writes an exception: ' : '';
    throw new InputError(`${what}--until, --reason and --owner go together: an exception has all three`);
  }
  if (parseDay(until) === undefined) {
    throw new InputError(`--until: \`${until}\` is not a day: write it as 2027-01-31`);
  }
  if (!isUntil(until, now)) throw new InputError(`--until: \`${until}\` is over`);
  return { until, reason, owner };
}

type ExceptionDocument = NonNullable<PolicyDocument['exceptions']>[number];

/** What excuses these rules from one policy. */
export interface PolicyExceptions {
  readonly policyId: string;
  /** Undefined if there is no such policy here. */
  readonly policy: PolicyDocument | undefined;
  readonly exceptions: readonly ExceptionDocument[];
}

/** A rule that is to be excused from these policies. */
export interface ExemptRule extends Pick<Closed, 'rule' | 'policies'> {
  /** The part of its traffic that is meant; all of it by default. */
  readonly traffic?: Intervals<number>;
}

/** The narrowest exceptions for these rules; policies that only notify need none. */
export function exceptionsFor(
  closed: readonly ExemptRule[],
  terms: ExceptionTerms,
  policies: readonly PolicyDocument[],
): readonly PolicyExceptions[] {
  const ids = [...new Set(closed.flatMap((one) => one.policies))];
  return ids.flatMap((policyId) => {
    const policy = policies.find(({ id }) => id === policyId);
    if (policy?.action === 'notify') return [];
    const rules = closed.filter((one) => one.policies.includes(policyId));
    return [{ policyId, policy, exceptions: narrowestExceptions(rules, terms, policy) }];
  });
}

/** Else an owner who is called `no` would be false to YAML, and a reason of digits a number. */
const QUOTED = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 } as const;

/** The exceptions as the lines of a YAML list. */
export function showItems(exceptions: readonly object[]): readonly string[] {
  return stringify(exceptions, QUOTED).trimEnd().split('\n');
}

/** One exception for each kind of traffic and sources: two rules must not excuse the ports of one from the sources of the other. */
export function narrowestExceptions(
  rules: readonly ExemptRule[],
  { until, reason, owner }: ExceptionTerms,
  policy: PolicyDocument | undefined,
): readonly ExceptionDocument[] {
  const compiled = policy && compilePolicy(policy);
  const items = rules.flatMap(({ rule, traffic: meant = [rule.traffic] }) => {
    const groups = { ids: [rule.groupId] };
    return trafficIn(meant, compiled).map((traffic) => ({
      groups,
      ...traffic,
      ...sourcesOf(rule, compiled),
    }));
  });
  const alike = Map.groupBy(items, ({ sources: _, ...rest }) => JSON.stringify(rest));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const isAny = same.some(({ sources }) => sources === undefined);
    const { sources: _, ...rest } = first;
    const sources = isAny ? {} : { sources: [...new Set(same.flatMap((one) => one.sources ?? []))] };
    return [{ ...rest, ...sources, reason, owner, expires: until }];
  });
}

/**
 * Blocks, and lists where these may excuse what the policy does not tolerate anyway. The members of a group are no addresses.
 */
function sourcesOf({ peer }: SecurityGroupRule, policy: Policy | undefined): { sources?: string[] } {
  const { ipv4, ipv6 } = WORLD_TOLERANCE;
  const mayList = policy === undefined || (policy.tolerance.ipv4 < ipv4 && policy.tolerance.ipv6 < ipv6);
  const isNamed = peer.kind === 'cidr' || (peer.kind === 'prefix-list' && mayList);
  return isNamed ? { sources: [printPeer(peer)] } : {};
}

/** More protocols than these are not listed: then the exception is for any traffic. */
const MOST_PROTOCOLS = 4;

/** What of this traffic the policy is about, in the words of the policy language; `{}` for all of it. */
function trafficIn(meant: Intervals<number>, policy: Policy | undefined): readonly TrafficDocument[] {
  const about = intersection(meant, policy?.traffic ?? [ALL_TRAFFIC]);
  const protocols = [...new Set(about.flatMap(protocolsOf))];
  if (protocols.length > MOST_PROTOCOLS) return [{}];
  const said = protocols.map((number) => ({
    protocol: [printProtocol(number).replace('protocol ', '')],
    ...selectionOf(number, intersection(about, [protocolTraffic(number)])),
  }));
  return said;
}

function protocolsOf([start, end]: Interval<number>): readonly number[] {
  const first = locate(start).protocol;
  return Array.from({ length: locate(end - 1).protocol - first + 1 }, (_, index) => first + index);
}

function selectionOf(protocol: number, traffic: Intervals<number>): TrafficDocument {
  if (within([protocolTraffic(protocol)], traffic)) return {};
  if (hasTypes(protocol)) return { icmp: traffic.flatMap(sayableParts).map(printIcmpType) };
  const ports = traffic.map(([start, end]) => {
    const [from, to] = [locate(start).selector, locate(end - 1).selector];
    return from === to ? from : `${from}-${to}`;
  });
  return { ports };
}
