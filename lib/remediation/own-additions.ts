// Rules that the bot added, known by their tag or by the ids that EC2 gave them.
import type { Tag } from '@aws-sdk/client-ec2';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import type { Attempt } from './state.ts';

/** The tag that names the record whose remediation added a rule. */
const RECORD_TAG = 'portcullis:record';

/** A tag value has at most 256 characters. */
export function recordTag(id: string): Tag {
  return { Key: RECORD_TAG, Value: id.slice(0, 256) };
}

/** True for a live rule that this or an earlier try of the same remediation added. */
export function isOwnAddition(rule: SecurityGroupRule, { entry, additions }: Attempt): boolean {
  const made = additions.get(contentOf(rule));
  if (made?.answer.kind === 'accepted') return made.id === undefined || made.id === rule.id;
  const { Value } = entry === undefined ? {} : recordTag(entry.id);
  return (rule.aws.Tags ?? []).some((tag) => tag.Key === RECORD_TAG && tag.Value === Value);
}
