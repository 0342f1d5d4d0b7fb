// The policies that the build shipped beside the code.
import { readFileSync } from 'node:fs';
import type { PolicyDocument } from '../policy/schema.ts';
import { compilePolicy, type Policy } from '../policy.ts';

/** Reads and compiles the JSON that `compile-policies` wrote from valid policy files. */
export function readCompiledPolicies(file: URL): readonly Policy[] {
  const documents: readonly PolicyDocument[] = JSON.parse(readFileSync(file, 'utf8'));
  return documents.map(compilePolicy);
}
