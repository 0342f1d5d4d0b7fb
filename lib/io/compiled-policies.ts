// The policies that the build shipped beside the code.
import { readFileSync } from 'node:fs';
import { compilePolicy, type Policy } from '../policy/policy.ts';
import { withoutOff } from '../policy/policy-modes.ts';
import type { PolicyDocument } from '../policy/schema.ts';

/** Reads the JSON that the build wrote from valid policy files, and compiles the policies that are not off. */
export function readCompiledPolicies(file: URL): readonly Policy[] {
  const documents: readonly PolicyDocument[] = JSON.parse(readFileSync(file, 'utf8'));
  return withoutOff(documents.map(compilePolicy));
}
