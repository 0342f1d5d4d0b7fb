// The Markdown pages of this repository.
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import GithubSlugger from 'github-slugger';

/** The paths of all pages. */
export const PAGES: readonly string[] = globSync('**/*.md', {
  exclude: (path) => basename(path) === 'node_modules' || path.startsWith('.'),
}).toSorted();

const FENCE = /^( *)```(.*)\n([\s\S]*?)^\1```$/gm;

/** The text of a page without its blocks of code. */
export function proseOf(page: string): string {
  return readFileSync(page, 'utf8').replaceAll(FENCE, '');
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsOf(page: string): readonly string[] {
  const slugger = new GithubSlugger();
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => slugger.slug(title));
}

/** A command that a page shows, and how it is tested: the word after `sh` at its block. */
export interface ShownCommand {
  readonly page: string;
  readonly test: string;
  readonly command: string;
}

/** The commands of a page, each on one line; what `&&`, `|` or `$( )` join are several. */
export function commandsOf(page: string): readonly ShownCommand[] {
  return [...readFileSync(page, 'utf8').matchAll(FENCE)].flatMap(([, , info = '', block = '']) => {
    const [language, test = ''] = info.split(' ');
    if (language !== 'sh') return [];
    const lines = block
      .replaceAll(/\\\n\s*/g, ' ')
      .replaceAll(/ +# .*$/gm, '')
      .split(/\n| && | \| |\$\(|\)(?:; do)?$/m);
    const commands = lines.map((line) => line.trim().replace(/^(do|group=) /, ''));
    return commands.filter((command) => command !== '').map((command) => ({ page, test, command }));
  });
}

/** The commands that a page shows by indenting them, without saying how they are tested; what `&&` joins are several. */
export function indentedCommandsOf(page: string): readonly ShownCommand[] {
  const lines = [...proseOf(page).matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line);
  return lines.flatMap((line) => line.split(' && ')).map((command) => ({ page, test: '', command }));
}
