// Requests of the AWS query protocols: forms whose names are paths.

/** A request's parameters; `Filter.1.Value.2=x` is found under Filter[0].Value[1]. */
export interface Parameters {
  readonly [name: string]: Parameter | undefined;
}
type Parameter = string | Parameters | readonly Parameter[];

/** Reads the form of a request. Numbered names become lists in the order of their numbers. */
export function parseForm(body: string): Parameters {
  const root: Tree = new Map();
  for (const [path, value] of new URLSearchParams(body)) plant(root, path.split('.'), value);
  const parsed = harvest(root);
  return typeof parsed === 'object' && !isList(parsed) ? parsed : {};
}

/** A parameter that is a text; undefined for none. */
export function textOf(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' ? value : undefined;
}

/** A parameter that is a number; undefined for none. */
export function numberOf(parameters: Parameters, name: string): number | undefined {
  const text = textOf(parameters, name);
  return text === undefined ? undefined : Number(text);
}

/** A parameter that is a list of texts. */
export function textsOf(parameters: Parameters, name: string): readonly string[] {
  const value = parameters[name];
  return isList(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A parameter that is a list of structures. */
export function structuresOf(parameters: Parameters, name: string): readonly Parameters[] {
  const value = parameters[name];
  return isList(value) ? value.filter(isStructure) : [];
}

/** A parameter that is one structure; an empty one for none. */
export function structureOf(parameters: Parameters, name: string): Parameters {
  const value = parameters[name];
  return value !== undefined && isStructure(value) ? value : {};
}

type Tree = Map<string, Tree | string>;

function plant(tree: Tree, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree.set(name, value);
    return;
  }
  const found = tree.get(name);
  const branch: Tree = found instanceof Map ? found : new Map();
  tree.set(name, branch);
  plant(branch, rest, value);
}

function harvest(tree: Tree): Parameter {
  const entries = [...tree].map(
    ([name, value]) => [name, value instanceof Map ? harvest(value) : value] as const,
  );
  if (!entries.every(([name]) => /^\d+$/.test(name))) return Object.fromEntries(entries);
  return entries.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}

function isList(value: Parameter | undefined): value is readonly Parameter[] {
  return Array.isArray(value);
}

function isStructure(value: Parameter): value is Parameters {
  return typeof value === 'object' && !isList(value);
}
