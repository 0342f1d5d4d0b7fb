// What prefix lists may hold that cannot be read.
import fc from 'fast-check';
import { type Block, block, isSameList, type TinyGroup, type TinyPolicy } from './world.ts';

const EVERYTHING: readonly Block[] = [
  { line: 'all ipv4', base: 0, bits: 0 },
  { line: 'all ipv6', base: 0, bits: 0 },
];

/** What any two of the lists may hold. */
export const contents = fc.array(fc.array(block, { maxLength: 3 }), { minLength: 2, maxLength: 2 });

/** The group as it may be: each unread list holds what it holds, nothing, everything, or one of these, in every combination. */
export function worldsOf(
  { rules, lists }: TinyGroup,
  others: readonly (readonly Block[])[],
): readonly TinyGroup[] {
  const ids = Object.keys(lists).filter((id) => id !== 'office' && lists[id]?.isReadable === false);
  const worlds = ids.reduce<readonly TinyGroup['lists'][]>(
    (so, id) =>
      so.flatMap((all) =>
        [lists[id]?.entries ?? [], [], EVERYTHING, ...others].map((entries) => ({
          ...all,
          [id]: { entries, isReadable: false },
        })),
      ),
    [lists],
  );
  return worlds.map((all) => {
    const office = all['pl-0000000b'];
    return { rules, lists: office === undefined ? all : { ...all, office } };
  });
}

/** True if a list that cannot be read is one that a rule admits and that the policy lets in. */
export function hasListOfTwoRoles({ rules, lists }: TinyGroup, { allowed, exceptions }: TinyPolicy): boolean {
  const letIn = [
    ...(allowed === 'nobody' ? [] : allowed),
    ...exceptions.flatMap(({ sources = [] }) => sources),
  ].flatMap((source) => ('list' in source && lists[source.list]?.isReadable === false ? [source.list] : []));
  return rules.some(
    ({ source }) => source !== 'group' && 'list' in source && letIn.some((id) => isSameList(id, source.list)),
  );
}
