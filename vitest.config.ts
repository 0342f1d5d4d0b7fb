import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Who edits a shipped policy breaks the tests of the shipped policies, and no others.
  resolve: {
    alias: [
      { find: /.*\/shipped-directory\.ts$/, replacement: `${import.meta.dirname}/test/shipped-directory.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Powertools prints every metric to standard output otherwise. Whoever runs the tests may have settings of their own.
    env: { POWERTOOLS_METRICS_DISABLED: 'true', PORTCULLIS_SETTINGS: '' },
    // Vitest would leave one core unused, which on a machine of two is half of it.
    maxWorkers: '100%',
    // Most of the time that a file of tests takes is the loading of the AWS SDK. No module here has a state that a test could leave.
    isolate: false,
    globalSetup: 'test/temporary.ts',
    setupFiles: 'test/seed.ts',
    // A test that hangs must end; one that asks a property very often may take long, and on a busy machine longer.
    testTimeout: 300_000 + 200 * Number(process.env.FC_RUNS ?? 0),
    coverage: { provider: 'v8', include: ['lib/**'], reporter: ['text'] },
  },
});
