// `npm run bench`: what the project promises about speed and size, as one table. Ratios are taken in one run; machines differ.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFigures } from './bundle.ts';
import { judgingFigures } from './judging.ts';
import { roundTripFigures } from './round-trips.ts';
import { showFigures } from './table.ts';
import { worstFigures } from './worst.ts';

const directory = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`);
const figures = [
  // First, while the engine has optimized for nothing else.
  ...judgingFigures(directory),
  ...worstFigures(),
  ...(await bundleFigures(directory)),
  ...(await roundTripFigures()),
];
rmSync(directory, { recursive: true });
console.log(showFigures(figures));
