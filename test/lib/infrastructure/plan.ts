// Plans as `terraform show -json` prints them, with the configuration beside the changes.
import { elementsOf, memberOf, objectOf } from '../../../lib/infrastructure/values.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Planned {
  /** With modules and keys: `module.a["x"].aws_security_group.web[0]`. */
  readonly at: string;
  readonly actions?: readonly string[];
  readonly before?: Json | null;
  readonly after?: Json | null;
  readonly unknown?: unknown;
  readonly sensitive?: unknown;
  /** The expressions of its configuration; what `after` has, if nothing is said; null for a resource that is gone from there. */
  readonly config?: Json | null;
  readonly forEach?: unknown;
}

const KEY = /\[("(?:[^"\\]|\\.)*"|\d+)\]/g;

/** The plan; `more` replaces its members, `modules` says what modules are called with and answer, by their names. */
export function planOf(planned: readonly Planned[], more: Json = {}, modules: Json = {}): Json {
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: { root_module: {} },
    resource_changes: planned.map(changeOf),
    configuration: {
      provider_config: { aws: { name: 'aws', expressions: { region: { constant_value: 'eu-west-1' } } } },
      root_module: moduleOf(planned, [], modules),
    },
    complete: true,
    errored: false,
    ...more,
  };
}

/** SSH as a block within a group, which has every attribute. */
export function inlineRule(said: Json): Json {
  return {
    ...{ protocol: 'tcp', from_port: 22, to_port: 22, self: false, description: '' },
    ...{ cidr_blocks: [], ipv6_cidr_blocks: [], prefix_list_ids: [], security_groups: [] },
    ...said,
  };
}

export const references = (...all: readonly string[]): Json => ({ references: all });

/** What a reference to an attribute looks like: the whole of it, and what it is of. */
export function refersTo(resource: string, attribute = 'id'): Json {
  return references(`${resource}.${attribute}`, resource);
}

function partsOf(at: string) {
  const plain = at.replace(KEY, '').split('.');
  const modules = plain.slice(0, -2).filter((_, index) => index % 2 === 1);
  const key = /\[("(?:[^"\\]|\\.)*"|\d+)\]$/.exec(at)?.[1];
  const [type = '', name = ''] = plain.slice(-2);
  return { modules, type, name, key };
}

function changeOf({ at, actions = ['create'], before = null, after, unknown, sensitive }: Planned): Json {
  const { type, name, key } = partsOf(at);
  const modules = /^((?:module\.[\w-]+(?:\[[^\]]*\])?\.)+)/.exec(at)?.[1]?.slice(0, -1);
  return {
    address: at,
    ...(modules === undefined ? {} : { module_address: modules }),
    mode: 'managed',
    type,
    name,
    ...(key === undefined ? {} : { index: JSON.parse(key) }),
    provider_name: 'registry.terraform.io/hashicorp/aws',
    change: {
      actions,
      before,
      after: after ?? null,
      after_unknown: unknown ?? {},
      before_sensitive: {},
      after_sensitive: sensitive ?? {},
    },
  };
}

function moduleOf(planned: readonly Planned[], path: readonly string[], modules: Json): Json {
  const own = planned.filter(({ at }) => partsOf(at).modules.join('.') === path.join('.'));
  const resources = new Map(
    own.flatMap(({ at, config, after, forEach }) => {
      const { type, name } = partsOf(at);
      if (config === null) return [];
      const expressions =
        config ??
        Object.fromEntries(
          Object.entries(after ?? {}).map(([key, value]) => [key, { constant_value: value }]),
        );
      const each = forEach === undefined ? {} : { for_each_expression: forEach };
      const address = `${type}.${name}`;
      return [
        [address, { address, mode: 'managed', type, name, provider_config_key: 'aws', expressions, ...each }],
      ];
    }),
  );
  const depth = path.length;
  const inner = planned
    .map(({ at }) => partsOf(at).modules)
    .filter((names) => names.length > depth && path.every((name, index) => names[index] === name));
  const calls = new Set([
    ...inner.map((names) => names[depth] ?? ''),
    ...Object.keys(modules)
      .filter((name) => name.split('.').length === depth + 1 && name.startsWith(path.join('.')))
      .map((name) => name.split('.').at(-1) ?? ''),
  ]);
  const called = [...calls].map((name) => {
    const said = objectOf(memberOf(modules, [...path, name].join('.')));
    const module = { ...moduleOf(planned, [...path, name], modules), outputs: said.outputs ?? {} };
    return [name, { source: `./modules/${name}`, expressions: said.expressions ?? {}, module }];
  });
  return { resources: elementsOf([...resources.values()]), module_calls: Object.fromEntries(called) };
}
