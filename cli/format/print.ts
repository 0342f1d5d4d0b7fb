// What the commands print: nothing in an event, a group or a policy may reach the terminal as a control sequence.
import { Console } from 'node:console';
import type { Io } from '../io.ts';
import { colored } from './colors.ts';

/** Text for standard output: control, bidirectional and invisible characters are written as JSON escapes. */
export function print({ stdout }: Io, text: string): void {
  // A console, because it does not mind a pipe that was closed, as by `head`.
  new Console(stdout).log(colored(visible(text), stdout));
}

/** One line for standard error. */
export function printError({ stderr }: Io, text: string): void {
  new Console(stderr).log(visible(text));
}

/** The text without control sequences. */
export function visible(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
