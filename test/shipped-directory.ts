// Stands in for lib/io/shipped-directory.ts in tests: vitest.config.ts says so.
import { fileURLToPath } from 'node:url';

export const SHIPPED = fileURLToPath(new URL('./fixtures/shipped', import.meta.url));
