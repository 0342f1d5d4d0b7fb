// What the YAML parser refuses, in words: what is wrong, and what to write.
import type { ErrorCode, YAMLError } from 'yaml';

const CLOSE = 'a closing bracket or brace, or a comma, is missing before this: add it';

const WORDS: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_INDENT:
    'the indentation does not fit: start all keys of a map, or all items of a list, in the same column',
  BAD_SCALAR_START: 'no text can start with this character: put the text in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a text that contains a colon needs quotes: put the whole text in quotes',
  DUPLICATE_KEY: 'this key is already in the map: remove one of the two',
  MULTIPLE_DOCS: 'a file holds one document: remove the `---`, and move what follows to a file of its own',
  UNEXPECTED_TOKEN: 'this cannot follow what stands before it: add a comma, a bracket or a line break',
  TAB_AS_INDENT: 'this is a tab: indent with spaces',
};

/** One line. The library shows the place as well, and the line itself below. */
export function syntaxInWords({ code, message }: YAMLError): string {
  if (message.startsWith('Tabs are not allowed')) return WORDS.TAB_AS_INDENT ?? '';
  if (/^Flow (map|sequence)|^Missing ,/.test(message)) return CLOSE;
  if (message.startsWith('Missing closing')) return 'the closing quotation mark of a text is missing: add it';
  return WORDS[code] ?? message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
}
