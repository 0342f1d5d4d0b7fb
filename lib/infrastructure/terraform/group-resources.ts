// The groups that a plan makes, keeps or forgets, each with its inline rules.
import type { DeclaredPlace } from '../declared-place.ts';
import type { DeclaredRule } from '../declared-rule.ts';
import { isNotKnown, memberOf, objectOf, stringOf } from '../values.ts';
import { attributeOf, type PlannedAttributes, textAttribute } from './attributes.ts';
import { rulesInside } from './inside-rules.ts';
import type { PlannedResource, TerraformPlan } from './plan.ts';
import { attributesIn } from './resource-attributes.ts';
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
    rulesInside(plan, resource, attributes, name, direction),
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
