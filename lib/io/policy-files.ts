// The policy files of a directory, as their authors wrote them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PolicyIssue, parsePolicyFile } from '../policy/file.ts';
import type { PolicyDocument } from '../policy/schema.ts';

/** All issues of all policy files of a directory. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly issues: readonly PolicyIssue[];

  constructor(issues: readonly PolicyIssue[]) {
    super(
      issues.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'),
    );
    this.issues = issues;
  }
}

/** Reads every `<id>.yaml` of a directory, by name; throws PolicyError with all issues at once. */
export function readPolicyFiles(directory: string): readonly PolicyDocument[] {
  const files = readdirSync(directory).filter(
    (name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'),
  );
  const parsed = files.toSorted().map((name) => {
    const file = join(directory, name);
    return parsePolicyFile(file, readFileSync(file, 'utf8'));
  });
  const misnamed = readdirSync(directory).filter((name) => name.endsWith('.yml'));
  const issues = parsed.flatMap((result) => (result.ok ? [] : result.issues));
  for (const name of misnamed) {
    issues.push({ file: join(directory, name), line: 1, column: 1, message: 'a policy file ends in .yaml' });
  }
  if (files.length === 0)
    issues.push({ file: directory, line: 1, column: 1, message: 'no policy file (*.yaml) here' });
  if (issues.length > 0) throw new PolicyError(issues);
  return parsed.flatMap((result) => (result.ok ? [result.policy] : []));
}
