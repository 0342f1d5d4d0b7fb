// What is still open, and the commands that revoke it.
import type { SecurityGroupRule } from '../../rule.ts';
import { isForeign } from '../../target.ts';
import type { Facts } from '../facts.ts';
import { auditCommandLine } from '../own-commands.ts';
import { directedRule } from '../phrases.ts';
import { isOpen, reportedRules } from '../reported-rule.ts';
import { residualExposure } from '../residual-exposure.ts';
import { shorten } from '../sanitize.ts';
import { closeCommands } from '../undo-commands.ts';

const MOST = 5;

/** Older rules that violate too: those first that let in what was just closed. */
export function alsoOpen(facts: Facts): readonly string[] {
  const residual = new Set(residualExposure(facts));
  const others = facts.plan.untouched.map(({ rule }) => rule).filter((rule) => !residual.has(rule));
  return [
    ...shorten(
      [...residual].map((rule) => `${named(rule)} allows this traffic or a part of it${leftBy(rule, facts)}`),
      MOST,
    ),
    ...shorten(
      others.map((rule) => `${named(rule)} violates a policy too${NOT_CHANGED}`),
      MOST,
    ),
  ];
}

function named(rule: SecurityGroupRule): string {
  return `${directedRule(rule)} [${rule.id}]`;
}

function leftBy(rule: SecurityGroupRule, { added = [] }: Facts): string {
  return added.includes(rule) ? ': an earlier try added it' : NOT_CHANGED;
}

const NOT_CHANGED = '; Portcullis left it, because this change did not touch it';

/** The commands that revoke what is open; of a group of another account, for its owner. */
export function closeIt(facts: Facts): readonly string[] {
  const { group, target } = facts;
  const open = reportedRules(facts).filter(isOpen);
  const rules = [...new Set([...open.map(({ rule }) => rule), ...residualExposure(facts)])];
  if (rules.length === 0) return [];
  const owner = isForeign(group, target) ? [`With credentials of account ${group.ownerId}:`] : [];
  const all =
    rules.length > MOST_NAMED ? [`${auditCommandLine(target, ' --commands')}  for all of them`] : [];
  return [...owner, ...closeCommands(rules.slice(0, MOST_NAMED), facts), ...all];
}

/** What people may expect of a dry run that does not happen. */
export function staysOpen(facts: Facts): readonly string[] {
  const isDryRun = reportedRules(facts).some(({ status }) => status === 'dry-run' || status === 'would-trim');
  return isDryRun
    ? ['Enforcing the policy later does not revoke what is open already. Only an enforcing sweep does.']
    : [];
}

/** More ids than these make a command that nobody reads. */
const MOST_NAMED = 20;
