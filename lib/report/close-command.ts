// The command that closes one rule by hand.
import { type SecurityGroupRule, toIpPermission } from '../rule.ts';
import { sanitizeJson, shellQuote } from './sanitize.ts';

/**
 * An AWS CLI command that revokes the rule by its properties, as Portcullis does: if somebody has changed it in the meantime, nothing
 * is revoked. A description need not match.
 */
export function closeCommand(
  rule: SecurityGroupRule,
  { region, profile }: { readonly region: string; readonly profile?: string | undefined },
): string {
  const { Description: _, ...aws } = rule.aws;
  return [
    `aws ec2 revoke-security-group-${rule.direction}`,
    ...(profile === undefined ? [] : [`--profile ${shellQuote(profile)}`]),
    `--region ${shellQuote(region)}`,
    `--group-id ${shellQuote(rule.groupId)}`,
    `--ip-permissions ${shellQuote(sanitizeJson([toIpPermission({ ...rule, aws })]))}`,
  ].join(' ');
}
