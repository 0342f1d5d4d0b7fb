// What an audit knows beside its findings.
import type { Policy } from '../../lib/policy/policy.ts';
import type { PolicySource } from '../input/policy-source.ts';
import type { Summary } from './finding.ts';

export interface AuditFacts {
  /** Those that were asked, and what they are from. */
  readonly policies: readonly Policy[];
  readonly source: PolicySource;
  /** Complete when all pages have come, as is `visited`. */
  readonly summary: Readonly<Summary>;
  /** Accounts and regions that were audited. */
  readonly visited: ReadonlySet<string>;
}
