// Which rules are in force, and what reads show of it. A write takes effect at once; each kind of read sees it
// only after `account.lag` reads more (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html).
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Account } from '../account.ts';
import type { ReadApi, StoredRule } from '../account-state.ts';

/** The rules of a group that are in force, whether reads show them yet or not: the truth, for before and after. */
export function inForce(account: Account, groupId: string): readonly AwsSecurityGroupRule[] {
  return account.rules
    .filter(({ rule, goneAt }) => rule.GroupId === groupId && goneAt === undefined)
    .map(({ rule }) => rule);
}

/** What the read of that number shows; pages of one read have one number, and so one view. */
export function shownBy(account: Account, api: ReadApi, read: number): readonly AwsSecurityGroupRule[] {
  return account.rules
    .filter(({ madeAt, hiddenFor }) => read > madeAt[api] + hiddenFor)
    .filter(({ goneAt, shownFor }) => goneAt === undefined || read <= goneAt[api] + shownFor)
    .map(({ rule }) => rule);
}

/** Puts a rule into force. */
export function store(account: Account, rule: AwsSecurityGroupRule, lag = account.lag): void {
  account.rules = [...account.rules, newVersion(account, rule, lag)];
}

/** Takes a rule out of force. */
export function discard(account: Account, rule: AwsSecurityGroupRule): void {
  account.rules = account.rules.map((stored) => (isCurrent(stored, rule) ? ended(account, stored) : stored));
}

/** Puts a new version of a rule, with the same id, in the place of the one in force. */
export function replace(account: Account, rule: AwsSecurityGroupRule): void {
  account.rules = account.rules.flatMap((stored) =>
    isCurrent(stored, rule) ? [ended(account, stored), newVersion(account, rule, account.lag)] : [stored],
  );
}

function newVersion({ reads }: Account, rule: AwsSecurityGroupRule, lag: number): StoredRule {
  return { rule, madeAt: { ...reads }, hiddenFor: lag, goneAt: undefined, shownFor: 0 };
}

function ended({ reads, lag }: Account, stored: StoredRule): StoredRule {
  return { ...stored, goneAt: { ...reads }, shownFor: lag };
}

function isCurrent({ rule, goneAt }: StoredRule, { SecurityGroupRuleId: id }: AwsSecurityGroupRule): boolean {
  return goneAt === undefined && rule.SecurityGroupRuleId === id;
}
