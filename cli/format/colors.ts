// Colors for a terminal that has them, and for nothing else: a pipe, a file and NO_COLOR get plain text.
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Words that begin a line or a row and say how bad it is. */
const STYLES: Readonly<Record<string, Style>> = {
  critical: ['bold', 'red'],
  broken: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  warning: 'yellow',
  unknown: 'yellow',
  ok: 'green',
};

const FIRST_WORD = new RegExp(`^([│ ]*)(${Object.keys(STYLES).join('|')})(?= )`, 'gm');

/** The text with its first words in color, where the stream is a terminal that has colors. */
export function colored(text: string, stream: Writable): string {
  // Node.js asks the environment here, NO_COLOR included (https://nodejs.org/api/tty.html#writestreamgetcolordepthenv).
  const hasColors = 'hasColors' in stream && typeof stream.hasColors === 'function' && stream.hasColors();
  if (hasColors !== true) return text;
  return text.replace(FIRST_WORD, (_, before: string, word: string) => {
    const style = STYLES[word];
    return `${before}${style === undefined ? word : styleText(style, word, { validateStream: false })}`;
  });
}
