// Changes the code in every small way, one at a time, and counts the changes that no test notices.
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutants/vitest.config.ts' },
  mutate: ['lib/{remediation,evaluate,exposure,plan,sweep}/**/*.ts'],
  coverageAnalysis: 'perTest',
  // Stryker would read tsconfig.json through an API that TypeScript 7 does not have; no test needs it.
  // Nor does one need the Python of the emulators, whose links cannot be copied.
  ignorePatterns: ['tsconfig.json', '.venv'],
  disableTypeChecks: false,
  concurrency: 1,
  // A mutant that is slow because the machine is busy must not count as noticed.
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
