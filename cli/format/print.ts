// What the commands print: nothing in an event, a group or a policy may reach the terminal as a control sequence.
import { Console } from 'node:console';
import type { Writable } from 'node:stream';
import { InputError } from '../input/input.ts';
import type { Io } from '../io.ts';

/** Text for standard output: control, bidirectional and invisible characters are written as JSON escapes. */
export function print({ stdout }: Io, text: string): void {
  // A console, because it does not mind a pipe that was closed, as by `head`.
  new Console(stdout).log(visible(text));
}

/** One line for standard error. */
export function printError({ stderr }: Io, text: string): void {
  new Console(stderr).log(visible(text));
}

/** Texts for standard output, each when the one before has been taken; false if the reader has gone, as `head` does. */
export async function printAll({ stdout }: Io, texts: AsyncIterable<string>): Promise<boolean> {
  // A stream whose errors nobody listens to ends the process.
  stdout.on('error', ignore);
  for await (const text of texts) {
    const error = await write(stdout, visible(text));
    if (error === undefined) continue;
    if ('code' in error && error.code === 'EPIPE') return false;
    throw new InputError(`standard output cannot be written: ${error.message}`, { cause: error });
  }
  // After an error it stays: the event comes later than the answer.
  stdout.off('error', ignore);
  return true;
}

function ignore(): void {}

function write(stream: Writable, text: string): Promise<Error | undefined> {
  return new Promise((done) => stream.write(text, (error) => done(error ?? undefined)));
}

function visible(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
