// What a complete sweep remembers of every rule, in a few bytes: enough to say that a rule has not changed since.
import { createHash } from 'node:crypto';
import type { Policy } from '../policy/policy.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';

/** The rules of one group as the last complete sweep saw them. */
export interface Fingerprints {
  /** The hash of the policies that the sweep judged by. */
  readonly policies: string;
  readonly rules: ReadonlySet<string>;
}

/** Hexadecimal digits of a fingerprint. */
export const FINGERPRINT_LENGTH = 16;

/** Eight bytes of a SHA-256 over id and content: whoever changes a rule cannot find another content with the same. */
export function fingerprintOf(rule: SecurityGroupRule): string {
  return sha256(`${rule.id} ${contentOf(rule)}`).slice(0, FINGERPRINT_LENGTH);
}

/** The same for the same policies, judged by the same engine. */
export function hashPolicies(policies: readonly Policy[]): string {
  return sha256(JSON.stringify(policies.map(({ key, document }) => [key, document]))).slice(0, 32);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
