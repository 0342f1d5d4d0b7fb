// The tests that notice a change of the pure rooms soonest: their own, then those that run the machine on the sandbox.

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ON_THE_SANDBOX = [
  'exposure',
  'affected-groups',
  'breaker-check',
  'find-changed-rules',
  'new-group',
  'reconcile',
  'recurring-rules',
  'refusals',
  'trim',
  'sweep-well',
  'sweep-gate',
  'sweep',
  'missed',
  'unknown-makers',
  'foreign-groups',
];

/** Vitest runs the longest file first; but the first failure ends the run, so the shortest must be. */
class PureFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isPure = ({ moduleId }: TestSpecification) => !/\/io\/|compare-and-swap/.test(moduleId);
    return [...files.filter(isPure), ...files.filter((file) => !isPure(file))];
  }
}

export default defineConfig({
  test: {
    include: [
      'test/lib/{remediation,evaluate,exposure,plan,sweep}/**/*.test.ts',
      'test/lib/config.test.ts',
      `test/lib/io/{${ON_THE_SANDBOX}}.test.ts`,
    ],
    env: { POWERTOOLS_METRICS_DISABLED: 'true', FC_RUNS: '300' },
    setupFiles: 'test/mutants/fast-check.ts',
    globalSetup: 'test/temporary.ts',
    isolate: false,
    sequence: { sequencer: PureFirst },
    testTimeout: 60_000,
  },
});
