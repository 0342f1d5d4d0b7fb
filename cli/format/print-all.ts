// Output that is written as a stream: no faster than it is read, and no longer than somebody reads it.
import type { Writable } from 'node:stream';
import { InputError } from '../input/input.ts';
import type { Io } from '../io.ts';
import { colored } from './colors.ts';
import { visible } from './print.ts';

/** Texts for standard output, each when the one before has been taken; false if the reader has closed the pipe, as `head` does. */
export async function printAll({ stdout }: Io, texts: AsyncIterable<string>): Promise<boolean> {
  // A stream whose errors nobody listens to ends the process.
  stdout.on('error', ignore);
  for await (const text of gathered(texts)) {
    const error = await write(stdout, colored(visible(text), stdout));
    if (error === undefined) continue;
    if ('code' in error && error.code === 'EPIPE') return false;
    throw new InputError(`standard output cannot be written: ${error.message}`, { cause: error });
  }
  // After an error it stays: the event comes later than the answer.
  stdout.off('error', ignore);
  return true;
}

/** What a pipe holds. */
const ENOUGH = 65_536;

/** Fewer, longer texts. */
async function* gathered(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let all = '';
  for await (const text of texts) {
    all += text;
    if (all.length < ENOUGH) continue;
    yield all;
    all = '';
  }
  if (all !== '') yield all;
}

function ignore(): void {}

function write(stream: Writable, text: string): Promise<Error | undefined> {
  return new Promise((done) => stream.write(text, (error) => done(error ?? undefined)));
}
