// Whether the prefix lists that policies refer to are there, in the account and region of the operator's credentials.
import { isUnread } from '../../lib/evaluate/prefix-lists.ts';
import { whyUnread } from '../../lib/evaluate/unread.ts';
import { readCallerAccount } from '../../lib/io/aws/caller.ts';
import { readPrefixLists } from '../../lib/io/aws/prefix-lists.ts';
import type { Warning } from '../../lib/policy/lint.ts';
import { isListReference } from '../../lib/policy/list-names.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import { fits } from '../../lib/policy/selector.ts';
import { asking, type Connection, connectEc2, connectSts } from './live.ts';

/** A warning for each reference to a list that cannot be read, in policies that hold in this account and region. */
export async function unreadLists(
  documents: readonly PolicyDocument[],
  connection: Connection,
): Promise<readonly Warning[]> {
  const all = documents.flatMap((document) =>
    referencesIn(document).map((one) => ({ ...one, policy: document.id, scope: document.scope })),
  );
  if (all.length === 0) return [];
  const ec2 = connectEc2(connection);
  const [region, account] = await asking(
    'the account cannot be read',
    Promise.all([ec2.config.region(), readCallerAccount(connectSts(connection))]),
  );
  const found = all.filter(({ scope }) => isIn(scope, region, account));
  const references = [...new Set(found.map(({ reference }) => reference))];
  const lists = await asking('the prefix lists cannot be read', readPrefixLists(ec2, references, account));
  return found.flatMap(({ reference, policy, path }) => {
    const known = lists.get(reference);
    if (!isUnread(known)) return [];
    const message = `${whyUnread(reference, known)}: in ${region} of account ${account}, rules that it might allow could not be evaluated`;
    return [{ policy, path, message }];
  });
}

/** The lists that policies refer to which hold in a region of an account, by id or name. */
export function listsNamedBy(
  documents: readonly PolicyDocument[],
  region: string,
  account: string,
): readonly string[] {
  const inForce = documents.filter(({ scope }) => isIn(scope, region, account));
  return [...new Set(inForce.flatMap(referencesIn).map(({ reference }) => reference))];
}

/** Whether a policy names a list, in `outside` or in an exception. */
export function namesList(document: PolicyDocument): boolean {
  return referencesIn(document).length > 0;
}

interface Reference {
  readonly reference: string;
  readonly path: Warning['path'];
}

function referencesIn({ match, exceptions = [] }: PolicyDocument): readonly Reference[] {
  const key = match.direction === 'egress' ? 'destination' : 'source';
  const peers = match[key];
  const allowed = peers === undefined || typeof peers === 'string' ? [] : peers.outside;
  return [
    ...referencesAt(['match', key, 'outside'], allowed),
    ...exceptions.flatMap(({ sources = [] }, index) =>
      referencesAt(['exceptions', index, 'sources'], sources),
    ),
  ];
}

function referencesAt(path: Warning['path'], texts: readonly string[]): readonly Reference[] {
  return texts.flatMap((text, index) =>
    isListReference(text) ? [{ reference: text, path: [...path, index] }] : [],
  );
}

function isIn(
  { regions, accounts }: PolicyDocument['scope'] & object = {},
  region: string,
  account: string,
): boolean {
  return (regions === undefined || fits(region, regions)) && (accounts?.includes(account) ?? true);
}
