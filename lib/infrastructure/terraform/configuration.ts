// The configuration in a plan: which arguments a resource has, and what they refer to. Plans say of it neither locals nor `dynamic` blocks
// (https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation).
import { elementsOf, isJsonObject, type JsonObject, memberOf, objectOf, stringOf } from '../values.ts';

export interface ResourceConfig {
  readonly expressions: JsonObject;
  readonly providerKey: string | undefined;
  /** What for_each is made of; undefined without it. */
  readonly forEach: unknown;
}

export interface ModuleConfig {
  /** By type and name, as `aws_security_group.web`. */
  readonly resources: ReadonlyMap<string, ResourceConfig>;
  /** The types of its data sources. */
  readonly dataTypes: readonly string[];
  readonly calls: ReadonlyMap<string, { readonly expressions: JsonObject; readonly module: ModuleConfig }>;
  readonly outputs: JsonObject;
}

/** Reads a module and all that it calls. */
export function parseModule(value: unknown): ModuleConfig {
  const { resources, module_calls, outputs } = objectOf(value);
  const all = elementsOf(resources).map(objectOf);
  const managed = all.filter(({ mode }) => mode !== 'data');
  return {
    resources: new Map(
      managed.map((one) => [`${stringOf(one.type)}.${stringOf(one.name)}`, parseResource(one)]),
    ),
    dataTypes: all.filter(({ mode }) => mode === 'data').map(({ type }) => stringOf(type) ?? ''),
    calls: new Map(
      Object.entries(objectOf(module_calls)).map(([name, call]) => {
        const { expressions, module } = objectOf(call);
        return [name, { expressions: objectOf(expressions), module: parseModule(module) }];
      }),
    ),
    outputs: objectOf(outputs),
  };
}

/** The module that is called by these names, one within the other. */
export function moduleAt(root: ModuleConfig, names: readonly string[]): ModuleConfig | undefined {
  return names.reduce<ModuleConfig | undefined>((module, name) => module?.calls.get(name)?.module, root);
}

/** All that an expression refers to, with the blocks inside it. */
export function referencesIn(expression: unknown): readonly string[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  if (!isJsonObject(expression)) return [];
  const own = elementsOf(memberOf(expression, 'references')).flatMap((one) => stringOf(one) ?? []);
  const inner = Object.entries(expression).filter(
    ([name]) => name !== 'references' && name !== 'constant_value',
  );
  return [...own, ...inner.flatMap(([, value]) => referencesIn(value))];
}

function parseResource({
  expressions,
  provider_config_key,
  for_each_expression,
}: JsonObject): ResourceConfig {
  return {
    expressions: objectOf(expressions),
    providerKey: stringOf(provider_config_key),
    forEach: for_each_expression,
  };
}
