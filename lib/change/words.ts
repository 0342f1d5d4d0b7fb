// Changes of what rules say of themselves, their descriptions and tags: they let in what they let in before, and only policies that
// look at these words are asked.
import type { Changed } from './change.ts';
import type { ChangedRules, ChangedWords } from './changed-rules.ts';

/** The words that changed; undefined where more than words may have changed. */
export function wordsOf(rules: ChangedRules): ChangedWords | undefined {
  return 'words' in rules ? rules.words : undefined;
}

/** Whether only some policies are asked about a change: those that look at tags, at VPCs or at words. */
export function isForSome(rules: ChangedRules): boolean {
  return 'tags' in rules || 'vpcId' in rules || wordsOf(rules) !== undefined;
}

/** A modification as the change of those rules of which it only changed the descriptions; undefined for any other change. */
export function rewordingIn(change: Changed): Changed | undefined {
  const { eventName, rules } = change;
  if (eventName !== 'ModifySecurityGroupRules' || rules.by !== 'id') return undefined;
  const said = rules.rules.flatMap(({ id, aws }) =>
    aws.Description === undefined ? [] : [[id, aws.Description] as const],
  );
  const words = { of: 'description' as const, descriptions: Object.fromEntries(said), isOfUnchanged: true };
  return { ...change, rules: { ...rules, words }, madeBy: 'unknown' };
}
