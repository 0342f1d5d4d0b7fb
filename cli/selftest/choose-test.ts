// What a self-test opens: something that a policy in force forbids in a group that nothing uses.
import type { IpPermission } from '@aws-sdk/client-ec2';
import type { Mode } from '../../lib/config.ts';
import { evaluate } from '../../lib/evaluate/evaluate.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { mayRevoke } from '../../lib/policy/policy-modes.ts';
import { parseRule, type SecurityGroup } from '../../lib/rule.ts';

export interface ChosenTest {
  readonly permission: IpPermission;
  /** The policy that forbids it. */
  readonly policy: Policy;
}

/** Ports that policies are about, those of the most severe first. */
const PORTS = [22, 3389, 3306, 5432, 23, 445, 1433, 6379, 27017, 9200, 8080, 80, 443];

/** The first rule that a policy would have revoked at once, or else the first that one reports; undefined where none forbids any. */
export function chooseTest(
  policies: readonly Policy[],
  group: SecurityGroup,
  region: string,
  now: Date,
): ChosenTest | undefined {
  const inForce = policies.filter(({ grace, action }) => grace === undefined && action !== 'trim');
  const found = PORTS.flatMap((port) => forbidding(inForce, group, region, port, now));
  return found.find(({ policy }) => mayRevoke(policy)) ?? found[0];
}

function forbidding(
  policies: readonly Policy[],
  group: SecurityGroup,
  region: string,
  port: number,
  now: Date,
): readonly ChosenTest[] {
  const range = { IpProtocol: 'tcp', FromPort: port, ToPort: port };
  const rule = parseRule({
    ...{ ...range, SecurityGroupRuleId: 'test', GroupId: group.id, GroupOwnerId: group.ownerId },
    ...{ IsEgress: false, CidrIpv4: '0.0.0.0/0' },
  });
  const verdicts = evaluate([rule], new Set([rule.id]), policies, {
    ...{ group, region, accountId: group.ownerId, principals: 'unknown', now },
    prefixLists: new Map(),
    vpcs: { associated: [], home: undefined, others: undefined },
  });
  const violated = verdicts.flatMap(({ verdict, policy }) => (verdict === 'violation' ? [policy] : []));
  const policy = violated.find(mayRevoke) ?? violated[0];
  if (policy === undefined) return [];
  const permission = { ...range, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'portcullis selftest' }] };
  return [{ permission, policy }];
}

/** What becomes of the rule if all works, in a deployment of that mode. */
export function expectedOf({ policy }: ChosenTest, mode: Mode): 'revoked' | 'dry-run' | 'notify' {
  if (policy.action === 'notify') return 'notify';
  return mode === 'enforce' && mayRevoke(policy) ? 'revoked' : 'dry-run';
}
