// Which of some words was meant.
import leven from 'leven';

/** What was meant by a word that is none of these; undefined where it is like none of them. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const limit = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  const [near] = words
    .map((other) => ({ other, distance: distance(word.toLowerCase(), other.toLowerCase()) }))
    .filter((found) => found.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return near?.other;
}

/** `hgih` is one slip away from `high`. */
function distance(word: string, other: string): number {
  return inOrder(word) === inOrder(other) ? Number(word !== other) : leven(word, other);
}

function inOrder(word: string): string {
  return [...word].toSorted().join('');
}
