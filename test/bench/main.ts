// `npm run bench`: what the project promises about speed and size, as one table. Ratios are taken in one run; machines differ.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditFigures } from './audit.ts';
import { checkOut } from './baseline.ts';
import { bundleFigures } from './bundle.ts';
import { commandFigures } from './command.ts';
import { judgingFigures } from './judging.ts';
import { preventionFigures } from './prevention.ts';
import { roundTripFigures } from './round-trips.ts';
import { showFigures } from './table.ts';
import { worstFigures } from './worst.ts';

const directory = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`);
const baseline = checkOut(directory);
const figures = [
  // First, while the engine has optimized for nothing else.
  ...judgingFigures(directory),
  ...worstFigures(),
  ...(await bundleFigures(directory, baseline)),
  ...commandFigures(baseline),
  ...auditFigures(directory),
  ...preventionFigures(directory),
  ...(await roundTripFigures()),
];
rmSync(directory, { recursive: true });
console.log(showFigures(figures));
