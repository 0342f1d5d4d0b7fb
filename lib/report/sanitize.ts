// Text from events and groups is written by strangers. This makes it safe to show to people.

const LONGEST = 120;

/**
 * One printable line of at most `limit` characters. Control, bidirectional and invisible characters are removed, markup
 * brackets and backticks become look-alikes, and links are broken (`https[:]//evil[.]example`), so that no mail client, chat or
 * terminal acts on it. A mail address stays as it is: all that a client makes of it is a way to write to it. So does an error code of EC2,
 * which ends in no top-level domain.
 */
export function sanitize(text: string, limit = LONGEST): string {
  const line = text
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('`', "'")
    .replace(/:(?=\/\/)/g, '[:]')
    .trim()
    .split(' ')
    .map((word) =>
      MAIL_ADDRESS.test(word) || ERROR_CODE.test(word)
        ? word
        : word.replace(/[.。．｡](?=[\p{L}\p{M}])/gu, '[.]'),
    )
    .join(' ');
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}

/** A mail address, which a client may turn into nothing but a link to write to it. */
const MAIL_ADDRESS = /^["'(]*[\w.+-]+@[\w-]+(\.[\w-]+)+["'),;]*$/;

/** `InvalidPermission.NotFound:` is no host. */
const ERROR_CODE = /^\w+\.(NotFound|Duplicate|Malformed|InUse)[:,)]*$/;

/** A stranger's text in printable ASCII. */
export function toAscii(text: string): string {
  // Normalization can turn a fancy dot or slash into a plain one, so links are broken after it.
  return sanitize(text.normalize('NFKD'), 400)
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '')
    .trim();
}

/** Printable ASCII only, at most 99 characters: what SNS takes as a subject in all its versions of the rule. */
export function asSubject(text: string): string {
  const ascii = toAscii(text);
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

/** A longer list than this nobody reads in a mail. */
const LONGEST_LIST = 10;

/** The first lines of a list, and how many more there are. */
export function shorten(lines: readonly string[], most = LONGEST_LIST, what = 'in the log'): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most), `... and ${lines.length - most} more ${what}`];
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
