// What a policy excuses, as sets.
import type { AddressSet } from '../network/cidr.ts';
import type { Intervals } from '../network/intervals.ts';
import { asAllowed, type Directed, parseBlockList } from '../network/nat64.ts';
import { isListReference } from './list-names.ts';
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
  readonly sources: Sources | undefined;
  /** What the rule itself must say; undefined for any rule. */
  readonly rule: RuleWords | undefined;
  /** Patterns for the ARN of who made the change; undefined for anyone. */
  readonly principals: readonly string[] | undefined;
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it holds, UTC. */
  readonly expires: string;
}

interface Sources {
  readonly addresses: AddressSet;
  /** Prefix lists, by id or name. */
  readonly lists: readonly string[];
}

type ExceptionDocument = NonNullable<PolicyDocument['exceptions']>[number];

/** Makes the sets of a valid exception to a policy of that direction. */
export function compileException(document: ExceptionDocument, of: Directed): Exception {
  const { protocol, ports, icmp, sources, rule, principals, reason, owner, expires, ...where } = document;
  const compiled = sources && {
    addresses: asAllowed(of, parseBlockList(sources)),
    lists: sources.filter(isListReference),
  };
  const traffic = trafficOf({ protocol, ports, icmp });
  return { where, traffic, rule, sources: compiled, principals, reason, owner, expires };
}
