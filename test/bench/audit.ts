// An audit of large exports, beside JSON.parse of the same bytes: a reader cannot do less. Processor time and peak memory of whole processes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { writeExport } from './exports.ts';
import { type Figure, ratios } from './table.ts';

const ROUNDS = 5;
const PARSE = `JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'))`;

export function auditFigures(directory: string): readonly Figure[] {
  const [small, middle, large] = [2500, 10_000, 50_000].map((groups) => {
    const path = join(directory, `groups-${groups}.json`);
    writeExport(path, groups);
    return path;
  }) as [string, string, string];
  // The first run compiles.
  audit(small, 'json');
  const rounds = Array.from({ length: ROUNDS }, () => ({
    parse: used('-e', PARSE, middle),
    json: audit(middle, 'json'),
    table: audit(middle, 'table'),
    small: audit(small, 'json'),
    large: audit(large, 'json'),
  }));
  const cpu = (of: 'parse' | 'json' | 'table') => rounds.map((round) => round[of].cpu);
  const memory = (of: 'small' | 'large') => rounds.map((round) => round[of].memory);
  const slower = (of: 'json' | 'table', goal: string): Figure => ({
    name: `audit of 10,000 groups of 60 rules, as ${of} / JSON.parse of the file`,
    ...{ goal, samples: ratios(cpu(of), cpu('parse')), unit: 'times as long' },
  });
  return [
    slower('json', '<= 4'),
    slower('table', ''),
    { name: 'audit of 50,000 groups: peak memory', goal: '', samples: memory('large'), unit: 'MB' },
    {
      name: 'audit of 50,000 groups / of 2,500: peak memory',
      ...{ goal: '<= 1.1', samples: ratios(memory('large'), memory('small')), unit: 'times as much' },
    },
  ];
}

export interface Used {
  /** Milliseconds. */
  readonly cpu: number;
  /** Megabytes. */
  readonly memory: number;
}

function audit(file: string, format: string): Used {
  return used('cli/portcullis.js', 'audit', '--from', file, '--format', format);
}

export function used(...words: readonly string[]): Used {
  const { stderr } = spawnSync(process.execPath, ['--import=./test/bench/usage.ts', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
}
