// The lease of an entry outlives the function that holds it.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { LEASE } from '../../../lib/remediation/lease.ts';

it('is the timeout of the function and a minute', () => {
  const { provider } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent' });

  expect(LEASE).toBe((provider.timeout + 60) * 1000);
});
