// The layout of the facts of a mail: a label, and its lines beside it.

export interface Labelled {
  readonly label: string;
  readonly lines: readonly string[];
}

/** The fewest columns of labels, so that mails look alike. */
const NARROWEST = 10;

/** The rows that have lines, in two columns. */
export function layOut(rows: readonly Labelled[]): readonly string[] {
  const shown = rows.filter(({ lines }) => lines.length > 0);
  const width = Math.max(NARROWEST, ...shown.map(({ label }) => label.length + 2));
  return shown.flatMap(({ label, lines }) =>
    lines.map((line, index) => `${(index === 0 ? label : '').padEnd(width)}${line}`),
  );
}
