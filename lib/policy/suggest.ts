// What to write instead of a word that the language does not have there.
import { keysMeant, plain, valuesMeant } from './foreign-words.ts';
import { keysAt, type Mapping, nearestMapping, wayTo } from './mappings.ts';
import { nearest } from './nearest.ts';

/** What is to be said of a key that may not stand in the map at that path. */
export function unknownKey(mappings: readonly Mapping[], at: readonly PropertyKey[], key: string): string {
  const here = keysAt(mappings, at);
  const like = here.filter((other) => plain(other) === plain(key));
  const own = like.length > 0 ? undefined : nearestMapping(mappings, at, key);
  if (own !== undefined) return `\`${key}\` belongs ${wayTo(own, at)}`;
  const meant = [like, keysMeant(key).filter((other) => here.includes(other)), one(nearest(key, here))];
  const found = meant.find((words) => words.length > 0);
  if (found !== undefined) return `unknown key \`${key}\`, did you mean ${alternatives(found)}?`;
  return `unknown key \`${key}\`${elsewhere(mappings, at, key) ?? `: known here are ${here.map(quoted).join(', ')}`}`;
}

/** What is to be said of a value that is none of those that may stand there; `all` where none of them is like it. */
export function noneOf(
  value: unknown,
  values: readonly string[],
  all = `it is one of ${values.map(quoted).join(', ')}`,
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
    const mapping = nearestMapping(mappings, at, word);
    return mapping === undefined ? [] : [`, did you mean ${quoted(word)}, ${wayTo(mapping, at)}?`];
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
