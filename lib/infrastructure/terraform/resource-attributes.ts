// A planned resource with the configuration that it is from.

import { memberOf, objectOf } from '../values.ts';
import { hasTrue, type PlannedAttributes } from './attributes.ts';
import { moduleAt, type ResourceConfig } from './configuration.ts';
import type { PlannedResource, TerraformPlan } from './plan.ts';

/** The names of the modules that a resource is in. */
export function modulesOf({ steps }: PlannedResource): readonly string[] {
  return steps.map(({ name }) => name);
}

/** The resource in the configuration; undefined for one that was removed from there. */
export function configOf({ root }: TerraformPlan, resource: PlannedResource): ResourceConfig | undefined {
  return moduleAt(root, modulesOf(resource))?.resources.get(`${resource.type}.${resource.name}`);
}

/** What the resource will be; of one that is deleted or forgotten, what it is. */
export function attributesIn(plan: TerraformPlan, resource: PlannedResource): PlannedAttributes {
  const { fate, before, after, unknown, sensitive } = resource;
  if (fate === 'deleted' || fate === 'forgotten') return attributesBefore(before);
  return { values: after, unknown, sensitive, expressions: configOf(plan, resource)?.expressions };
}

/** Whether an attribute is known to stay as it is. */
export function isAsBefore({ before, after, unknown }: PlannedResource, name: string): boolean {
  return (
    unknown !== true &&
    !hasTrue(objectOf(unknown)[name]) &&
    JSON.stringify(memberOf(before, name)) === JSON.stringify(memberOf(after, name))
  );
}

/** What a resource is before the plan is applied: all of it is known. */
export function attributesBefore(before: PlannedResource['before']): PlannedAttributes {
  return { values: before, unknown: undefined, sensitive: undefined, expressions: undefined };
}
