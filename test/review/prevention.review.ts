// What checkov and cfn-guard say of the cases of docs/check.md.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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

describe('checkov', () => {
  it.each(cases)(
    'says of $kind, $name: $checkov',
    ({ file, kind, checkov }) => {
      const framework = kind === 'terraform' ? 'terraform_plan' : 'cloudformation';
      const isOpen = checkovOn(file, framework).some(({ rule }) => rule === SSH);

      expect(isOpen ? 'open' : 'closed').toBe(checkov);
    },
    60_000,
  );
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
