// The groups that a plan makes, keeps or forgets, each with its inline rules.
import type { Direction } from '../../rule.ts';
import type { DeclaredPlace } from '../declared-place.ts';
import { type DeclaredRule, declareRule } from '../declared-rule.ts';
import { elementsOf, isNotKnown, memberOf, notKnown, objectOf, stringOf } from '../values.ts';
import { attributeOf, blocksIn, type PlannedAttributes, textAttribute } from './attributes.ts';
import type { PlannedResource, TerraformPlan } from './plan.ts';
import { attributesBefore, attributesIn, configOf } from './resource-attributes.ts';
import { INLINE, rulesOf } from './rule-attributes.ts';
import { whereOf } from './where.ts';

export const GROUP_TYPES = ['aws_security_group', 'aws_default_security_group'];

export interface GroupNode {
  readonly resource: PlannedResource;
  readonly id: string | undefined;
  /** What its rules call it: its id, or else its address. */
  readonly name: string;
  readonly place: DeclaredPlace;
  /** The rules that the group itself is configured with. */
  readonly inline: readonly DeclaredRule[];
  /** The rules that it has, of directions that the plan manages by resources of their own, or not at all. */
  readonly live: readonly DeclaredRule[];
}

/** All groups that there are once the plan is applied. To destroy a default group leaves it as it is. */
export function groupNodes(plan: TerraformPlan): readonly GroupNode[] {
  return plan.resources
    .filter(({ type }) => GROUP_TYPES.includes(type))
    .filter(({ fate, type }) => fate !== 'deleted' || type === 'aws_default_security_group')
    .map((resource) => groupNode(plan, resource));
}

function groupNode(plan: TerraformPlan, resource: PlannedResource): GroupNode {
  const attributes = attributesIn(plan, resource);
  const id = attributeOf(attributes, 'id');
  const known = resource.fate === 'made' ? undefined : stringOf(id);
  const name = known ?? resource.address;
  const parts = (['ingress', 'egress'] as const).map((direction) =>
    rulesIn(plan, resource, attributes, name, direction),
  );
  return {
    resource,
    id: known,
    name,
    place: placeOf(plan, resource, attributes, known),
    inline: parts.flatMap(({ isLive, rules }) => (isLive ? [] : rules)),
    live: parts.flatMap(({ isLive, rules }) => (isLive ? rules : [])),
  };
}

function placeOf(
  plan: TerraformPlan,
  resource: PlannedResource,
  attributes: PlannedAttributes,
  groupId: string | undefined,
): DeclaredPlace {
  const isDefault = resource.type === 'aws_default_security_group';
  return {
    ...whereOf(plan, resource, attributes),
    groupId,
    isNew: resource.fate === 'made' && !isDefault,
    name: isDefault ? 'default' : nameOf(attributes),
    isDefault,
    vpcId: stringOf(attributeOf(attributes, 'vpc_id')),
    ...tagsOf(attributes),
  };
}

/** As the provider ends a prefix: a time and a counter. */
const ENDING = '20260101000000000000000001';

/** A name that is not given is made of a prefix, `terraform-` by default: patterns for names can tell. */
function nameOf(attributes: PlannedAttributes): string | undefined {
  const name = textAttribute(attributes, 'name');
  if (name !== undefined) return isNotKnown(name) ? undefined : name;
  const prefix = textAttribute(attributes, 'name_prefix') ?? 'terraform-';
  return isNotKnown(prefix) ? undefined : `${prefix}${ENDING}`;
}

/** All tags, those of the provider's default_tags included; where these are not known, the resource's own are. */
function tagsOf(attributes: PlannedAttributes): Pick<DeclaredPlace, 'tags' | 'hasUnknownTags'> {
  const { values, unknown } = attributes;
  const flags = objectOf(unknown);
  const hasAll = memberOf(values, 'tags_all') != null && flags.tags_all !== true;
  const name = hasAll ? 'tags_all' : 'tags';
  const tags = Object.entries(objectOf(values[name])).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  const isWhole = hasAll && !Object.values(objectOf(flags.tags_all)).includes(true);
  return { tags: Object.fromEntries(tags), hasUnknownTags: !isWhole };
}

/**
 * `after` of a group also lists rules that resources of their own manage, those that this very plan deletes among them: it is what the
 * group has. Only what the configuration says inline is what it will have.
 */
function rulesIn(
  plan: TerraformPlan,
  resource: PlannedResource,
  attributes: PlannedAttributes,
  groupId: string,
  direction: Direction,
): { readonly isLive: boolean; readonly rules: readonly DeclaredRule[] } {
  const { address, fate, before } = resource;
  const config = configOf(plan, resource);
  const isUnknown = objectOf(attributes.unknown)[direction] === true || attributes.unknown === true;
  const isInline = config !== undefined && memberOf(config.expressions, direction) !== undefined;
  const read = (from: PlannedAttributes) =>
    blocksIn(from, direction).flatMap((block) =>
      rulesOf(address, groupId, direction, block, INLINE, () => undefined),
    );
  if (fate === 'deleted' || fate === 'forgotten') return { isLive: true, rules: read(attributes) };
  // Without blocks a new group has no rule: the provider removes even the outbound one that EC2 makes. `dynamic` blocks are not in the
  // configuration of a plan, but what they make is in `after`.
  if (isUnknown && config !== undefined && !isInline) {
    return { isLive: true, rules: fate === 'made' ? [] : read(attributesBefore(before)) };
  }
  if (isUnknown) return { isLive: false, rules: [unknownRule(address, groupId, direction)] };
  const isListed = elementsOf(attributes.values[direction]).length > 0;
  const isKept = fate === 'kept' && !isInline;
  return { isLive: isKept, rules: isListed || !isKept ? read(attributes) : read(attributesBefore(before)) };
}

function unknownRule(address: string, groupId: string, direction: Direction): DeclaredRule {
  const because = `the ${direction} rules are known only after apply`;
  const fields = { direction, protocol: '-1', from: undefined, to: undefined, peer: notKnown(because) };
  return declareRule(address, groupId, fields);
}
