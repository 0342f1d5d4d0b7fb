// What tells apart two versions of a policy: another key means that it forbids something else.
import { createHash } from 'node:crypto';
import type { PolicyDocument } from './schema.ts';

/**
 * Counted up with each change of the engine that changes a verdict: then every policy is as good as new to the breaker.
 * test/lib/evaluate/engine-version.test.ts notices such a change.
 */
export const ENGINE_VERSION = 3;

/** `<id>#<hash>` of what the policy forbids and where; texts, severity, exceptions and action are no part of it. */
export function policyKey({ id, match, scope }: PolicyDocument): string {
  const said = JSON.stringify([ENGINE_VERSION, match, scope ?? null]);
  return `${id}#${createHash('sha256').update(said).digest('hex').slice(0, 16)}`;
}
