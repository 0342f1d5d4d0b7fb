// Text from events and groups is written by strangers. This makes it safe to show to people.

const LONGEST = 120;

/**
 * One printable line of at most `limit` characters. Control, bidirectional and invisible characters go, markup
 * brackets and backticks become look-alikes, and links are broken (`https[:]//evil[.]example`), so that neither
 * a mail client, a chat nor a terminal acts on it.
 */
export function sanitize(text: string, limit = LONGEST): string {
  const line = text
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('`', "'")
    .replace(/:(?=\/\/)/g, '[:]')
    .replace(/[.。．｡](?=[\p{L}\p{M}])/gu, '[.]')
    .trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}

/** Printable ASCII only, at most 99 characters: what SNS takes as a subject in all its versions of the rule. */
export function asSubject(text: string): string {
  // Normalising can make a plain dot or slash of a fancy one, so links are broken after it.
  const ascii = sanitize(text.normalize('NFKD'), 400)
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '');
  return ascii.length <= 99 ? ascii : `${ascii.slice(0, 96)}...`;
}

/** One argument of a POSIX shell command, whatever it holds. */
export function shellQuote(text: string): string {
  return /^[\w./:=,@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `a, b and c`. */
export function listInWords(items: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(items);
}

/** More of a list than this nobody reads in a mail. */
const LONGEST_LIST = 20;

/** The first lines of a list, and how many more there are. */
export function shorten(lines: readonly string[], what = 'in the log'): string[] {
  if (lines.length <= LONGEST_LIST) return [...lines];
  return [...lines.slice(0, LONGEST_LIST), `... and ${lines.length - LONGEST_LIST} more ${what}`];
}

/** JSON that means the same, with everything escaped that a mail client, chat or terminal would act on. */
export function sanitizeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]|[<>`]|\.(?=[A-Za-z])|\/(?=\/)/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Lines of whole words, of at most so many columns where the words let it. */
export function wrap(text: string, width: number): string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S+`, 'g')) ?? [];
}
