// What the commands print: nothing in an event, a group or a policy may reach the terminal as a control sequence.

/** Text for standard output: control, bidirectional and invisible characters are written as JSON escapes. */
export function print(text: string): void {
  console.log(visible(text));
}

/** One line for standard error. */
export function printError(text: string): void {
  console.error(visible(text));
}

function visible(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
