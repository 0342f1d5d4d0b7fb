// Whoever copies a command or an example gets the version that it was written for.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CLONING, clonedIn, cloning } from '../../build/cloned-version.ts';
import packageJson from '../../package.json' with { type: 'json' };

it.each(CLONING)('%s clones the version of package.json', (file) => {
  expect([...new Set(clonedIn(readFileSync(file, 'utf8')))]).toEqual([packageJson.version]);
});

it('a release changes what is cloned, and no other version', () => {
  const text = 'git clone --branch v0.2.0 URL\nPORTCULLIS_TAG: v0.2.0 }\n- uses: a/b@c # v4.2.2\n';

  expect(cloning(text, '0.3.0')).toBe(
    'git clone --branch v0.3.0 URL\nPORTCULLIS_TAG: v0.3.0 }\n- uses: a/b@c # v4.2.2\n',
  );
});
