// What to write instead of a word that the language does not have there.
import { keysMeant, plain, valuesMeant } from './foreign-words.ts';
import { keysAt, type Mapping, nearestMappings, wayTo } from './mappings.ts';
import { nearest } from './nearest.ts';

/** What is to be said of a key that may not stand in the map at that path. */
export function unknownKey(mappings: readonly Mapping[], at: readonly PropertyKey[], key: string): string {
  const own = nearestMappings(mappings, at, key);
  const meant = keysMeantAt(mappings, at, key);
  if (own.length > 0 && meant.length === 0) return `\`${key}\` belongs ${wayTo(own, at)}`;
  if (meant.length > 0) return `unknown key \`${key}\`, did you mean ${alternatives(meant)}?`;
  const known = `: the keys here are ${keysAt(mappings, at).map(quoted).join(', ')}`;
  return `unknown key \`${key}\`${elsewhere(mappings, at, key) ?? known}`;
}

/** The keys that may stand there and may be meant by one that may not; none for a key that belongs elsewhere. */
export function keysMeantAt(
  mappings: readonly Mapping[],
  at: readonly PropertyKey[],
  key: string,
): readonly string[] {
  const here = keysAt(mappings, at);
  const like = here.filter((other) => plain(other) === plain(key));
  if (like.length > 0 || nearestMappings(mappings, at, key).length > 0) return like;
  const foreign = keysMeant(key).filter((other) => here.includes(other));
  return foreign.length > 0 ? foreign : one(nearest(key, here));
}

/** What is to be said of a value that is none of those that may stand there; `all` where none of them is like it. */
export function noneOf(
  value: unknown,
  values: readonly string[],
  all = `write one of ${values.map(quoted).join(', ')}`,
): string {
  if (typeof value !== 'string' && typeof value !== 'boolean') return all;
  const written = String(value);
  const like = values.filter((other) => plain(other) === plain(written));
  const foreign = valuesMeant(written).filter((other) => values.includes(other));
  const found = [like, foreign, one(nearest(written, values))].find((words) => words.length > 0);
  return `${quoted(written)} is unknown${found === undefined ? `: ${all}` : `, did you mean ${alternatives(found)}?`}`;
}

function elsewhere(
  mappings: readonly Mapping[],
  at: readonly PropertyKey[],
  key: string,
): string | undefined {
  const all = mappings.flatMap(({ keys }) => keys);
  const words = [
    ...all.filter((other) => plain(other) === plain(key)),
    ...keysMeant(key),
    ...one(nearest(key, all)),
  ];
  const [found] = words.flatMap((word) => {
    const own = nearestMappings(mappings, at, word);
    return own.length === 0 ? [] : [`, did you mean ${quoted(word)}, ${wayTo(own, at)}?`];
  });
  return found;
}

function alternatives(words: readonly string[]): string {
  return words.map(quoted).join(' or ');
}

function quoted(word: string): string {
  return `\`${word}\``;
}

function one(word: string | undefined): readonly string[] {
  return word === undefined ? [] : [word];
}
