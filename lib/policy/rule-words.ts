// The words that people write on a rule: its description and its tags.
import { parseTags, type SecurityGroupRule } from '../rule.ts';
import { fits, hasTags } from './selector.ts';

/** All that is given must hold; patterns may hold `*`. */
export interface RuleWords {
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** True when the rule has a description, and tags, that fit. No pattern fits a description that is not there. */
export function hasWords({ aws }: SecurityGroupRule, { description, tags = {} }: RuleWords): boolean {
  const isDescribed =
    description === undefined || (aws.Description !== undefined && fits(aws.Description, [description]));
  return isDescribed && hasTags(parseTags(aws.Tags), tags);
}
