// From a change to the groups that it is about: one, or all whose rules refer to what has changed.
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Changed } from '../change/change.ts';
import type { ChangedRules, ChangedWords } from '../change/changed-rules.ts';
import { ruleFromGroup } from '../change/requested-rules.ts';
import { rewordingIn, wordsOf } from '../change/words.ts';
import { looksAtWords } from '../evaluate/policies-for.ts';
import { vpcsNeeded } from '../evaluate/vpcs-needed.ts';
import type { Policy } from '../policy/policy.ts';
import { isSettled, NotVisibleError } from '../remediation/changed-rules.ts';
import type { Target } from '../target.ts';
import { findAllByName, findGroupsByPrefixList, findGroupsOfRules, readPrefixListState } from './aws/ec2.ts';
import { clientsFor, type World } from './world.ts';

/** Pauses before each look at a prefix list that is still being changed. */
const BACK_OFF = [0, 2000, 4000, 8000];

/**
 * The change as it concerns each group; none where nobody refers to the list, or no policy looks at the tags, at VPCs or at the words
 * of rules.
 */
export async function affected(world: World, target: Target, change: Changed): Promise<readonly Changed[]> {
  const { rules } = change;
  const { ec2 } = clientsFor(world, target);
  const words = wordsOf(rules);
  if (words !== undefined && !isLookedAt(world, words)) return [];
  switch (rules.by) {
    case 'prefix-list':
      return inEach(
        byWhoeverEdited(change, rules, await waitForEntries(ec2, world.wait, rules.prefixListId)),
        await findGroupsByPrefixList(ec2, rules.prefixListId),
      );
    case 'tags':
      return [
        ...inEach(change, world.policies.some(isAboutTags) ? rules.groupIds : []),
        ...(await retagged(world, ec2, change, rules)),
      ];
    case 'vpc':
      return vpcsNeeded(world.policies).associations ? [change] : [];
    case 'content':
      return withSourceIds(ec2, target, change, rules);
    default:
      return [change, ...rewordings(world, change)];
  }
}

function isLookedAt({ policies, now }: World, words: ChangedWords): boolean {
  return policies.some((policy) => looksAtWords(policy, words, now()));
}

/** The rules of a modification of which it only changed the descriptions, where a policy looks at them. */
function rewordings(world: World, change: Changed): readonly Changed[] {
  const reworded = rewordingIn(change);
  const words = reworded && wordsOf(reworded.rules);
  return reworded === undefined || words === undefined || !isLookedAt(world, words) ? [] : [reworded];
}

/** The rules whose tags changed, where a policy looks at them. */
async function retagged(
  world: World,
  ec2: EC2Client,
  change: Changed,
  { ruleIds, tags, isRemoval }: Extract<ChangedRules, { by: 'tags' }>,
): Promise<readonly Changed[]> {
  const words = { of: 'tags', tags, isRemoval } as const;
  if (ruleIds.length === 0 || !isLookedAt(world, words)) return [];
  const found = [...(await findGroupsOfRules(ec2, ruleIds))];
  const isWhole = found.flatMap(([, ids]) => ids).length === ruleIds.length;
  if (!isWhole && !isSettled(change, world.now())) {
    throw new NotVisibleError('not all rules whose tags changed are visible yet');
  }
  return found.map(([id, ids]) => {
    return { ...change, group: { by: 'id', id }, rules: { by: 'id', ids, rules: [], words } };
  });
}

/**
 * The change with source groups that it names by their ids. Where a name does not say which group it is, every rule of the
 * direction may be new, as for a call that names none; of new descriptions nobody knows whose they are.
 */
async function withSourceIds(
  ec2: EC2Client,
  { accountId }: Target,
  change: Changed,
  { rules, namedSources = [], words }: Extract<ChangedRules, { by: 'content' }>,
): Promise<readonly Changed[]> {
  const found = await Promise.all(
    namedSources.map(async (named) => {
      if (named.ownerId !== undefined && named.ownerId !== accountId) return undefined;
      const [id, ...more] = await findAllByName(ec2, named.groupName, accountId);
      return id === undefined || more.length > 0 ? undefined : ruleFromGroup(named, id);
    }),
  );
  const known = found.filter((rule) => rule !== undefined);
  if (known.length === found.length) {
    return [{ ...change, rules: { by: 'content', rules: [...rules, ...known], ...(words && { words }) } }];
  }
  return words === undefined ? [{ ...change, rules: { by: 'group' }, madeBy: 'unknown' }] : [];
}

function isAboutTags({ scope, exceptions }: Policy): boolean {
  return [scope, ...exceptions.map(({ where }) => where)].some((it) => it?.groups?.tags !== undefined);
}

function inEach(change: Changed, groupIds: readonly string[]): readonly Changed[] {
  return groupIds.map((id) => ({ ...change, group: { by: 'id', id } }));
}

/** What the list lets in may be somebody else's doing, if it was edited again since. */
function byWhoeverEdited(
  change: Changed,
  { version }: Extract<ChangedRules, { by: 'prefix-list' }>,
  live: number | undefined,
): Changed {
  const isLater = version !== undefined && live !== undefined && live > version;
  return isLater ? { ...change, madeBy: 'unknown' } : change;
}

/** The version of the list once its change is complete: until then, reads may give the entries as they were. */
async function waitForEntries(
  ec2: EC2Client,
  wait: World['wait'],
  prefixListId: string,
): Promise<number | undefined> {
  for (const pause of BACK_OFF) {
    if (pause > 0) await wait(pause);
    const list = await readPrefixListState(ec2, prefixListId);
    if (list?.State?.endsWith('-in-progress') !== true) return list?.Version;
  }
  throw new NotVisibleError(`prefix list ${prefixListId} is still being changed`);
}
