// How long the command takes, from its start to its end, beside the baseline's.
import { execFileSync } from 'node:child_process';
import { type Figure, ratios } from './table.ts';

const ROUNDS = 15;
const COMMANDS = [['--help'], ['validate']];

/** By turns, each in a fresh process; the first run, which compiles, is not counted. */
export function commandFigures(baseline?: string): readonly Figure[] {
  return COMMANDS.flatMap((words) => {
    const name = `portcullis ${words.join(' ')}`;
    timeOf('.', words);
    const rounds = Array.from({ length: ROUNDS }, () => [
      timeOf('.', words),
      baseline === undefined ? Number.NaN : timeOf(baseline, words),
    ]);
    const [mine, before] = [0, 1].map((index) => rounds.map((round) => round[index] ?? Number.NaN));
    const times = { name, goal: '', samples: mine ?? [], unit: 'ms' };
    if (baseline === undefined) return [times];
    const compared = ratios(mine ?? [], before ?? []);
    return [
      times,
      { name: `${name} / the baseline`, goal: '<= 0.60', samples: compared, unit: 'times as long' },
    ];
  });
}

function timeOf(root: string, words: readonly string[]): number {
  const start = performance.now();
  execFileSync(process.execPath, ['cli/portcullis.js', ...words], { cwd: root, stdio: 'pipe' });
  return performance.now() - start;
}
