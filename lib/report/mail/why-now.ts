// Why rules were evaluated that the event did not add.
import type { ChangedRules, ChangedWords } from '../../change/changed-rules.ts';
import { wordsOf } from '../../change/words.ts';
import type { Facts } from '../facts.ts';

/** One sentence, for the caller who changed no rule; none where the event added or changed the rules themselves. */
export function whyNow({ change: { rules } }: Facts): readonly string[] {
  const words = wordsOf(rules);
  return [words === undefined ? OCCASIONS[occasionOf(rules)] : REWORDED[words.of]].flatMap(
    (sentence) => sentence ?? [],
  );
}

/** What brought rules up may still be known where they are named by id. */
function occasionOf(rules: ChangedRules): ChangedRules['by'] {
  if ('vpcId' in rules && rules.vpcId !== undefined) return 'vpc';
  return 'tags' in rules && rules.tags !== undefined ? 'tags' : rules.by;
}

const OCCASIONS: Partial<Readonly<Record<ChangedRules['by'], string>>> = {
  group:
    'The event does not say which rules are new. All rules of that direction were evaluated that were not known yet.',
  'prefix-list':
    'The entries of a prefix list changed. The rules of this group that refer to it were evaluated.',
  vpc: 'The group was associated with another VPC. All its rules were evaluated against the policies that look at VPCs.',
  tags: 'Tags of the group changed. All its rules were evaluated against the policies that look at these tags.',
};

const REWORDED: Readonly<Record<ChangedWords['of'], string>> = {
  description:
    'A description changed. The rules with new descriptions were evaluated against the policies that look at descriptions.',
  tags: 'Tags of rules changed. These rules were evaluated against the policies that look at these tags.',
};
