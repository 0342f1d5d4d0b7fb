// Rules counted by service and by reach: the lines of the matrix, and the bars in its cells.
import { SEVERITIES, type Severity } from '../../lib/policy/severity.ts';
import { type PageRow, REACHES, type Reach } from './page-row.ts';
import { addedCounts, type Counts, compareCounts, noCounts, sumOf } from './totals.ts';

interface Cell {
  readonly reach: Reach;
  readonly count: number;
  readonly label: string;
  /** Of a bar that is 100 wide where it is the longest. */
  readonly parts: readonly { readonly severity: Severity; readonly x: number; readonly width: number }[];
}

export interface Matrix {
  readonly columns: readonly Reach[];
  readonly rows: readonly { readonly service: string; readonly cells: readonly Cell[] }[];
}

/** Counts of rules, which grow with services alone. */
export interface MatrixCounts {
  readonly add: (row: Pick<PageRow, 'service' | 'reach' | 'severity'>) => void;
  readonly end: () => Matrix;
}

/** More services than these are one line. */
const LINES = 12;
const OTHERS = 'Other services';

export function countMatrix(): MatrixCounts {
  const services = new Map<string, Map<Reach, Counts>>();
  return {
    add: ({ service, reach, severity }) => {
      const line = services.get(service) ?? new Map<Reach, Counts>();
      const counts = line.get(reach) ?? noCounts();
      counts[severity] += 1;
      services.set(service, line.set(reach, counts));
    },
    end: () => matrixOf(services),
  };
}

type Lines = ReadonlyMap<string, ReadonlyMap<Reach, Counts>>;

function matrixOf(services: Lines): Matrix {
  const sorted = [...services].toSorted(([, a], [, b]) => compareCounts(sumIn(a), sumIn(b)));
  const [shown, rest] = [sorted.slice(0, LINES), sorted.slice(LINES)];
  const others = new Map(
    REACHES.map((reach) => [reach, addedCounts(rest.flatMap(([, line]) => line.get(reach) ?? []))]),
  );
  const lines = rest.length === 0 ? shown : [...shown, [OTHERS, others] as const];
  const columns = REACHES.filter((reach) =>
    lines.some(([, line]) => sumOf(line.get(reach) ?? noCounts()) > 0),
  );
  const most = Math.max(1, ...lines.flatMap(([, line]) => [...line.values()].map(sumOf)));
  return {
    columns,
    rows: lines.map(([service, line]) => ({
      service,
      cells: columns.map((reach) => cellOf(service, reach, line.get(reach) ?? noCounts(), most)),
    })),
  };
}

function sumIn(line: ReadonlyMap<Reach, Counts>): Counts {
  return addedCounts([...line.values()]);
}

/** A bar that is shorter cannot be seen. */
const SHORTEST = 2;

function cellOf(service: string, reach: Reach, counts: Counts, most: number): Cell {
  const count = sumOf(counts);
  const length = count === 0 ? 0 : Math.max(SHORTEST, (count / most) * 100);
  let x = 0;
  const parts = SEVERITIES.flatMap((severity) => {
    if (counts[severity] === 0) return [];
    const width = Math.round((counts[severity] / count) * length * 100) / 100;
    x += width;
    return [{ severity, x: Math.round((x - width) * 100) / 100, width }];
  });
  const some = SEVERITIES.filter((severity) => counts[severity] > 0).map(
    (severity) => `${counts[severity]} ${severity}`,
  );
  return {
    reach,
    count,
    label: `${service}, ${reach.toLowerCase()}: ${count.toLocaleString('en')} (${some.join(', ')})`,
    parts,
  };
}
