import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Powertools prints every metric to standard output otherwise.
    env: { POWERTOOLS_METRICS_DISABLED: 'true' },
    globalSetup: 'test/temporary.ts',
    testTimeout: 60_000,
    coverage: { provider: 'v8', include: ['lib/**'], reporter: ['text'] },
  },
});
