// What a file is called within its repository: code scanning finds files by these paths.
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';

/** The path from the root of the file's repository on; outside of one, from here on, or the name alone. */
export function repositoryPath(file: string): string {
  const real = realpathSync(file);
  const root = rootOf(dirname(real)) ?? realpathSync('.');
  const path = relative(root, real);
  const isOutside = path.startsWith('..') || isAbsolute(path);
  return isOutside ? basename(real) : path.split(sep).join('/');
}

/** The nearest directory that is a work tree of Git. */
function rootOf(directory: string): string | undefined {
  if (existsSync(join(directory, '.git'))) return directory;
  const above = dirname(directory);
  return above === directory ? undefined : rootOf(above);
}
