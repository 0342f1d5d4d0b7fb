// Why rules were evaluated that the event did not add.
import type { ChangedRules, ChangedWords } from '../../change/changed-rules.ts';
import { wordsOf } from '../../change/words.ts';
import { revocations } from '../../plan/plan.ts';
import type { Facts } from '../facts.ts';
import { durationInWords } from '../times.ts';

/** One sentence, for the caller who changed no rule; none where the event added or changed the rules themselves. */
export function whyNow({ change: { rules } }: Facts): readonly string[] {
  const words = wordsOf(rules);
  return [words === undefined ? OCCASIONS[occasionOf(rules)] : REWORDED[words.of]].flatMap(
    (sentence) => sentence ?? [],
  );
}

/** `The grace period of ssh-tagged (10 minutes) is over.`, for rules whose policies all gave people time, where that time has passed. */
export function graceOver({ change, plan, outcomes, now }: Facts): readonly string[] {
  const elapsed = now.getTime() - Date.parse(change.time ?? '');
  const policies = revocations(plan).map(({ verdicts }) => verdicts.map(({ policy }) => policy));
  const over = policies.filter((all) => all.every(({ grace = Infinity }) => grace <= elapsed)).flat();
  if (outcomes.length === 0) return [];
  return [...new Set(over)].map(
    ({ id, grace = 0 }) => `The grace period of ${id} (${durationInWords(grace)}) is over.`,
  );
}

/** What brought rules up may still be known where they are named by id. */
function occasionOf(rules: ChangedRules): ChangedRules['by'] {
  if ('vpcId' in rules && rules.vpcId !== undefined) return 'vpc';
  return 'tags' in rules && rules.tags !== undefined ? 'tags' : rules.by;
}

const OCCASIONS: Partial<Readonly<Record<ChangedRules['by'], string>>> = {
  group:
    'The event does not say which rules are new, so Portcullis evaluated all rules of that direction that it did not know yet.',
  'prefix-list':
    'The entries of a prefix list changed, so Portcullis evaluated the rules of this group that refer to it.',
  vpc: 'The group was associated with another VPC, so Portcullis evaluated all its rules against the policies that look at VPCs.',
  tags: 'Tags of the group changed, so Portcullis evaluated all its rules against the policies that look at these tags.',
};

const REWORDED: Readonly<Record<ChangedWords['of'], string>> = {
  description:
    'A description changed, so Portcullis evaluated the rules with new descriptions against the policies that look at descriptions.',
  tags: 'Tags of rules changed, so Portcullis evaluated these rules against the policies that look at these tags.',
};
