// The fingerprint of a rule: a few bytes that a complete sweep stores, enough to say that the rule has not changed since.
import { createHash } from 'node:crypto';
import type { Policy } from '../policy/policy.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';

/** The fingerprints of one group's rules, as the last complete sweep saw them. */
export interface Fingerprints {
  /** The hash of the policies that the sweep judged by. */
  readonly policies: string;
  readonly rules: ReadonlySet<string>;
  /** The ids of the rules that were otherwise since that sweep began; `all` where nobody can say which. */
  readonly modified: ReadonlySet<string> | 'all';
}

/** Hexadecimal digits of a fingerprint. */
export const FINGERPRINT_LENGTH = 16;

/** Eight bytes of a SHA-256 over id and content: nobody can find another content for a rule with the same fingerprint. */
export function fingerprintOf(rule: SecurityGroupRule): string {
  return sha256(`${rule.id} ${contentOf(rule)}`).slice(0, FINGERPRINT_LENGTH);
}

/** A hash that is the same for the same policies, judged by the same engine. */
export function hashPolicies(policies: readonly Policy[]): string {
  return sha256(JSON.stringify(policies.map(({ key, document }) => [key, document]))).slice(0, 32);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
