// Findings of an audit for machines.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findingsAsJson } from '../../../cli/report/findings-json.ts';
import { audited, come, FINDING, joined } from './audited.ts';

const summary = { groups: 1, rules: 2, violation: 0, exempt: 0, undecided: 2 };

it('are one JSON document, as if it had been printed at once', async () => {
  const finding = fc.constantFrom(
    FINDING,
    { ...FINDING, severity: 'high' as const },
    { ...FINDING, groupName: '\n"}\\' },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(finding, { minLength: 1 })), async (pages) => {
      const found = come(pages.map((page) => page.map((one) => audited(one))));
      expect(await joined(findingsAsJson(found, summary))).toBe(
        `${JSON.stringify({ findings: pages.flat(), summary }, null, 2)}\n`,
      );
    }),
    { numRuns: 100 },
  );
});
