// Tables, a row at a time: what has been written need not be held.
import { widthOf, wrapText } from './text-width.ts';

export type Cells = readonly string[];

export interface Table {
  /** The border above, and the heads of the columns. */
  readonly begin: string;
  readonly row: (cells: Cells) => string;
  /** The border below. */
  readonly end: string;
}

/** A table whose columns have room for so many characters. */
export function makeTable(heads: Cells, rooms: readonly number[]): Table {
  const border = (left: string, middle: string, right: string) =>
    `${left}${rooms.map((room) => '─'.repeat(room + 2)).join(middle)}${right}\n`;
  return {
    begin: `${border('┌', '┬', '┐')}${showRow(heads, rooms)}`,
    row: (cells) => `${border('├', '┼', '┤')}${showRow(cells, rooms)}`,
    end: border('└', '┴', '┘'),
  };
}

/** How much room the columns need in which nothing is wrapped. */
export function roomsFor(rows: readonly Cells[]): readonly number[] {
  const [first = []] = rows;
  return first.map((_, column) =>
    rows
      .flatMap((cells) => cells[column]?.split('\n') ?? [])
      .reduce((most, line) => Math.max(most, widthOf(line)), 0),
  );
}

function showRow(cells: Cells, rooms: readonly number[]): string {
  const columns = rooms.map((room, column) => wrapText(cells[column] ?? '', room));
  const height = columns.reduce((most, { length }) => Math.max(most, length), 0);
  let row = '';
  for (let at = 0; at < height; at += 1) {
    const line = rooms.map((room, column) => padText(columns[column]?.[at] ?? '', room));
    row += `│ ${line.join(' │ ')} │\n`;
  }
  return row;
}

/** The text with spaces behind it, or before it, for so much room. */
export function padText(text: string, room: number, isToTheRight = false): string {
  const spaces = ' '.repeat(Math.max(room - widthOf(text), 0));
  return isToTheRight ? spaces + text : text + spaces;
}
