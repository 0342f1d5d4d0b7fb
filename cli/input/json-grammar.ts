// What follows on what in a JSON document, as far as the scanner reads it: its top level, and the lists in it.

const OBJECT = 'an object such as { "SecurityGroups": [...] }';

/** What may come next, in words. */
export const EXPECTED_IN_WORDS = {
  beginning: OBJECT,
  mark: 'a byte order mark',
  'mark end': 'a byte order mark',
  object: OBJECT,
  'first key': 'a key or `}`',
  key: 'a key',
  colon: 'a colon',
  value: 'a value',
  'first member': 'a value or `]`',
  member: 'a value',
  'after member': 'a comma or `]`',
  'after value': 'a comma or `}`',
  end: 'the end of the file',
};

export type Expected = keyof typeof EXPECTED_IN_WORDS;

/** What follows on a character that is no part of a piece. */
export const AFTER: Readonly<Record<Expected, Readonly<Record<string, Expected>>>> = {
  // Windows tools write such a mark.
  beginning: { '{': 'first key', '\xef': 'mark' },
  mark: { '\xbb': 'mark end' },
  'mark end': { '\xbf': 'object' },
  object: { '{': 'first key' },
  'first key': { '}': 'end' },
  key: {},
  colon: { ':': 'value' },
  value: { '[': 'first member' },
  'first member': { ']': 'after value' },
  member: {},
  'after member': { ',': 'member', ']': 'after value' },
  'after value': { ',': 'key', '}': 'end' },
  end: {},
};

/** What follows on a key or a piece, where one may stand. */
export const AFTER_TOKEN: Readonly<Partial<Record<Expected, Expected>>> = {
  'first key': 'colon',
  key: 'colon',
  value: 'after value',
  'first member': 'after member',
  member: 'after member',
};
