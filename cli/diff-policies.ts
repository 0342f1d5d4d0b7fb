// Two sets of policies on the same rules.
import { changedEffects, type EffectChange, effectsOf, isMore } from '../lib/backtest/effect.ts';
import { evaluate } from '../lib/evaluate/evaluate.ts';
import { prefixListsNeeded } from '../lib/evaluate/prefix-lists-needed.ts';
import type { DescribedGroup } from '../lib/io/aws/read-account.ts';
import { vpcsOf } from '../lib/network/vpcs.ts';
import type { Policy } from '../lib/policy/policy.ts';
import { parseGroup, type SecurityGroup } from '../lib/rule.ts';
import { regionOf } from './input/audit-group.ts';
import type { AuditSources, OpenAudit } from './input/audit-sources.ts';

export interface PolicySets {
  readonly before: readonly Policy[];
  readonly after: readonly Policy[];
}

export interface PlacedChange extends EffectChange {
  readonly group: SecurityGroup;
  readonly region: string;
}

export interface PolicyDiff {
  readonly changes: readonly PlacedChange[];
  readonly summary: {
    readonly groups: number;
    readonly rules: number;
    readonly more: number;
    readonly less: number;
  };
}

/** What becomes different, group by group. */
export async function diffPolicies(
  audit: OpenAudit,
  sets: PolicySets,
  trimLimit: number,
): Promise<PolicyDiff> {
  const changes: PlacedChange[] = [];
  let [groups, rules] = [0, 0];
  for await (const source of audit.sources) {
    for await (const described of source.groups) {
      changes.push(...(await changesIn(described, source, sets, trimLimit)));
      groups += 1;
      rules += described.rules.length;
    }
  }
  const more = changes.filter(isMore).length;
  return { changes, summary: { groups, rules, more, less: changes.length - more } };
}

async function changesIn(
  { group: aws, rules }: DescribedGroup,
  source: AuditSources,
  { before, after }: PolicySets,
  trimLimit: number,
): Promise<readonly PlacedChange[]> {
  const group = parseGroup(aws);
  const all = [...before, ...after];
  const region = regionOf(aws, source.region, all);
  const context = {
    ...{ group, region, accountId: group.ownerId, principals: 'unknown' as const, now: new Date() },
    prefixLists: await source.prefixLists(prefixListsNeeded(rules, all)),
    vpcs: vpcsOf(group, source.vpcs),
  };
  const ids = new Set(rules.map(({ id }) => id));
  const effects = (policies: readonly Policy[]) =>
    effectsOf(evaluate(rules, ids, policies, context), trimLimit);
  return changedEffects(effects(before), effects(after)).map((change) => ({ ...change, group, region }));
}
