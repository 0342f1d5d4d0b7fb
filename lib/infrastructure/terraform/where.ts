// The account and the region of a resource, as far as a plan says.
import { isNotKnown, memberOf, objectOf, stringOf } from '../values.ts';
import { attributeOf, type PlannedAttributes } from './attributes.ts';
import { referencesIn } from './configuration.ts';
import type { PlannedResource, TerraformPlan } from './plan.ts';
import { configOf } from './resource-attributes.ts';

export interface Where {
  readonly accountId: string | undefined;
  readonly region: string | undefined;
}

/** By its ARN and its own arguments, and a region also by its provider. */
export function whereOf(
  plan: TerraformPlan,
  resource: PlannedResource,
  attributes: PlannedAttributes,
): Where {
  const known = (name: string) => stringOf(attributeOf(attributes, name));
  const [, , , ofArn, owner] = (known('arn') ?? '').split(':');
  const own = attributeOf(attributes, 'region');
  const provider = regionOfProvider(plan, configOf(plan, resource)?.providerKey ?? 'aws');
  return {
    accountId: known('owner_id') ?? (owner || undefined),
    region: ofArn || (isNotKnown(own) ? undefined : (stringOf(own) ?? provider)),
  };
}

/** What the provider is configured with, or what a variable of the root module gives it. */
function regionOfProvider({ providers, variables }: TerraformPlan, key: string): string | undefined {
  const { region } = objectOf(objectOf(memberOf(providers, key)).expressions);
  const constant = stringOf(objectOf(region).constant_value);
  if (constant !== undefined) return constant;
  const [reference, ...others] = referencesIn(region);
  if (others.length > 0 || !reference?.startsWith('var.')) return undefined;
  return stringOf(objectOf(memberOf(variables, reference.slice('var.'.length))).value);
}
