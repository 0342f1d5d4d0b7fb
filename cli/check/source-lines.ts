// Where a resource stands: templates say it themselves, plans do not, so the configuration that they were made of is looked up.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { type FindLine, lineFinder } from '../../lib/infrastructure/cloudformation/template-text.ts';
import type { DeclaredRule } from '../../lib/infrastructure/declared-rule.ts';
import { elementsOf, isJsonObject, objectOf, stringOf } from '../../lib/infrastructure/values.ts';
import type { CheckedFile } from './read-files.ts';

export interface SourcePlace {
  readonly file: string;
  readonly line?: number;
}

/** Finds the place of a rule; `source` is the directory of the root module of plans. */
export function placeFinder(
  { file, text, kind, value }: CheckedFile,
  source: string | undefined,
): (rule: Pick<DeclaredRule, 'address' | 'within'>) => SourcePlace {
  if (kind === 'terraform')
    return source === undefined ? () => ({ file }) : terraformFinder(file, value, source);
  let find: FindLine | undefined;
  return ({ address, within }) => {
    // Only a template with findings is read for its lines.
    find ??= lineFinder(text);
    return at(file, find(address, within));
  };
}

function at(file: string, line: number | undefined): SourcePlace {
  return line === undefined ? { file } : { file, line };
}

const KEY = /\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g;

function terraformFinder(plan: string, value: unknown, source: string): ReturnType<typeof placeFinder> {
  const directories = moduleDirectories(objectOf(objectOf(value).configuration).root_module, source);
  const read = new Map<string, ReadonlyMap<string, SourcePlace>>();
  return ({ address }) => {
    const parts = address.replace(KEY, '').split('.');
    const modules = parts
      .slice(0, -2)
      .filter((_, index) => index % 2 === 1)
      .join('.');
    const directory = directories.get(modules);
    if (directory === undefined) return { file: plan };
    const places = read.get(directory) ?? resourcesIn(directory);
    read.set(directory, places);
    return places.get(parts.slice(-2).join('.')) ?? { file: plan };
  };
}

/** The directory of each module: as `terraform init` noted it, else where its source is a path. */
function moduleDirectories(root: unknown, source: string): ReadonlyMap<string, string> {
  return new Map([...localModules(root, '', source), ...installedModules(source)]);
}

function localModules(
  module: unknown,
  name: string,
  directory: string,
): readonly (readonly [string, string])[] {
  const calls = Object.entries(objectOf(objectOf(module).module_calls)).flatMap(([call, called]) => {
    const { source, module: inner } = objectOf(called);
    const path = stringOf(source);
    const isPath = path !== undefined && /^\.{1,2}\//.test(path);
    return isPath ? localModules(inner, name === '' ? call : `${name}.${call}`, join(directory, path)) : [];
  });
  return [[name, directory], ...calls];
}

function installedModules(source: string): readonly (readonly [string, string])[] {
  const file = join(source, '.terraform', 'modules', 'modules.json');
  if (!existsSync(file)) return [];
  return elementsOf(objectOf(JSON.parse(readFileSync(file, 'utf8'))).Modules)
    .filter(isJsonObject)
    .flatMap(({ Key, Dir }) =>
      typeof Key === 'string' && typeof Dir === 'string'
        ? [[Key, normalize(join(source, Dir))] as const]
        : [],
    );
}

const RESOURCE = /^\s*resource\s+"([\w-]+)"\s+"([\w-]+)"/;

function resourcesIn(directory: string): ReadonlyMap<string, SourcePlace> {
  if (!existsSync(directory)) return new Map();
  const files = readdirSync(directory).filter((name) => /\.(tf|tofu)$/.test(name));
  return new Map(
    files.flatMap((name) => {
      const file = join(directory, name);
      return readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((text, index) => {
          const [, type, resource] = RESOURCE.exec(text) ?? [];
          return type === undefined ? [] : [[`${type}.${resource}`, { file, line: index + 1 }] as const];
        });
    }),
  );
}
