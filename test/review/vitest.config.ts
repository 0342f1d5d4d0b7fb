import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/review/**/*.review.ts'],
    hookTimeout: 600_000, // the first run installs the Python tools
  },
});
