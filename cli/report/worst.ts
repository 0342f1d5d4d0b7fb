// The worst of many items, of which no more than a few are ever held.

export interface Worst<Item> {
  /** Ranks are small whole numbers, 0 for the worst; of equal rank those stay that came first. */
  readonly add: (rank: number, item: Item) => void;
  /** The worst first. */
  readonly list: () => readonly Item[];
  /** How many were added. */
  readonly count: () => number;
}

/** Keeps at most so many items. */
export function makeWorst<Item>(limit: number): Worst<Item> {
  const byRank: Item[][] = [];
  let [count, kept] = [0, 0];
  return {
    add: (rank, item) => {
      count += 1;
      const isFull = kept >= limit;
      if (isFull && !makesRoom(byRank, rank)) return;
      for (let missing = byRank.length; missing <= rank; missing += 1) byRank.push([]);
      byRank[rank]?.push(item);
      if (!isFull) kept += 1;
    },
    list: () => byRank.flat(),
    count: () => count,
  };
}

/** Lets go of one item of the last rank that has any, if it comes after this rank. */
function makesRoom(byRank: readonly unknown[][], rank: number): boolean {
  const last = byRank.findLastIndex((items) => items.length > 0);
  if (last <= rank) return false;
  byRank[last]?.pop();
  return true;
}
