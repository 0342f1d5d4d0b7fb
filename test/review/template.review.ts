// The packaged templates under review: no finding without a reason, no reason without a finding.
import { beforeAll, describe, expect, it } from 'vitest';
import { acceptedFor, linesOf, readAccepted, TOOLS } from './finding.ts';
import { REVIEWERS } from './tools.ts';

/** The first makes the bucket of a new stack, the second is what every deployment ends with. */
const TEMPLATES = ['create', 'update'].map(
  (step) => `.serverless/cloudformation-template-${step}-stack.json`,
);

const acceptances = readAccepted();

describe.each(TOOLS)('%s', (tool) => {
  const accepted = linesOf(acceptedFor(tool, acceptances));
  let found: readonly string[];

  beforeAll(() => {
    found = linesOf(TEMPLATES.flatMap((template) => REVIEWERS[tool](template)));
  });

  it('finds nothing without a written reason', () => {
    expect(found.filter((line) => !accepted.includes(line))).toEqual([]);
  });

  it('still finds everything that a reason was written for', () => {
    expect(accepted.filter((line) => !found.includes(line))).toEqual([]);
  });
});

describe('accepted.yaml', () => {
  it.each(acceptances)('gives a sentence as the reason for $resources.0', ({ reason, rules }) => {
    expect(reason).toMatch(/^[A-Z].{40,}\.$/s);
    expect(TOOLS).toEqual(expect.arrayContaining(Object.keys(rules)));
  });
});
