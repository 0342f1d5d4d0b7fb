// What the doctor found, a line for each thing that was looked at.
import { counted } from '../../lib/report/phrases.ts';
import { sanitize } from '../../lib/report/sanitize.ts';
import type { Diagnosis, Health } from '../doctor/diagnosis.ts';

const STATUSES: readonly Health[] = ['broken', 'warning', 'unknown', 'ok'];
const LONGEST = 400;

/** The lines as they were found, each with what to do below it, and how many there are of each kind. */
export function showDiagnosis(lines: readonly Diagnosis[]): readonly string[] {
  const room = lines.reduce((most, { about }) => Math.max(most, about.length), 0);
  const shown = lines.flatMap(({ status, about, said, fix }) => [
    `${status.padEnd(7)}  ${about.padEnd(room)}  ${sanitize(said, LONGEST)}`,
    ...(fix === undefined ? [] : [`${' '.repeat(room + 11)}${sanitize(fix, LONGEST)}`]),
  ]);
  const counts = STATUSES.flatMap((status) => {
    const count = lines.filter((one) => one.status === status).length;
    return count === 0 ? [] : [status === 'warning' ? counted(count, status) : `${count} ${status}`];
  });
  return [...shown, '', `${counts.join(', ')}.`];
}
