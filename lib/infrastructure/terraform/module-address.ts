// Where a resource is among the modules of a configuration, and among their instances.

/** A call of a module, with the key of its instance as addresses write it. */
export interface ModuleStep {
  readonly name: string;
  readonly key: string | undefined;
}

const KEY = String.raw`\[("(?:[^"\\]|\\.)*"|\d+)\]`;
const STEP = new RegExp(String.raw`module\.([\w-]+)(?:${KEY})?`, 'g');
const PART = new RegExp(String.raw`^([\w-]+)(?:${KEY})?`);

/** Reads `module.a["x"].module.b`; the root module has no steps. */
export function parseModuleAddress(text: string): readonly ModuleStep[] {
  return [...text.matchAll(STEP)].map(([, name = '', key]) => ({ name, key }));
}

/** Whether two places may be in the same run of the modules that they share: a call does not see its own other instances. */
export function sharesInstances(a: readonly ModuleStep[], b: readonly ModuleStep[]): boolean {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (other === undefined || other.name !== step.name) return true;
    if (other.key !== step.key) return false;
  }
  return true;
}

/** A part of a reference: `web`, or `web["a"]` with its key. */
export function parsePart(part: string): { readonly name: string; readonly key: string | undefined } {
  const [, name = part, key] = PART.exec(part) ?? [];
  return { name, key };
}

/** The parts of `module.a["x.y"].id`: a dot within a key parts nothing. */
export function partsOf(reference: string): readonly string[] {
  return reference.match(/(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]|[^.[])+/g) ?? [];
}
