// The picture of the README.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OVERVIEW } from '../../build/overview.ts';

it('is the one that its script draws: `npm run overview` writes it', () => {
  expect(readFileSync('docs/overview.svg', 'utf8')).toBe(OVERVIEW);
});
