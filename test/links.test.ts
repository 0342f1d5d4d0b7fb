// Every link of every page leads to a file, and to a heading, that exists.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { anchorsOf, PAGES, proseOf } from './markdown.ts';

it.each(PAGES)('%s links to files and headings that exist', (page) => {
  const links = [...proseOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)];
  const dead = links.filter(([, path = '', anchor]) => {
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });

  expect(dead.map(([link]) => link)).toEqual([]);
});

it('finds the links of a page', () => {
  expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'docs/README.md', 'lib/README.md']));
  expect(anchorsOf('docs/getting-started.md')).toContain('3-deploy-in-dry-run');
});

it('holds pages that messages and commands name to the same', () => {
  const sources = globSync('{lib,cli,handlers,build,resources,policies}/**/*.{ts,js,yml,yaml}');
  const named = sources.flatMap((source) => [
    ...readFileSync(source, 'utf8').matchAll(/\b(docs\/[\w-]+\.md)(?:#([\w-]+))?/g),
  ]);
  const dead = named.filter(
    ([, page = '', anchor]) =>
      !existsSync(page) || (anchor !== undefined && !anchorsOf(page).includes(anchor)),
  );

  expect(named.length).toBeGreaterThan(0);
  expect(dead.map(([text]) => text)).toEqual([]);
});
