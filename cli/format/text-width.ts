// How wide text is in a terminal, and where to break it.

const ASCII = /^[ -~]*$/;
/** What adds to the character before it. */
const NO_WIDTH = /[\p{M}\u200d]/u;
/** Ideographs, Kana, Hangul, full-width forms and pictures take two columns (https://www.unicode.org/reports/tr11/). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many columns a line takes. */
export function widthOf(line: string): number {
  if (ASCII.test(line)) return line.length;
  let width = 0;
  for (const character of line) width += widthOfCharacter(character);
  return width;
}

function widthOfCharacter(character: string): number {
  if (WIDE.test(character)) return 2;
  return NO_WIDTH.test(character) ? 0 : 1;
}

/** Lines of whole words that fit into so many columns; a word that does not is broken. */
export function wrapText(text: string, room: number): readonly string[] {
  return text.split('\n').flatMap((line) => (widthOf(line) <= room ? [line] : wrapLine(line, room)));
}

function wrapLine(line: string, room: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').flatMap((one) => breakWord(one, room))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (widthOf(longer) > room) lines.push(current);
    current = widthOf(longer) > room ? word : longer;
  }
  return [...lines, current];
}

function breakWord(word: string, room: number): readonly string[] {
  if (widthOf(word) <= room) return [word];
  const parts: string[] = [];
  let current = '';
  for (const character of word) {
    if (widthOf(current) + widthOfCharacter(character) > room) {
      parts.push(current);
      current = '';
    }
    current += character;
  }
  return [...parts, current];
}
