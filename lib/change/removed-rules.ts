// Which rules a revoke removed, as far as its record tells.
import type { Direction, SecurityGroupRule } from '../rule.ts';
import { parseRule } from '../rule.ts';
import { describedRule } from './changed-rules.ts';
import { field, list, text } from './cloudtrail.ts';
import { rulesOfRequest } from './requested-rules.ts';

export interface RemovedRules {
  /** Those with a known content; without an id where the record has none. */
  readonly rules: readonly SecurityGroupRule[];
  /** Those of which the record has the id alone. */
  readonly ids: readonly string[];
  /** Whether EC2 says which rules were there: an older record only tells what was asked for. */
  readonly isAnswered: boolean;
}

/**
 * The answer has the rules since 2024; before that there is only the request, which may have asked for what was not there
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html).
 */
export function removedRules(
  request: unknown,
  response: unknown,
  groupId: string,
  direction: Direction,
): RemovedRules {
  const place = { GroupId: groupId, IsEgress: direction === 'egress' };
  const answered = list(field(response, 'revokedSecurityGroupRuleSet'));
  if (answered.length > 0) {
    const rules = answered.map((one) =>
      parseRule({
        ...place,
        ...describedRule(one),
        SecurityGroupRuleId: text(field(one, 'securityGroupRuleId')),
      }),
    );
    return { rules, ids: [], isAnswered: true };
  }
  const asked = list(field(request, 'securityGroupRuleIds'));
  const ids = asked.flatMap((one) => text(one) ?? text(field(one, 'securityGroupRuleId')) ?? []);
  const rules = ids.length > 0 ? [] : rulesOfRequest(request).map((one) => parseRule({ ...place, ...one }));
  return { rules, ids, isAnswered: false };
}
