// Rules that are resources of their own.
import type { Direction } from '../../rule.ts';
import { contentOf } from '../../rule.ts';
import type { DeclaredRule } from '../declared-rule.ts';
import { isNotKnown, notKnown, stringOf } from '../values.ts';
import { attributeOf, type PlannedAttributes, textAttribute } from './attributes.ts';
import type { PlannedResource, TerraformPlan } from './plan.ts';
import { attributesBefore, attributesIn } from './resource-attributes.ts';
import { type FindList, type Names, RULE, rulesOf, VPC_RULE } from './rule-attributes.ts';

const TYPES: Readonly<Record<string, { readonly names: Names; readonly direction?: Direction }>> = {
  aws_security_group_rule: { names: RULE },
  aws_vpc_security_group_ingress_rule: { names: VPC_RULE, direction: 'ingress' },
  aws_vpc_security_group_egress_rule: { names: VPC_RULE, direction: 'egress' },
};

/** The resources of a plan that are rules. */
export function ruleResources({ resources }: TerraformPlan): readonly PlannedResource[] {
  return resources.filter(({ type }) => TYPES[type] !== undefined);
}

/** What the resource adds to the group of that name; nothing if it is removed. */
export function rulesAdded(
  plan: TerraformPlan,
  resource: PlannedResource,
  groupId: string,
  findList: FindList,
): readonly DeclaredRule[] {
  return resource.fate === 'deleted'
    ? []
    : rulesWith(resource, groupId, attributesIn(plan, resource), findList);
}

/** What the live group has of the resource, by content, and has no longer, or has as the resource will be. */
export function contentsBefore(resource: PlannedResource): readonly string[] {
  if (resource.fate === 'forgotten') return [];
  const groupId = groupBefore(resource) ?? '';
  const rules = rulesWith(resource, groupId, attributesBefore(resource.before), () => undefined);
  return rules.map(({ rule }) => contentOf(rule));
}

/** The group that has the rule before the plan is applied. */
export function groupBefore({ before }: PlannedResource): string | undefined {
  return stringOf(before.security_group_id);
}

/** A direction that is not known may be either. */
function rulesWith(
  { address, type }: PlannedResource,
  groupId: string,
  attributes: PlannedAttributes,
  findList: FindList,
): readonly DeclaredRule[] {
  const { names, direction } = TYPES[type] ?? { names: RULE };
  const said = direction ?? textAttribute(attributes, 'type');
  if (said === 'ingress' || said === 'egress')
    return rulesOf(address, groupId, said, attributes, names, findList);
  const perhaps = isNotKnown(said) ? said.because : 'its direction is not known';
  return (['ingress', 'egress'] as const).flatMap((either) =>
    rulesOf(address, groupId, either, attributes, names, findList).map((rule) => ({ ...rule, perhaps })),
  );
}

/** The id of the group that the resource is for; undefined where it is not known yet. */
export function groupIdOf(plan: TerraformPlan, resource: PlannedResource): string | undefined {
  const id = attributeOf(attributesIn(plan, resource), 'security_group_id') ?? notKnown('');
  return stringOf(id);
}
