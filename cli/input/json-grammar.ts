// What follows on what in JSON documents, one after the other, as far as the scanner reads them: the top level, and the lists in it.

const DOCUMENT = 'an object such as { "SecurityGroups": [...] }, or a list,';

/** What may come next, in words. */
export const EXPECTED_IN_WORDS = {
  beginning: DOCUMENT,
  mark: 'a byte order mark',
  'mark end': 'a byte order mark',
  document: DOCUMENT,
  'first key': 'a key or `}`',
  key: 'a key',
  colon: 'a colon',
  value: 'a value',
  'first member': 'a value or `]`',
  member: 'a value',
  'after member': 'a comma or `]`',
  'after value': 'a comma or `}`',
  'first of all': 'a value or `]`',
  'one of all': 'a value',
  'after one of all': 'a comma or `]`',
  end: 'the end of the file, or another document,',
};

export type Expected = keyof typeof EXPECTED_IN_WORDS;

/** What follows on a character that is no part of a piece. */
export const AFTER: Readonly<Record<Expected, Readonly<Record<string, Expected>>>> = {
  // Windows tools write such a mark.
  beginning: { '{': 'first key', '[': 'first of all', '\xef': 'mark' },
  mark: { '\xbb': 'mark end' },
  'mark end': { '\xbf': 'document' },
  document: { '{': 'first key', '[': 'first of all' },
  'first key': { '}': 'end' },
  key: {},
  colon: { ':': 'value' },
  value: { '[': 'first member' },
  'first member': { ']': 'after value' },
  member: {},
  'after member': { ',': 'member', ']': 'after value' },
  'after value': { ',': 'key', '}': 'end' },
  // A list that is a whole document.
  'first of all': { ']': 'end' },
  'one of all': {},
  'after one of all': { ',': 'one of all', ']': 'end' },
  end: { '{': 'first key', '[': 'first of all', '\xef': 'mark' },
};

/** What follows on a key or a piece, where one may stand. */
export const AFTER_TOKEN: Readonly<Partial<Record<Expected, Expected>>> = {
  'first key': 'colon',
  key: 'colon',
  value: 'after value',
  'first member': 'after member',
  member: 'after member',
  'first of all': 'after one of all',
  'one of all': 'after one of all',
};
