// What checkov and cfn-guard say of the cases of docs/check.md.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHECK_CASES, type CheckCase } from '../check-cases.ts';
import { checkovOn, REVIEWERS } from './tools.ts';

const directory = mkdtempSync(join(tmpdir(), 'prevention-'));

function fileOf({ input, kind }: CheckCase, index: number): string {
  const path = join(directory, `${kind}-${index}.json`);
  writeFileSync(path, JSON.stringify(input));
  return path;
}

const cases = CHECK_CASES.map((one, index) => ({ ...one, file: fileOf(one, index) }));

/** Port 22 from 0.0.0.0/0. */
const SSH = 'CKV_AWS_24';
/** Inbound rules from anywhere, and of high-risk ports. */
const GUARD = ['CT.EC2.PR.3', 'CT.EC2.PR.4'];

describe.each([
  ['terraform', 'terraform_plan'],
  ['cloudformation', 'cloudformation'],
] as const)('checkov on %s', (kind, framework) => {
  const of = cases.filter((one) => one.kind === kind);
  let open: ReadonlySet<string>;

  beforeAll(() => {
    const found = checkovOn(
      of.map(({ file }) => file),
      framework,
    );
    open = new Set(found.filter(({ rule }) => rule === SSH).map(({ file }) => file));
  });

  it.each(of)('says of $name: $checkov', ({ file, checkov }) => {
    expect(open.has(basename(file)) ? 'open' : 'closed').toBe(checkov);
  });
});

describe('cfn-guard', () => {
  it.each(cases.filter(({ guard }) => guard !== undefined))(
    'says of $name: $guard',
    ({ file, guard }) => {
      const isOpen = REVIEWERS['cfn-guard'](file).some(({ rule }) => GUARD.includes(rule));

      expect(isOpen ? 'open' : 'closed').toBe(guard);
    },
    60_000,
  );
});
