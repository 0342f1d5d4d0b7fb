import { expect } from 'vitest';
import { parsePolicyFile } from '../../../lib/policy/policy-file.ts';
import type { Parsed } from '../../../lib/policy/read-yaml.ts';
import type { PolicyDocument } from '../../../lib/policy/schema.ts';

/** What is read from the text; a refusal names at least one place in it. */
export function read(text: string, file = 'policies/p.yaml'): Parsed<PolicyDocument> {
  const result = parsePolicyFile(file, text);
  const lines = text.split('\n').length;
  const issues = result.ok ? [] : result.issues;
  expect(result.ok || issues.length > 0).toBe(true);
  for (const { line, column, message } of issues) {
    expect([line, column].every(Number.isInteger) && line >= 1 && line <= lines && column >= 1).toBe(true);
    expect(message).not.toBe('');
  }
  return result;
}
