// Run before a program by `--import`: what it has used when it ends, as the last line of standard error.
import { existsSync, readFileSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const memory = peakInKilobytes() ?? maxRSS;
  console.error(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, memory: memory / 1000 }));
});

/** On Linux, maxRSS counts what the parent held when it started the process; this is of the program alone. */
function peakInKilobytes(): number | undefined {
  const file = '/proc/self/status';
  if (!existsSync(file)) return undefined;
  const [, peak] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8')) ?? [];
  return peak === undefined ? undefined : Number(peak);
}
