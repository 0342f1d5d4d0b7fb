// What rules are called, and told apart by, where the trail contradicts itself.
import { ruleInWords } from '../report/phrases.ts';
import type { SecurityGroupRule } from '../rule.ts';

/** `rule sgr-0abc`, or what it allows. */
export function ruleName(rule: SecurityGroupRule): string {
  return rule.id === '' ? `a rule for ${ruleInWords(rule)}` : `rule ${rule.id}`;
}

/** Whether two rules of the same content are two; older records and exports have no ids. */
export function isAnother(a: SecurityGroupRule, b: SecurityGroupRule): boolean {
  return a.id !== '' && b.id !== '' && a.id !== b.id;
}
