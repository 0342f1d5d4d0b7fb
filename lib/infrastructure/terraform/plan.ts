// A Terraform or OpenTofu plan as `terraform show -json` prints it (https://developer.hashicorp.com/terraform/internals/json-format).
import { elementsOf, isJsonObject, type JsonObject, memberOf, objectOf, stringOf } from '../values.ts';
import { type ModuleConfig, parseModule } from './configuration.ts';
import { type ModuleStep, parseModuleAddress } from './module-address.ts';

/** What becomes of a resource. Of one that is only forgotten, what was before stays. */
type Fate = 'made' | 'kept' | 'deleted' | 'forgotten';

/** One resource of a plan, with what is known of it. */
export interface PlannedResource {
  readonly address: string;
  readonly steps: readonly ModuleStep[];
  readonly type: string;
  readonly name: string;
  /** The key of its instance, as addresses write it: `0`, `"web"`; undefined without count and for_each. */
  readonly key: string | undefined;
  readonly fate: Fate;
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly unknown: unknown;
  readonly sensitive: unknown;
}

export interface TerraformPlan {
  readonly resources: readonly PlannedResource[];
  readonly root: ModuleConfig;
  readonly providers: JsonObject;
  readonly variables: JsonObject;
  readonly priorState: unknown;
  readonly errored: boolean;
  readonly isComplete: boolean;
  readonly deferred: readonly string[];
}

/** True for what `terraform show -json` prints of a plan or of a state. */
export function isTerraform(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    'format_version' in value &&
    ('terraform_version' in value || 'resource_changes' in value)
  );
}

/** The plan, or why it cannot be read. Members that are not known are passed over, as its format asks. */
export function parsePlan(value: unknown): TerraformPlan | string {
  const plan = objectOf(value);
  const version = stringOf(plan.format_version) ?? '';
  if (!/^[01]\./.test(version)) return `its format_version is \`${version}\`, and only 1.x is known`;
  if (!('resource_changes' in plan || 'planned_values' in plan))
    return 'it is a state and not a plan: run `terraform plan -out=FILE`, then `terraform show -json FILE`';
  const { root_module: root, provider_config: providers } = objectOf(plan.configuration);
  return {
    resources: elementsOf(plan.resource_changes).flatMap((change) => parseChange(objectOf(change))),
    root: parseModule(root),
    providers: objectOf(providers),
    variables: objectOf(plan.variables),
    priorState: plan.prior_state,
    errored: plan.errored === true,
    isComplete: plan.complete !== false,
    deferred: elementsOf(plan.deferred_changes).map(addressOfDeferred),
  };
}

function addressOfDeferred(deferred: unknown): string {
  return stringOf(objectOf(objectOf(deferred).resource_change).address) ?? 'a resource';
}

function parseChange(change: JsonObject): readonly PlannedResource[] {
  if (change.mode === 'data') return [];
  const { actions, before, after, after_unknown, after_sensitive } = objectOf(change.change);
  const address = stringOf(change.address) ?? '';
  const resource = {
    address,
    steps: parseModuleAddress(stringOf(change.module_address) ?? ''),
    type: stringOf(change.type) ?? '',
    name: stringOf(change.name) ?? '',
    key: memberOf(change, 'index') === undefined ? undefined : JSON.stringify(change.index),
    before: objectOf(before),
    after: objectOf(after),
    unknown: after_unknown,
    sensitive: after_sensitive,
  };
  return fatesOf(elementsOf(actions)).map((fate) => ({ ...resource, fate }));
}

/** One that is replaced while the old one is only forgotten is two in the end. */
function fatesOf(actions: readonly unknown[]): readonly Fate[] {
  const made: readonly Fate[] = actions.includes('create') ? ['made'] : [];
  if (actions.includes('forget')) return [...made, 'forgotten'];
  if (made.length > 0) return made;
  return actions.includes('delete') ? ['deleted'] : ['kept'];
}
