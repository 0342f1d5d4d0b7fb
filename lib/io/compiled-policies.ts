// The policies that the build shipped beside the code.
import { readFileSync } from 'node:fs';
import { compilePolicy, type Policy } from '../policy/policy.ts';
import type { PolicyDocument } from '../policy/schema.ts';

/** Reads and compiles the JSON that `compile-policies` wrote from valid policy files. */
export function readCompiledPolicies(file: URL): readonly Policy[] {
  const documents: readonly PolicyDocument[] = JSON.parse(readFileSync(file, 'utf8'));
  return documents.map(compilePolicy);
}
