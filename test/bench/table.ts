// What a bench found, as one table.
import Table from 'cli-table3';

/** One figure of one run. */
export interface Figure {
  readonly name: string;
  /** What is promised, such as `>= 20` or `< 1000`; empty where nothing is. */
  readonly goal: string;
  /** What was measured, each sample for itself. */
  readonly samples: readonly number[];
  /** A unit, or how to read the number. */
  readonly unit: string;
}

/** A table in Markdown's way, so that docs/performance.md can hold a run as it was printed. */
export function showFigures(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['figure', 'goal', 'min', 'median', 'max', ''],
    style: { head: [], border: [] },
    chars: {
      ...EMPTY,
      left: '|',
      right: '|',
      middle: '|',
      'left-mid': '|',
      mid: '-',
      'mid-mid': '|',
      'right-mid': '|',
    },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
  });
  const lines = figures.map(({ name, goal, samples, unit }) => [
    name,
    goal,
    ...[Math.min(...samples), median(samples), Math.max(...samples)].map(inShort),
    unit,
  ]);
  table.push(...lines);
  const [head = '', ruler = '', ...rows] = table.toString().split('\n');
  return [head, ruler, ...rows.filter((line) => !/^\|[-|]+\|$/.test(line))].join('\n');
}

const EMPTY = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
};

/** Milliseconds of the processor, its threads together, since the process began: other work on the machine hardly counts. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Each of the first by the one of the second that was measured beside it. */
export function ratios(first: readonly number[], second: readonly number[]): readonly number[] {
  return first.map((value, index) => value / (second[index] ?? Number.NaN));
}

function inShort(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-GB') : value.toPrecision(3);
}
