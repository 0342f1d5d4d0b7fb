// The fingerprint of a rule: a few bytes that a complete sweep stores, enough to say that the rule has not changed since.
import { createHash } from 'node:crypto';
import type { Policy } from '../policy/policy.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';

/** What is known of one group's rules since the last complete sweep. */
export interface SeenRules {
  /** The fingerprints of the rules as that sweep saw them. */
  readonly rules: ReadonlySet<string>;
  /** The ids of the rules that were otherwise since it began; `all` where nobody can say which. */
  readonly modified: ReadonlySet<string> | 'all';
}

/** The same, with the hash of the policies of the sweep. */
export interface Fingerprints extends SeenRules {
  readonly policies: string;
}

/** Whether the sweep saw the rule as it is, and it was never otherwise since. */
export function isUnchanged(rule: SecurityGroupRule, { rules, modified }: SeenRules): boolean {
  return rules.has(fingerprintOf(rule)) && modified !== 'all' && !modified.has(rule.id);
}

/** Hexadecimal digits of a fingerprint. */
export const FINGERPRINT_LENGTH = 16;

/** Eight bytes of a SHA-256 over id and content: nobody can find another content for a rule with the same fingerprint. */
export function fingerprintOf(rule: SecurityGroupRule): string {
  return sha256(`${rule.id} ${contentOf(rule)}`).slice(0, FINGERPRINT_LENGTH);
}

/** A hash that is the same for the same policies, evaluated with the same engine. */
export function hashPolicies(policies: readonly Policy[]): string {
  return sha256(JSON.stringify(policies.map(({ key, document }) => [key, document]))).slice(0, 32);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
