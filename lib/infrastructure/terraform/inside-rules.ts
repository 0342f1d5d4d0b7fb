// The rules that a group itself is configured with, by blocks or by an argument; and those that it has, where it is configured with none.
import type { Direction } from '../../rule.ts';
import { type DeclaredRule, unreadableRule } from '../declared-rule.ts';
import { isNotKnown, memberOf, objectOf } from '../values.ts';
import { attributeOf, blocksIn, type PlannedAttributes, textAttributes } from './attributes.ts';
import type { PlannedResource, TerraformPlan } from './plan.ts';
import { attributesBefore, configOf, isAsBefore } from './resource-attributes.ts';
import { INLINE, rulesOf } from './rule-attributes.ts';

export interface RulesInside {
  /** Whether the group only has them: this very plan may delete them by resources of their own. */
  readonly isLive: boolean;
  readonly rules: readonly DeclaredRule[];
}

/**
 * `after` of a group also lists rules that resources of their own manage, those that this very plan deletes among them: it is what the
 * group has. Only what the configuration says inline is what it will have, and that `dynamic` blocks make it is in `after` alone.
 */
export function rulesInside(
  plan: TerraformPlan,
  resource: PlannedResource,
  attributes: PlannedAttributes,
  groupId: string,
  direction: Direction,
): RulesInside {
  const { address, fate, before } = resource;
  const read = (from: PlannedAttributes) =>
    blocksIn(from, direction).flatMap((block) => rulesOfBlock(address, groupId, direction, block));
  const had = () => read(attributesBefore(before));
  if (fate === 'deleted' || fate === 'forgotten') return { isLive: true, rules: read(attributes) };
  const config = configOf(plan, resource);
  const isInline = config !== undefined && memberOf(config.expressions, direction) !== undefined;
  const isLive = fate === 'kept' && !isInline;
  if (!isWhollyUnknown(attributes, direction)) {
    const rules = read(attributes);
    if (isLive && rules.length === 0) return { isLive, rules: had() };
    return { isLive: isLive && isAsBefore(resource, direction), rules };
  }
  // Without blocks a new group has no rule: the provider removes even the outbound one that EC2 makes.
  const hasNone = fate === 'made' && config !== undefined && !isInline && attributes.unknown !== true;
  const rules = hasNone ? [] : [unknownRule(address, groupId, direction)];
  return { isLive, rules: isLive ? [...had(), ...rules] : rules };
}

function isWhollyUnknown({ unknown }: PlannedAttributes, direction: Direction): boolean {
  return unknown === true || objectOf(unknown)[direction] === true;
}

function rulesOfBlock(
  address: string,
  groupId: string,
  direction: Direction,
  block: PlannedAttributes,
): readonly DeclaredRule[] {
  if (!isOfDynamic(block)) return rulesOf(address, groupId, direction, block, INLINE, () => undefined);
  const because = `it may have more ${direction} rules, which a dynamic block makes of values known only after apply`;
  return [unreadableRule(address, groupId, direction, because)];
}

/**
 * Whether a block stands for any number of them: where `for_each` is not known, a plan has one block, and nothing that `content` has is
 * known. One for groups alone admits no addresses, however many there are.
 */
function isOfDynamic(block: PlannedAttributes): boolean {
  const isOpen = (name: string) => isNotKnown(attributeOf(block, name));
  const sources = [...INLINE.cidrs, INLINE.lists];
  return (
    [INLINE.protocol, 'from_port', 'to_port'].every(isOpen) &&
    sources.some(isOpen) &&
    sources.every((name) => textAttributes(block, name).every(isNotKnown))
  );
}

function unknownRule(address: string, groupId: string, direction: Direction): DeclaredRule {
  return unreadableRule(address, groupId, direction, `the ${direction} rules are known only after apply`);
}
