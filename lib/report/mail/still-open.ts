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
      [...residual].map((rule) => `${named(rule)} lets in the same${leftBy(rule, facts)}`),
      MOST,
    ),
    ...shorten(
      others.map((rule) => `${named(rule)} violates too, and is not part of this change`),
      MOST,
    ),
  ];
}

function named(rule: SecurityGroupRule): string {
  return `${directedRule(rule)} [${rule.id}]`;
}

function leftBy(rule: SecurityGroupRule, { added = [] }: Facts): string {
  return added.includes(rule) ? ': an earlier try added it' : ', and is not part of this change';
}

/** The commands that revoke what is open; of a group of another account, for its owner. */
export function closeIt(facts: Facts): readonly string[] {
  const { group, target } = facts;
  const open = reportedRules(facts).filter(isOpen);
  const rules = [...new Set([...open.map(({ rule }) => rule), ...residualExposure(facts)])];
  if (rules.length === 0) return [];
  const owner = isForeign(group, target) ? [`With credentials of account ${group.ownerId}:`] : [];
  const sweep = open.some(({ status }) => status === 'dry-run' || status === 'would-trim')
    ? ['Turning enforcement on later does not revoke it: only a sweep that enforces does.']
    : [];
  const all =
    rules.length > MOST_NAMED ? [`${auditCommandLine(target, ' --commands')}  for all of them`] : [];
  return [...sweep, ...owner, ...closeCommands(rules.slice(0, MOST_NAMED), facts), ...all];
}

/** More ids than these make a command that nobody reads. */
const MOST_NAMED = 20;
