// A planned resource with the configuration that it is from.
import type { Attributes } from './attributes.ts';
import { moduleAt, type ResourceConfig } from './configuration.ts';
import type { Plan, PlannedResource } from './plan.ts';

/** The names of the modules that a resource is in. */
export function modulesOf({ steps }: PlannedResource): readonly string[] {
  return steps.map(({ name }) => name);
}

/** The resource in the configuration; undefined for one that has gone from there. */
export function configOf({ root }: Plan, resource: PlannedResource): ResourceConfig | undefined {
  return moduleAt(root, modulesOf(resource))?.resources.get(`${resource.type}.${resource.name}`);
}

/** What the resource will be; of one that is deleted or forgotten, what it is. */
export function attributesIn(plan: Plan, resource: PlannedResource): Attributes {
  const { fate, before, after, unknown, sensitive } = resource;
  if (fate === 'deleted' || fate === 'forgotten') return attributesBefore(before);
  return { values: after, unknown, sensitive, expressions: configOf(plan, resource)?.expressions };
}

/** What a resource is before the plan is applied: all of it is known. */
export function attributesBefore(before: PlannedResource['before']): Attributes {
  return { values: before, unknown: undefined, sensitive: undefined, expressions: undefined };
}
