// The groups of all files, those with the same id joined: what one state opens by half, another may complete.
import type { Case, DeclaredGroup } from '../../lib/infrastructure/declared.ts';

/** More cases of one group than these are not told apart. */
const MOST_CASES = 256;

/** Every group once. */
export function joinedGroups(groups: readonly DeclaredGroup[]): readonly DeclaredGroup[] {
  const byId = Map.groupBy(groups, ({ place }) => place.groupId);
  return [...byId].flatMap(([id, of]) => {
    const [first, ...others] = of;
    return id === undefined || first === undefined ? of : [others.reduce(join, first)];
  });
}

function join(a: DeclaredGroup, b: DeclaredGroup): DeclaredGroup {
  // Who declares the group knows its name and tags.
  const [known, other] = a.place.name === undefined ? [b, a] : [a, b];
  const perhaps = [...(known.perhaps ?? []), ...(other.perhaps ?? [])];
  const removes = a.removes && b.removes && a.removes.union(b.removes);
  const { removes: _, ...others } = known;
  return {
    ...others,
    cases: product(known.cases, other.cases),
    ...(perhaps.length > 0 ? { perhaps } : {}),
    ...(removes === undefined ? {} : { removes }),
  };
}

function product(a: readonly Case[], b: readonly Case[]): readonly Case[] {
  if (a.length * b.length <= MOST_CASES) {
    return a.flatMap((one) =>
      b.map((other) => ({ when: [...one.when, ...other.when], rules: [...one.rules, ...other.rules] })),
    );
  }
  const perhaps = b.flatMap(({ rules }) =>
    rules.map((rule) => ({ ...rule, perhaps: 'it depends on conditions' })),
  );
  return a.map((one) => ({ ...one, rules: [...one.rules, ...perhaps] }));
}
