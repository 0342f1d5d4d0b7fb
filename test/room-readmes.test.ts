// Every room has a README of one screen that names each of its files, and the rooms that it may import.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS } from '../.dependency-cruiser.mjs';

const folders = readdirSync('lib', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `lib/${name}`);
const rooms = [
  ...folders,
  'lib/io/aws',
  'lib/io/ledger',
  'handlers',
  'cli',
  'cli/backtest',
  'cli/check',
  'cli/doctor',
  'cli/report',
  'cli/restore',
  'test',
];

describe.each(rooms)('%s/README.md', (room) => {
  const path = `${room}/README.md`;
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const named = [...text.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );

  it('is there, and fits on a screen', () => {
    expect(text.length).toBeGreaterThan(0);
    expect(text.split('\n').length).toBeLessThanOrEqual(40);
  });

  it('names every file of the room, and no other', () => {
    const files = filesOf(room);
    const missing = files.filter((file) => !named.includes(file));
    const surplus = named.filter((file, index) => !files.includes(file) || named.indexOf(file) < index);

    expect(missing.map((file) => `${path} does not name ${file}: add it to the table`)).toEqual([]);
    expect(surplus.map((file) => `${path} names ${file} twice or in vain: take it out`)).toEqual([]);
  });

  it('leads only to files that exist', () => {
    const tests = [...text.matchAll(/`npx\s+vitest\s+run\s+([^`<]+)`/g)].flatMap(([, paths = '']) =>
      paths.split(/\s+/),
    );
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) =>
      join(dirname(path), link),
    );

    const dead = [...tests, ...links].filter((file) => !existsSync(file));
    expect(dead.map((file) => `${path} leads to ${file}, which is not there: correct it`)).toEqual([]);
  });
});

describe('what a room may import', () => {
  const said = ROOMS.filter((room) => existsSync(`lib/${room}/README.md`)).flatMap((room) => {
    const text = readFileSync(`lib/${room}/README.md`, 'utf8').replaceAll('\n', ' ');
    const [, last] = /may import the rooms from `network\/` to `([^`]+)`/.exec(text) ?? [];
    return last === undefined ? [] : [[room, last.replace('/', '')] as const];
  });

  it.each(said)('goes up to the room before it: %s', (room, last) => {
    expect(last).toBe(ROOMS[ROOMS.indexOf(room) - 1]);
  });

  it('is said of most rooms', () => {
    expect(said.length).toBeGreaterThan(7);
  });
});

/** Files by their path within the room; rooms within it, and the folders of `test`, by their name. */
function filesOf(room: string): string[] {
  return readdirSync(room, { withFileTypes: true }).flatMap((entry) => {
    const { name } = entry;
    if (!entry.isDirectory()) return name === 'README.md' ? [] : [name];
    const isOne = room === 'test' || existsSync(`${room}/${name}/README.md`);
    return isOne ? [`${name}/`] : filesOf(`${room}/${name}`).map((file) => `${name}/${file}`);
  });
}
