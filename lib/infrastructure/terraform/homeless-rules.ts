// Rules of which nobody knows the group before the plan is applied. Each is judged alone, for certain, and beside all that may be in the
// same group.
import type { DeclaredGroup } from '../declared.ts';
import { type DeclaredPlace, SOMEWHERE } from '../declared-place.ts';
import type { DeclaredRule } from '../declared-rule.ts';
import type { GroupNode } from './group-resources.ts';

export interface Homeless {
  readonly address: string;
  readonly where: Pick<DeclaredPlace, 'accountId' | 'region'>;
  readonly rules: readonly DeclaredRule[];
  /** The groups that it may be for: the very same list for rules that may be for the same. */
  readonly candidates: readonly GroupNode[];
  /** The same for rules that are surely of one group. */
  readonly same: string | undefined;
  readonly mayBeDefault: boolean;
}

/** What stands for the id of the group. */
export const NO_GROUP = 'known only after apply';
const PERHAPS = 'its group is known only after apply, and may be one with such rules';

/** The groups of these rules: those that surely have one are joined, and all are tried together where any may be in the same. */
export function homelessGroups(homeless: readonly Homeless[]): readonly DeclaredGroup[] {
  const together = [...Map.groupBy(homeless, ({ address, same }) => same ?? address).values()];
  const certain = together.map((of) =>
    groupOf(
      of,
      of.flatMap(({ rules }) => rules),
    ),
  );
  if (together.length < 2) return certain;
  return [...certain, { ...groupOf(homeless, []), perhaps: homeless.flatMap(perhapsRules) }];
}

/** The rules that each group may have. Those with the same candidates are one list. */
export function perhapsByGroup(
  homeless: readonly Homeless[],
): ReadonlyMap<GroupNode, readonly DeclaredRule[]> {
  const found = new Map<GroupNode, readonly DeclaredRule[]>();
  for (const [candidates, of] of Map.groupBy(homeless, (one) => one.candidates)) {
    const rules = of.flatMap(perhapsRules);
    for (const node of candidates) {
      const known = found.get(node);
      found.set(node, known === undefined ? rules : [...known, ...rules]);
    }
  }
  return found;
}

/** The rules of one of which the group is not known, as they stand in groups that may be meant. */
function perhapsRules({ rules }: Pick<Homeless, 'rules'>): readonly DeclaredRule[] {
  return rules.map((rule) => ({ ...rule, perhaps: rule.perhaps ?? PERHAPS }));
}

function groupOf(of: readonly Homeless[], rules: readonly DeclaredRule[]): DeclaredGroup {
  const common = (name: keyof Homeless['where']) => {
    const [only, ...others] = new Set(of.map(({ where }) => where[name]));
    return others.length === 0 ? only : undefined;
  };
  return {
    address: `the group of ${of[0]?.address}`,
    place: {
      ...SOMEWHERE,
      accountId: common('accountId'),
      region: common('region'),
      isDefault: of.some(({ mayBeDefault }) => mayBeDefault) ? undefined : false,
    },
    cases: [{ when: [], rules }],
  };
}
