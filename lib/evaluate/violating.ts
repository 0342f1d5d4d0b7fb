// Which rules certainly violate a policy.
import { type AddressSet, NO_ADDRESSES } from '../network/cidr.ts';
import type { Limit } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Part } from './part.ts';
import { type Excess, exceeding, excessAlone } from './reach.ts';
import { type Witness, witness } from './witness.ts';

/** Why a rule violates. */
export interface Proof {
  /**
   * All that the rules in question admit at the witness's port: more than the rule's own part where it took several; `any` where the
   * policy forbids every source.
   */
  readonly reach: AddressSet | 'any';
  /** Whether only prefix lists excuse it, and more than they may. */
  readonly isListed: boolean;
  /** The other rules that this reach is made of; none where the rule is too many alone. */
  readonly beside: readonly SecurityGroupRule[];
  readonly witness: Witness;
}

/** The rules that are too many alone, and of the others each that is one too many beside the others. */
export function violatingIn(parts: readonly Part[], limits: readonly Limit[]): ReadonlyMap<Part, Proof> {
  const found = new Map<Part, Proof>();
  for (const part of parts) {
    const alone = foundAlone(part, limits);
    if (alone !== undefined) found.set(part, alone);
  }
  const others = parts.flatMap((part) => {
    const { rule, actionable, counted } = part;
    return found.has(part) || counted.certain.length === 0
      ? []
      : [{ rule, actionable, areas: counted.certain, part }];
  });
  const excess = exceeding(others, limits);
  for (const { part } of others) {
    const over = excess.get(part.rule);
    if (over !== undefined) found.set(part, foundTogether(part, over));
  }
  return found;
}

function foundAlone({ rule, counted: { certain } }: Part, limits: readonly Limit[]): Proof | undefined {
  const barring = certain.find(({ barred }) => barred !== undefined);
  if (barring !== undefined) {
    const shown = witness(rule, barring.traffic, barring.barred ?? NO_ADDRESSES);
    return { reach: 'any', isListed: false, beside: [], witness: shown };
  }
  const excess = excessAlone(certain, limits);
  if (excess === undefined) return undefined;
  const { area, limit, set } = excess;
  const shown = witness(rule, area.traffic, set.spelled);
  return { reach: set.counted, isListed: limit.countsListed, beside: [], witness: shown };
}

function foundTogether({ rule }: Part, { cell, limit, added, reach, beside }: Excess): Proof {
  return { reach, isListed: limit.countsListed, beside, witness: witness(rule, [cell], added) };
}
