import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/review/**/*.review.ts'],
    hookTimeout: 600_000, // the first run installs the Python tools
  },
});
