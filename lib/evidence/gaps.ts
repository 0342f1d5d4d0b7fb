// What the records of an interface lack.
import type { FlowLine } from './flow-record.ts';
import type { AskedInterface } from './question.ts';
import { isDuring, type Window } from './window.ts';

/** Each as a part of a sentence; none where nothing is missing. */
export function gapsIn(
  { id, flowLogs }: AskedInterface,
  openings: readonly Window[],
  lines: readonly FlowLine[],
): readonly string[] {
  if (flowLogs.length === 0) return [`no flow log records ${id}`];
  const flaws = flowLogs.flatMap(({ flaw }) => flaw ?? []);
  if (flaws.length === flowLogs.length) return flaws;
  const timed = lines.flatMap((line) => {
    if (line.kind === 'unreadable') return [];
    return [{ kind: line.kind, ...(line.kind === 'flow' ? line.record : line) }];
  });
  const during = timed.filter((line) => openings.some((opening) => isDuring(line, opening)));
  const unreadable = lines.filter(({ kind }) => kind === 'unreadable').length;
  return [
    ...(during.length === 0 ? [`there are no records of ${id} for that time`] : []),
    ...(during.some(({ kind }) => kind === 'skipped') ? [`records of ${id} were lost (SKIPDATA)`] : []),
    ...(unreadable > 0
      ? [`${unreadable} record${unreadable === 1 ? '' : 's'} of ${id} could not be read`]
      : []),
  ];
}
