// Tables that are written row by row: every line is as wide as the others, and nothing of a cell is lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTable, roomsFor } from '../../cli/format/table.ts';
import { widthOf } from '../../cli/format/text-width.ts';
import { RUNS } from '../runs.ts';

const cell = fc
  .array(
    fc.constantFrom(
      'a',
      'violation',
      'sg-0123456789abcdef0',
      '日本語',
      '한',
      'é',
      'e\u0301',
      ' ',
      '\n',
      '😀',
    ),
  )
  .map((parts) => parts.join(''));
const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 });
const room = fc.integer({ min: 2, max: 30 });

const linesOf = (text: string) => text.split('\n').slice(0, -1);

describe('a table', () => {
  it('has lines of one width, and the whole text of every cell', () => {
    fc.assert(
      fc.property(rows, room, room, (cells, ...rooms) => {
        const table = makeTable(['a', 'b'], rooms);
        const all = `${table.begin}${cells.map(table.row).join('')}${table.end}`;

        expect(new Set(linesOf(all).map(widthOf))).toEqual(new Set([rooms[0] + rooms[1] + 7]));
        for (const row of cells) {
          const inColumns = linesOf(table.row(row))
            .slice(1)
            .map((line) => line.split('│').slice(1, 3));
          for (const [column, text] of row.entries()) {
            const read = inColumns.map((line) => line[column]).join('');
            expect(read.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
          }
        }
      }),
      RUNS,
    );
  });

  it('wraps nothing where its columns are as wide as what is in them', () => {
    fc.assert(
      fc.property(rows, (cells) => {
        const table = makeTable(cells[0] ?? [], roomsFor(cells));
        for (const row of cells) {
          const height = Math.max(...row.map((text) => text.split('\n').length));
          expect(linesOf(table.row(row))).toHaveLength(height + 1);
        }
      }),
      RUNS,
    );
  });

  it('knows which characters take two columns, and which none', () => {
    expect(['abc', '日本', '한', 'é', 'e\u0301', '😀'].map(widthOf)).toEqual([3, 4, 2, 1, 1, 2]);
  });
});
