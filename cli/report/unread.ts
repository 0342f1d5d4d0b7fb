// What an audit could not read, and how to provide it.
import { counted } from '../../lib/report/phrases.ts';
import { sanitize } from '../../lib/report/sanitize.ts';
import type { Audited } from './finding.ts';

/** The keys of an export that hold VPCs, with the call that prints each. */
const PRINTED_BY: Readonly<Record<string, string>> = {
  Vpcs: 'describe-vpcs',
  SecurityGroupVpcAssociations: 'describe-security-group-vpc-associations',
};

/** Counts by name what findings depend on that was not read. */
export type UnreadCounts = Map<string, number>;

export function countUnread(counts: UnreadCounts, findings: readonly Audited[]): void {
  for (const name of findings.flatMap(({ finding: { unread = [] } }) => unread))
    counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** More than these are not named. */
const NAMED = 20;

/** Lines that name what undecided findings depend on; none where nothing was unread. */
export function showUnread(counts: UnreadCounts, isLive: boolean): readonly string[] {
  if (counts.size === 0) return [];
  const [keys, lists] = [[...counts.keys()].filter(isKey), [...counts.keys()].filter((name) => !isKey(name))];
  return [
    '',
    'Some rules could not be evaluated without:',
    ...[...counts]
      .slice(0, NAMED)
      .map(([name, count]) => `- ${inWords(name)} (${counted(count, 'finding')})`),
    ...(counts.size > NAMED ? [`- ${counts.size - NAMED} more`] : []),
    '',
    ...(lists.length === 0
      ? []
      : [`For prefix lists, use --prefix-lists FILE, with JSON such as ${exampleOf(lists)}.`]),
    ...(isLive
      ? ['The findings say why it was not read: correct the name in the policy, or grant the permission.']
      : [...keys.map(addKey), 'Or leave out --from: with AWS credentials, the audit reads all of it.']),
  ];
}

function isKey(name: string): boolean {
  return PRINTED_BY[name] !== undefined;
}

function inWords(name: string): string {
  return isKey(name) ? name : `the entries of prefix list ${sanitize(name)}`;
}

function exampleOf(lists: readonly string[]): string {
  return JSON.stringify(
    Object.fromEntries(lists.slice(0, NAMED).map((name) => [sanitize(name), ['203.0.113.0/24']])),
  );
}

function addKey(key: string): string {
  return `For ${key}, add what \`aws ec2 ${PRINTED_BY[key]}\` prints to the file of --from.`;
}
