// What of a record can be put back into the group as it is now.
import { mayBeGone } from '../../lib/plan/plan.ts';
import { contentOf, ownTags, type SecurityGroupRule } from '../../lib/rule.ts';
import { InputError } from '../input/input.ts';
import type { Closed, Restorable } from '../input/record.ts';

export interface RestorePlan {
  readonly send: readonly Closed[];
  /** What admits the same already, by the rule that is there. */
  readonly present: readonly { readonly closed: Closed; readonly by: SecurityGroupRule }[];
  /** What does not fit: nothing may be sent then. */
  readonly tooMany: readonly string[];
}

/** How many rules each rule for a prefix list counts as, by the list. */
export type ListSizes = ReadonlyMap<string, number>;

/**
 * The rules of a record that were revoked, or of these the named ones; throws InputError for names that the record
 * does not have. What was gone before the bot came was removed by somebody else, and what is not confirmed may be there: these must
 * be named.
 */
export function chooseRules({ closed, mode }: Restorable, named: readonly string[] = []): readonly Closed[] {
  const unknown = named.filter((id) => !closed.some(({ rule }) => rule.id === id));
  if (unknown.length > 0) {
    const known = closed.map(({ rule }) => rule.id).join(', ');
    throw new InputError(
      `--rule: \`${unknown[0]}\` is not one of the record's rules: ${known || 'it has none'}`,
    );
  }
  if (mode === 'dry-run') return [];
  return closed.filter(({ rule, outcome = 'revoked' }) =>
    named.length === 0 ? outcome === 'revoked' : named.includes(rule.id) && mayBeGone({ outcome }),
  );
}

/** What is there already, what is to be sent, and whether all of it fits. */
export function planRestore(
  chosen: readonly Closed[],
  live: readonly SecurityGroupRule[],
  quota: number,
  sizes: ListSizes,
): RestorePlan {
  // What came back between two tries of one event was revoked twice: once is enough.
  const distinct = new Map(chosen.map((closed) => [contentOf(closed.rule), closed]));
  const matched = [...distinct.values()].map((closed) => ({
    closed,
    by: live.find((rule) => contentOf(rule) === contentOf(closed.rule)),
  }));
  const present = matched.flatMap(({ closed, by }) => (by === undefined ? [] : [{ closed, by }]));
  const send = matched.filter(({ by }) => by === undefined).map(({ closed }) => closed);
  const added = send.map(({ rule }) => rule);
  return { send, present, tooMany: overQuota(added, live, quota, sizes) };
}

/**
 * Each direction and family has the quota to itself; what is no block counts in both, and a prefix list as its size
 * (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
 */
function overQuota(
  added: readonly SecurityGroupRule[],
  live: readonly SecurityGroupRule[],
  quota: number,
  sizes: ListSizes,
): readonly string[] {
  const weightOf = ({ peer }: SecurityGroupRule) =>
    peer.kind === 'prefix-list' ? (sizes.get(peer.prefixListId) ?? 1) : 1;
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    (['ipv4', 'ipv6'] as const).flatMap((family) => {
      const counts = ({ direction: of, peer }: SecurityGroupRule) =>
        of === direction && (peer.kind !== 'cidr' || peer.cidr.family === family);
      if (!added.some(counts)) return [];
      const total = [...live, ...added].filter(counts).reduce((sum, rule) => sum + weightOf(rule), 0);
      return total <= quota ? [] : [`${direction} over ${family}: ${total} rules, the quota is ${quota}`];
    }),
  );
}

/** The keys of tags that only AWS may set, which a new rule cannot have. */
export function lostTags(rule: SecurityGroupRule): readonly string[] {
  const own = ownTags(rule);
  return (rule.aws.Tags ?? []).filter((tag) => !own.includes(tag)).map(({ Key = '' }) => Key);
}
