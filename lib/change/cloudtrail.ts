// How EC2 writes values and lists in CloudTrail records (old actions: `{"items": [...]}`; new ones, turned from XML: an object for one,
// an array for more). Records are read through these readers and no other way, so no type and no key in them can do harm.

/** An event that cannot be read: `field` is the path of what is missing or wrong, the message says how. */
export class EventError extends Error {
  override readonly name = 'EventError';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field} ${problem}`);
    this.field = field;
  }
}

const LONGEST = 2_048;
const LONGEST_QUOTE = 100;

/** The value at a path of own keys; undefined for none and for null. Where the very key is missing, any letter case will do. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce(member, value) ?? undefined;
}

/** A text that is not empty, also one that came as a number; undefined for what is longer than any text of AWS. */
export function text(value: unknown): string | undefined {
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' && written !== '' && written.length <= LONGEST ? written : undefined;
}

/** A text on which all depends: null and '' are absent, but what is there and is no text is an EventError. */
export function statedText(record: unknown, name: string): string | undefined {
  const value = field(record, name);
  if (value === undefined || value === '') return undefined;
  const stated = text(value);
  if (stated === undefined) throw new EventError(name, 'is not a text, or too long for one');
  return stated;
}

/** A whole number, also one that came as a text; NaN, never undefined, for something that is there and is not one. */
export function whole(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const digits = text(value) ?? '';
  return /^-?\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

/** A boolean, also one that came as `"true"` or `"False"`. */
export function flag(value: unknown): boolean | undefined {
  const said = typeof value === 'string' ? value.toLowerCase() : value;
  if (said === true || said === 'true') return true;
  return said === false || said === 'false' ? false : undefined;
}

/** The members of a list, however it is written; `{}` and `""` are empty, any other object stands for itself alone. */
export function list(value: unknown): readonly unknown[] {
  const members = field(value, 'items') ?? (isObject(value) && Object.hasOwn(value, 'items') ? [] : value);
  if (Array.isArray(members)) return members;
  return isObject(members) && Object.keys(members).length > 0 ? [members] : [];
}

/** Text of the event for a message: one short line in backticks, without control and invisible characters. */
export function quote(said: string): string {
  const characters = [...said.replace(/[\p{C}\p{Z}`]+/gu, ' ').trim()];
  const isLong = characters.length > LONGEST_QUOTE;
  return `\`${characters.slice(0, LONGEST_QUOTE).join('')}${isLong ? '…' : ''}\``;
}

function member(value: unknown, key: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, key)) return value[key];
  // Data lakes write keys in lower case. The very key goes first because `tag` may stand beside `Tag`.
  const other = Object.keys(value).find((k) => k.toLowerCase() === key.toLowerCase());
  return other === undefined ? undefined : value[other];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
