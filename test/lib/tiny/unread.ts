// What may be so that cannot be read: the entries of prefix lists, and the associations of the group.
import fc from 'fast-check';
import {
  type Block,
  block,
  isSameList,
  type Lists,
  type Place,
  type TinyGroup,
  type TinyPolicy,
  VPCS,
} from './world.ts';

const EVERYTHING: readonly Block[] = [
  { line: 'all ipv4', base: 0, bits: 0 },
  { line: 'all ipv6', base: 0, bits: 0 },
];

/** What any two of the lists may hold. */
export const contents = fc.array(fc.array(block, { maxLength: 3 }), { minLength: 2, maxLength: 2 });

/**
 * The group as it may be: each unread list holds what it holds, nothing, everything, or one of these, and unread associations are with
 * any VPCs, in every combination.
 */
export function worldsOf(group: TinyGroup, others: readonly (readonly Block[])[]): readonly TinyGroup[] {
  const places = placesOf(group.place);
  return listsOf(group.lists, others).flatMap((lists) =>
    places.map((place) => ({ rules: group.rules, lists, place })),
  );
}

function listsOf(lists: Lists, others: readonly (readonly Block[])[]): readonly Lists[] {
  const ids = Object.keys(lists).filter((id) => id !== 'office' && lists[id]?.isReadable === false);
  const worlds = ids.reduce<readonly Lists[]>(
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
    return office === undefined ? all : { ...all, office };
  });
}

function placesOf(place: Place): readonly Place[] {
  if (place.isReadable) return [place];
  const others = VPCS.filter((id) => id !== place.home);
  return others
    .reduce<readonly (readonly string[])[]>((so, id) => so.flatMap((ids) => [ids, [...ids, id]]), [[]])
    .map((associated) => ({ ...place, associated }));
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
