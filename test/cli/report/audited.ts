// Findings as an audit makes them.
import type { Audited, AuditFinding, Pages } from '../../../cli/report/finding.ts';
import { parseRule, type SecurityGroup, type SecurityGroupRule } from '../../../lib/rule.ts';

export const FINDING = {
  policy: 'no-world-open-admin',
  severity: 'critical',
  verdict: 'violation',
  action: 'revoke',
  mode: 'enforce',
  groupId: 'sg-0123456789abcdef0',
  groupName: 'web',
  accountId: '111122223333',
  region: 'eu-west-1',
  ruleId: 'sgr-0123456789abcdef0',
  rule: { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' },
  reason: 'It allows tcp/22 from the whole internet.',
} as const satisfies AuditFinding;

const rules = new Map<string, SecurityGroupRule>();

/** A finding with its rule, which all findings on it share, and its group. */
export function audited(finding: AuditFinding, tags: SecurityGroup['tags'] = {}): Audited {
  const { groupId, groupName, accountId } = finding;
  const rule = { ...finding.rule, GroupId: groupId, SecurityGroupRuleId: finding.ruleId };
  const name = JSON.stringify([accountId, finding.region, rule]);
  rules.set(name, rules.get(name) ?? parseRule(rule));
  return {
    finding,
    rule: rules.get(name) ?? parseRule(rule),
    group: { id: groupId, name: groupName, ownerId: accountId, vpcId: 'vpc-0abc', tags },
  };
}

/** Pages as they come. */
export async function* come(pages: readonly (readonly Audited[])[]): Pages {
  yield* pages;
}

export async function joined(texts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}
