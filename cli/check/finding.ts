// What `portcullis check` finds: the findings of an audit, with the place in a file instead of a rule id.
import type { Caveat } from '../../lib/infrastructure/declared.ts';
import type { Missing } from '../../lib/infrastructure/declared-place.ts';
import type { AuditFinding, Summary } from '../report/finding.ts';

export interface CheckFinding extends Omit<AuditFinding, 'ruleId' | 'exposure' | 'known'> {
  /** The Terraform address or the CloudFormation logical id of what declares the rule. */
  readonly address: string;
  /** The file that declares it; of a plan that is the plan itself, unless its source is known. */
  readonly file: string;
  /** The line in that file; undefined where it does not say. */
  readonly line?: number;
  /** The plan or template that was checked. */
  readonly checked: string;
  /** The conditions of the template under which it holds; left out where it always does. */
  readonly when?: readonly string[];
  /** What of the group is not known, and leaves it undecided. */
  readonly missing?: readonly Missing[];
  /** The exceptions that would excuse it if one of their principals deploys it. */
  readonly wouldNeed?: readonly string[];
}

export interface FileCaveat extends Caveat {
  readonly file: string;
}

export interface CheckResult {
  readonly findings: readonly CheckFinding[];
  readonly caveats: readonly FileCaveat[];
  readonly summary: Summary;
}
