// The exception that lets a restored rule stay.
import { stringify } from 'yaml';
import { isUntil, parseDay } from '../../lib/policy/day.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import { printPeer } from '../../lib/rule.ts';
import { InputError } from '../input/input.ts';
import type { Closed } from '../input/record.ts';

export interface ExceptionTerms {
  readonly until: string;
  readonly reason: string;
  readonly owner: string;
}

/** What --until, --reason and --owner say together; undefined when none is given. Throws InputError for a part of them. */
export function parseExceptionTerms(
  { until, reason, owner }: Partial<ExceptionTerms>,
  now: Date,
): ExceptionTerms | undefined {
  if (until === undefined && reason === undefined && owner === undefined) return undefined;
  if (!until || !reason || !owner) {
    throw new InputError('--until, --reason and --owner go together: an exception has all three');
  }
  if (parseDay(until) === undefined) {
    throw new InputError(`--until: \`${until}\` is no day: write it as 2027-01-31`);
  }
  if (!isUntil(until, now)) throw new InputError(`--until: \`${until}\` is over`);
  return { until, reason, owner };
}

/** The exceptions for these rules, as the lines to add to each policy file; policies that only notify need none. */
export function exceptionsFor(
  closed: readonly Closed[],
  terms: ExceptionTerms,
  policies: readonly PolicyDocument[],
  directory: string,
): readonly string[] {
  const notifying = policies.filter(({ action }) => action === 'notify').map(({ id }) => id);
  const ids = [...new Set(closed.flatMap((one) => one.policies))].filter((id) => !notifying.includes(id));
  return ids.flatMap((id) => {
    const known = policies.find((policy) => policy.id === id);
    return [
      `${directory}/${id}.yaml${known === undefined ? '  (no such policy here: look for it where Portcullis is deployed from)' : ''}`,
      ...exception(
        closed.filter((one) => one.policies.includes(id)),
        terms,
        known?.exceptions !== undefined,
      ),
    ];
  });
}

/** Else an owner who is called `no` would be false to YAML, and a reason of digits a number. */
const QUOTED = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 } as const;

/** One item for the list of exceptions; with the key above it where the file has no list yet. */
function exception(
  closed: readonly Closed[],
  { until, reason, owner }: ExceptionTerms,
  hasList: boolean,
): string[] {
  const groups = { ids: [...new Set(closed.map(({ rule }) => rule.groupId))] };
  // Only blocks and prefix lists can be named as sources; a rule for a group needs an exception for any.
  const isNamed = closed.every(({ rule }) => rule.peer.kind === 'cidr' || rule.peer.kind === 'prefix-list');
  const sources = isNamed ? { sources: [...new Set(closed.map(({ rule }) => printPeer(rule.peer)))] } : {};
  const item = { groups, ...sources, reason, owner, expires: until };
  const [head = '', ...lines] = stringify({ exceptions: [item] }, QUOTED)
    .trimEnd()
    .split('\n');
  return hasList ? lines : [head, ...lines];
}
