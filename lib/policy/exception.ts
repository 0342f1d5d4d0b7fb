// What a policy excuses, as sets.
import { type AddressSet, parseSet } from '../network/cidr.ts';
import type { Intervals } from '../network/intervals.ts';
import { trafficOf } from './match-traffic.ts';
import type { RuleWords } from './rule-words.ts';
import type { PolicyDocument } from './schema.ts';
import type { Selector } from './selector.ts';

/** What is excused, by whom, until when. */
export interface Exception {
  readonly where: Selector;
  /** The traffic that it excuses, on the line of ports.ts; all where nothing is said of it. */
  readonly traffic: Intervals<number>;
  /** Undefined for any source. */
  readonly sources: { readonly addresses: AddressSet; readonly lists: readonly string[] } | undefined;
  /** What the rule itself must say; undefined for any rule. */
  readonly rule: RuleWords | undefined;
  /** Patterns for the ARN of who made the change; undefined for anyone. */
  readonly principals: readonly string[] | undefined;
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it holds, UTC. */
  readonly expires: string;
}

type ExceptionDocument = NonNullable<PolicyDocument['exceptions']>[number];

/** Makes the sets of a valid exception. */
export function compileException({
  protocol,
  ports,
  icmp,
  sources,
  rule,
  principals,
  reason,
  owner,
  expires,
  ...where
}: ExceptionDocument): Exception {
  const compiled = sources && { addresses: parseSet(sources), lists: sources.filter(isPrefixList) };
  const traffic = trafficOf({ protocol, ports, icmp });
  return { where, traffic, rule, sources: compiled, principals, reason, owner, expires };
}

/** True for the id of a prefix list, false for a block or a word. */
export function isPrefixList(text: string): boolean {
  return text.startsWith('pl-');
}
