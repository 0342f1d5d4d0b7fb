// The commands that put rules back exactly as they were.
import { mayBeGone } from '../plan/plan.ts';
import { ownTags, parseRule, type SecurityGroupRule, toIpPermission } from '../rule.ts';
import type { Facts } from './facts.ts';
import { type Deployed, ownCommand } from './own-commands.ts';
import { sanitizeJson, shellQuote } from './sanitize.ts';

/** Tags can make a command longer than any message may be; the rule itself is always in the log. */
const LONGEST = 2000;

/**
 * An AWS CLI command that makes the same rule again, with description and tags; undefined if it is too long to send, or was
 * too long for the ledger.
 */
export function undoCommand(
  rule: SecurityGroupRule,
  { target, omittedTags = {} }: Pick<Facts, 'target' | 'omittedTags'>,
): string | undefined {
  if (omittedTags[rule.id] !== undefined) return undefined;
  const words = [
    'aws ec2',
    `authorize-security-group-${rule.direction}`,
    `--region ${shellQuote(target.region)}`,
    `--group-id ${shellQuote(rule.groupId)}`,
    `--ip-permissions ${shellQuote(sanitizeJson([toIpPermission(rule)]))}`,
  ];
  const tags = ownTags(rule);
  const specification = [{ ResourceType: 'security-group-rule', Tags: tags }];
  const tagged = tags.length === 0 ? [] : [`--tag-specifications ${shellQuote(sanitizeJson(specification))}`];
  const command = [...words, ...tagged].join(' ');
  return command.length <= LONGEST ? command : undefined;
}

/** AWS CLI commands that revoke these rules: one for each direction. */
export function closeCommands(
  rules: readonly SecurityGroupRule[],
  { target }: Pick<Facts, 'target'>,
): readonly string[] {
  return [...Map.groupBy(rules, ({ direction }) => direction)].map(([direction, alike]) =>
    [
      `aws ec2 revoke-security-group-${direction}`,
      `--region ${shellQuote(target.region)}`,
      `--group-id ${shellQuote(alike[0]?.groupId ?? '')}`,
      `--security-group-rule-ids ${alike.map(({ id }) => shellQuote(id)).join(' ')}`,
    ].join(' '),
  );
}

/** AWS CLI commands that add what should have stayed of a trimmed rule, and could not be added. */
export function addCommands(facts: Facts): readonly string[] {
  const missing = facts.outcomes
    .filter(mayBeGone)
    .flatMap(({ remainder = [] }) => remainder.filter(({ outcome }) => outcome === 'refused'));
  return missing.map(({ rule }) => undoInMail(parseRule(rule), facts));
}

/** The command, or where it is. */
export function undoInMail(rule: SecurityGroupRule, facts: Facts): string {
  return undoCommand(rule, facts) ?? `(${rule.id}: too long for a mail, see the log)`;
}

/**
 * The command for a record of the ledger: for all that the bot revoked, or for the rules of these ids. What somebody else removed, or
 * what may still be there, is restored only where it is named.
 */
export function restoreById(id: string, deployed: Deployed, ruleIds: readonly string[]): string {
  const named = ruleIds.map((ruleId) => ` --rule ${shellQuote(ruleId)}`).join('');
  return ownCommand(deployed, `restore ${id}`, named);
}

/**
 * The command of Portcullis that restores what a remediation revoked, and records it. Undefined for an id that a shell, a mail client
 * or the command line could take for something else: the caller of an event chooses its id.
 */
export function commandToRestore(facts: Facts): string | undefined {
  const { id } = facts;
  const gone = facts.outcomes.filter(mayBeGone);
  const isPlain = /^[0-9a-z](-?[0-9a-z])*(\/sg-[0-9a-z]+)?(\.\d+)?$/i.test(id);
  if (gone.length === 0 || !isPlain) return undefined;
  const isOwn = gone.some(({ outcome }) => outcome === 'revoked');
  const command = restoreById(id, facts, isOwn ? [] : gone.map(({ rule }) => rule.id));
  return command.length <= LONGEST ? command : undefined;
}
