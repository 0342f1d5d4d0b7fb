// The page of findings: one file that needs nothing else, with all its rows, of which the first stand in it for clients without scripts.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { Exposure } from '../../lib/exposure/exposure.ts';
import type { Severity } from '../../lib/policy/severity.ts';
import { EXPOSURE_IN_WORDS } from './exposure-words.ts';
import { unpack, viewAt } from './page/view.js';
import { type PagePolicy, pageData } from './page-data.ts';
import type { Matrix } from './page-matrix.ts';
import type { PageRow, RowHistory } from './page-row.ts';

/** What the page says beside its rows; every text is text. */
export interface PageFacts {
  readonly title: string;
  /** What was looked at, when, and by what. */
  readonly subtitle: string;
  /** Below the big number. */
  readonly violating: { readonly count: number; readonly words: string };
  readonly tiles: readonly Tile[];
  /** Sentences below the numbers. */
  readonly notes: readonly string[];
  /** The verdicts that there are, in the order in which they are offered. */
  readonly verdicts: readonly string[];
  readonly matrixHeading: string;
  readonly matrix: Matrix;
  readonly policies: readonly PagePolicy[];
  /** Below the rows; those without rows are left out. */
  readonly tables: readonly PageTable[];
  readonly footer: string;
}

export interface PageTable {
  readonly id: string;
  readonly heading: string;
  readonly columns: readonly { readonly words: string; readonly kind?: 'number' | 'text' }[];
  readonly rows: readonly (readonly Cell[])[];
}

type Cell = string | number | { readonly severity: Severity };

/** A number that filters the list. */
export interface Tile {
  readonly count: number;
  readonly words: string;
  readonly filter: 'severity' | 'verdict' | 'exposure' | 'certainty';
  readonly value: string;
  readonly tone?: Severity;
}

/** More rows are too much for a browser, and for a mail. */
export const MOST_ROWS = 50_000;

/** So many rows are shown at once, and to clients without scripts. */
const STATIC_ROWS = 100;

/** The whole file; the worst rows come first. */
export function renderPage(rows: readonly PageRow[], facts: PageFacts): string {
  const data = pageData(rows, facts.policies, facts.verdicts);
  const style = read('page.css');
  const script = pageScript();
  const unpacked = unpack(data);
  const first = Array.from({ length: Math.min(rows.length, STATIC_ROWS) }, (_, index) =>
    ETA.renderString(ROW, viewAt(unpacked, index)),
  );
  return ETA.renderString(PAGE, {
    ...facts,
    violating: inDigits(facts.violating.count),
    violatingWords: facts.violating.words,
    tiles: facts.tiles.map((tile) => ({ ...tile, count: inDigits(tile.count), tone: toneOf(tile) })),
    tables: facts.tables.filter((table) => table.rows.length > 0),
    total: rows.length,
    hasStates: rows.some(({ verdict, exposure, isKnown }) => verdict !== 'violation' || exposure || isKnown),
    hasTimes: rows.some(({ history }) => history !== undefined),
    selects: selectsOf(rows, facts),
    countWords: countInWords(rows.length, first.length),
    rows: first.join(''),
    data: JSON.stringify(data).replaceAll('<', '\\u003c'),
    style,
    styleHash: hashOf(style),
    script,
    scriptHash: hashOf(script),
  });
}

/** Reads a file of the page. */
function read(name: string): string {
  return readFileSync(fileURLToPath(new URL(`page/${name}`, import.meta.url)), 'utf8');
}

const ETA = new Eta();
const PAGE = read('page.eta');
const ROW = read('row.eta');

/** The script as one text: the template of a row, compiled, and what the files of the page do with it. */
function pageScript(): string {
  const inOne = (name: string) =>
    read(name)
      .replace(/^import .*;$/gm, '')
      .replace(/^export /gm, '');
  const row = ETA.compileToString(ROW);
  return [
    "(() => {\n'use strict';",
    "const marks = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\"': '&quot;', \"'\": '&#39;' };",
    'const escapeText = (text) => String(text).replace(/[&<>"\']/g, (mark) => marks[mark]);',
    `const renderRow = (function (it, options) {${row}}).bind({ config: { escapeFunction: escapeText } });`,
    inOne('view.js'),
    inOne('page.js'),
    '})();',
  ].join('\n');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function inDigits(count: number): string {
  return count.toLocaleString('en');
}

function toneOf({ count, tone }: Tile): string {
  return count === 0 ? '' : (tone ?? '');
}

function countInWords(all: number, shown: number): string {
  return all === shown
    ? `${inDigits(all)} rule${all === 1 ? '' : 's'}`
    : `The worst ${shown} of ${inDigits(all)} rules`;
}

interface Select {
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly words: string }[];
}

/** Where there is a choice. */
function selectsOf(rows: readonly PageRow[], { policies, verdicts }: PageFacts): readonly Select[] {
  const values = (of: (row: PageRow) => string | readonly string[]) =>
    [...new Set(rows.flatMap(of))].toSorted();
  const names = new Map(policies.map(({ id, name }) => [id, name]));
  const plain = (found: readonly string[]) => found.map((value) => ({ value, words: value || 'unknown' }));
  const kinds = new Set(rows.flatMap(({ exposure }) => exposure?.kind ?? []));
  const found = new Set(rows.map(({ verdict }) => verdict));
  const histories = (of: (history: RowHistory) => string) =>
    plain(values(({ history }) => (history === undefined ? [] : of(history))));
  const selects = [
    select('policy', 'Any policy', plain(values((row) => row.policies.map((id) => names.get(id) ?? id)))),
    select('account', 'Any account', plain(values(({ account }) => account))),
    select('region', 'Any region', plain(values(({ region }) => region))),
    select('verdict', 'Any verdict', plain(verdicts.filter((verdict) => found.has(verdict)))),
    select(
      'person',
      'Any person',
      histories(({ person }) => person),
    ),
    select(
      'tool',
      'Any tool',
      histories(({ tool }) => tool),
    ),
    select(
      'certainty',
      'Any certainty',
      histories(({ certainty }) => certainty),
    ),
    select(
      'exposure',
      'Any exposure',
      Object.entries(EXPOSURE_IN_WORDS).flatMap(([value, words]) =>
        kinds.has(value as Exposure['kind']) ? [{ value, words }] : [],
      ),
    ),
    select(
      'known',
      'New and known',
      new Set(rows.map(({ isKnown }) => isKnown)).size < 2
        ? []
        : [
            { value: '0', words: 'New' },
            { value: '1', words: 'In the baseline' },
          ],
    ),
  ];
  return selects.filter(({ options }) => options.length > 1);
}

function select(name: string, label: string, options: Select['options']): Select {
  return { name, label, options };
}
