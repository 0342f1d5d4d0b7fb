// What an argument whose value is not known yet may stand for: the resources that it refers to, through variables and outputs of modules.
import { type ModuleConfig, moduleAt, type ResourceConfig, referencesIn } from './configuration.ts';
import { parsePart, partsOf } from './module-address.ts';

/** A resource of the configuration that a reference names. */
export interface ReferenceTarget {
  /** The names of the modules that it is in. */
  readonly modules: readonly string[];
  readonly type: string;
  readonly name: string;
  /** The key of one instance; undefined where the reference names none. */
  readonly key: string | undefined;
  readonly attribute: string | undefined;
  /** False where it is only within reach, as through a local: then one resource of these is meant, or none. */
  readonly isNamed: boolean;
}

export interface Targets {
  readonly resources: readonly ReferenceTarget[];
  /** Whether it goes through something that a plan does not say: then it is one of these, or something else. */
  readonly isOpen: boolean;
  /** Whether nothing says what it is. */
  readonly isAny: boolean;
}

const NOTHING: Targets = { resources: [], isOpen: false, isAny: false };
const ANYTHING: Targets = { resources: [], isOpen: true, isAny: true };
/** What comes from outside, or is written down, is known: what is not known is something else. */
const OUTSIDE: Targets = { resources: [], isOpen: true, isAny: false };
/** Calls of modules within each other; beyond that, anything may be meant. */
const DEEPEST = 20;

/** What an expression refers to that stands in a resource of a module. */
export function targetsOf(
  root: ModuleConfig,
  modules: readonly string[],
  expression: unknown,
  within: ResourceConfig | undefined,
  depth = 0,
): Targets {
  const references = longest(referencesIn(expression));
  if (depth > DEEPEST) return ANYTHING;
  // A value that is not known must be from somewhere; what it leads to may also be a constant.
  if (references.length === 0) return depth === 0 ? ANYTHING : OUTSIDE;
  return joined(references.map((reference) => targetOf(root, modules, reference, within, depth)));
}

function joined(all: readonly Targets[]): Targets {
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) return only;
  return {
    resources: all.flatMap(({ resources }) => resources),
    isOpen: all.some(({ isOpen }) => isOpen),
    isAny: all.some(({ isAny }) => isAny),
  };
}

/** A plan lists `a.b.id`, and beside it `a.b`: only the longest of these says what is meant. */
function longest(references: readonly string[]): readonly string[] {
  return references.filter(
    (one) =>
      !references.some(
        (other) => other !== one && (other.startsWith(`${one}.`) || other.startsWith(`${one}[`)),
      ),
  );
}

function targetOf(
  root: ModuleConfig,
  modules: readonly string[],
  reference: string,
  within: ResourceConfig | undefined,
  depth: number,
): Targets {
  const [first = '', second = '', third] = partsOf(reference);
  const follow = (at: readonly string[], expression: unknown, resource?: ResourceConfig) =>
    targetsOf(root, at, expression, resource, depth + 1);
  switch (first) {
    case 'each':
      if (second !== 'value') return NOTHING;
      return within?.forEach === undefined ? ANYTHING : follow(modules, within.forEach);
    case 'count':
    case 'path':
    case 'terraform':
      return NOTHING;
    case 'local':
      return everything(root, modules, depth);
    case 'var':
      return follow(modules.slice(0, -1), argumentOf(root, modules, parsePart(second).name));
    case 'module': {
      const at = [...modules, parsePart(second).name];
      const output = third === undefined ? undefined : moduleAt(root, at)?.outputs[parsePart(third).name];
      return output === undefined ? everything(root, at, depth) : follow(at, output);
    }
    case 'data':
      return { ...NOTHING, resources: [dataTarget(modules, second, true)] };
    default: {
      const { name, key } = parsePart(second);
      const attribute = third === undefined ? undefined : parsePart(third).name;
      return { ...NOTHING, resources: [{ modules, type: first, name, key, attribute, isNamed: true }] };
    }
  }
}

/** What a module is called with; undefined for the root module, whose variables come from outside. */
function argumentOf(root: ModuleConfig, modules: readonly string[], name: string): unknown {
  const caller = moduleAt(root, modules.slice(0, -1));
  const called = modules.at(-1);
  return called === undefined ? undefined : caller?.calls.get(called)?.expressions[name];
}

/** What is reachable in each module: many rules of a module take their group from the same local. */
const REACHABLE = new WeakMap<ModuleConfig, Map<string, Targets>>();

function everything(root: ModuleConfig, modules: readonly string[], depth: number): Targets {
  const byModule = REACHABLE.get(root) ?? new Map<string, Targets>();
  REACHABLE.set(root, byModule);
  const name = modules.join('.');
  const known = byModule.get(name) ?? reachableIn(root, modules, depth);
  byModule.set(name, known);
  return known;
}

/** A local may stand for any resource of its module, of those that it calls, and for whatever it is called with. */
function reachableIn(root: ModuleConfig, modules: readonly string[], depth: number): Targets {
  const own = moduleAt(root, modules);
  const caller = moduleAt(root, modules.slice(0, -1))?.calls.get(modules.at(-1) ?? '');
  const given =
    modules.length === 0 || caller === undefined || depth > DEEPEST
      ? NOTHING
      : targetsOf(root, modules.slice(0, -1), Object.values(caller.expressions), undefined, depth + 1);
  const resources = own === undefined ? [] : allResources(own, modules);
  const within = given.resources.map((one) => ({ ...one, isNamed: false }));
  return { resources: [...resources, ...within], isOpen: true, isAny: false };
}

function allResources(module: ModuleConfig, modules: readonly string[]): readonly ReferenceTarget[] {
  const own = [...module.resources.keys()].map((address) => {
    const [type = '', name = ''] = address.split('.');
    return { modules, type, name, key: undefined, attribute: undefined, isNamed: false };
  });
  const data = module.dataTypes.map((type) => dataTarget(modules, type, false));
  const called = [...module.calls].flatMap(([name, call]) => allResources(call.module, [...modules, name]));
  return [...own, ...data, ...called];
}

function dataTarget(modules: readonly string[], type: string, isNamed: boolean): ReferenceTarget {
  return { modules, type: `data.${type}`, name: '', key: undefined, attribute: undefined, isNamed };
}
