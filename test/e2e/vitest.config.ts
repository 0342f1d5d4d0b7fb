import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/temporary.ts', 'test/e2e/emulators.ts'],
    fileParallelism: false, // the emulators and the deployments want the processors to themselves
    env: { PORTCULLIS_SETTINGS: '' }, // whoever runs the tests may have settings
    testTimeout: 400_000, // a deployment takes ten seconds, and more where the machine has other work
    hookTimeout: 400_000,
  },
});
