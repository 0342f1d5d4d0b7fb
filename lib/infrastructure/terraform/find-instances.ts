// Which planned resources an argument may stand for whose value is not known yet.

import { sharesInstances } from './module-address.ts';
import type { PlannedResource, TerraformPlan } from './plan.ts';
import { type ReferenceTarget, type Targets, targetsOf } from './references.ts';
import { configOf, modulesOf } from './resource-attributes.ts';

export interface Instances<T> {
  /** The one that it is for sure. */
  readonly certain: T | undefined;
  /** Those that it may be. */
  readonly candidates: readonly T[];
  /** What it refers to, as one text: the same for arguments that surely stand for the same. Undefined where that is not known. */
  readonly same: string | undefined;
  /** Whether it may be the default group of a VPC. */
  readonly mayBeDefault: boolean;
}

interface Node {
  readonly resource: PlannedResource;
}

/** Looks an argument of a resource up among nodes of certain types. */
export function instancesOf<T extends Node>(
  plan: TerraformPlan,
  resource: PlannedResource,
  argument: string,
  nodes: readonly T[],
  types: readonly string[],
): Instances<T> {
  const config = configOf(plan, resource);
  const targets = targetsOf(plan.root, modulesOf(resource), config?.expressions[argument], config);
  const { resources, isOpen } = targets;
  const candidates = candidatesFor(targets, nodes, types, resource);
  const [certain, ...others] = candidates;
  const isPlain = !isOpen && resources.every(({ type }) => types.includes(type));
  return {
    certain: isPlain && others.length === 0 ? certain : undefined,
    candidates,
    // With a key of its own, the resource may refer to another instance than the next one does.
    same: isOpen || resource.key !== undefined ? undefined : JSON.stringify([resource.steps, resources]),
    mayBeDefault: mayBeDefaultGroup(targets),
  };
}

/** By what is referred to, and by the modules of the resource that does: the very same list for all that refer to the same. */
const CANDIDATES = new WeakMap<readonly Node[], WeakMap<Targets, Map<string, readonly Node[]>>>();

function candidatesFor<T extends Node>(
  targets: Targets,
  nodes: readonly T[],
  types: readonly string[],
  by: PlannedResource,
): readonly T[] {
  const byTargets = CANDIDATES.get(nodes) ?? new WeakMap<Targets, Map<string, readonly Node[]>>();
  CANDIDATES.set(nodes, byTargets);
  const bySteps = byTargets.get(targets) ?? new Map<string, readonly Node[]>();
  byTargets.set(targets, bySteps);
  const steps = JSON.stringify(by.steps);
  const known = bySteps.get(steps) ?? nodesMeant(targets, nodes, types, by);
  bySteps.set(steps, known);
  return known as readonly T[];
}

function nodesMeant(
  targets: Targets,
  nodes: readonly Node[],
  types: readonly string[],
  by: PlannedResource,
): readonly Node[] {
  if (targets.isAny || targets.resources.some((one) => passesOn(one, types))) return nodes;
  const named = NAMED.get(nodes) ?? Map.groupBy(nodes, ({ resource }) => nameOf(resource));
  NAMED.set(nodes, named);
  const found = targets.resources.flatMap((target) => {
    const isOfVpc = target.attribute === 'default_security_group_id';
    const alike = isOfVpc ? nodes : (named.get(nameOf(target)) ?? []);
    return alike.filter(({ resource }) => isMeant(resource, target, by));
  });
  return [...new Set(found)];
}

/** Whether it may answer the id of any: data sources look for one, and a `terraform_data` answers what it is given. */
function passesOn({ isNamed, type, attribute }: ReferenceTarget, types: readonly string[]): boolean {
  return isNamed && !types.includes(type) && attribute !== 'default_security_group_id';
}

const NAMED = new WeakMap<readonly Node[], ReadonlyMap<string, readonly Node[]>>();

function nameOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}.${name}`;
}

/** Many refer to the same. */
const DEFAULTS = new WeakMap<Targets, boolean>();

function mayBeDefaultGroup(targets: Targets): boolean {
  const known = DEFAULTS.get(targets) ?? targets.resources.some(givesDefaultGroup);
  DEFAULTS.set(targets, known);
  return known;
}

const VPCS = ['aws_vpc', 'aws_default_vpc'];
const DEFAULT_GROUPS = ['aws_default_security_group', 'data.aws_security_group', 'data.aws_security_groups'];

/** Of a VPC that is only reachable, as through a local, any attribute may be meant. */
function givesDefaultGroup({ type, attribute = 'default_security_group_id' }: ReferenceTarget): boolean {
  return DEFAULT_GROUPS.includes(type) || (VPCS.includes(type) && attribute === 'default_security_group_id');
}

/** `default_security_group_id` of a VPC is that of a group which the plan may manage, too. */
function isMeant(node: PlannedResource, target: ReferenceTarget, by: PlannedResource): boolean {
  if (target.attribute === 'default_security_group_id') return node.type === 'aws_default_security_group';
  return (
    (target.attribute ?? 'id') === 'id' &&
    node.type === target.type &&
    node.name === target.name &&
    (target.key === undefined || target.key === node.key) &&
    modulesOf(node).join('.') === target.modules.join('.') &&
    sharesInstances(node.steps, by.steps)
  );
}
