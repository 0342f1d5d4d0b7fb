// What a command waits for, on standard error, as long as that is a terminal.
import { SingleBar } from 'cli-progress';
import type { Io } from '../io.ts';

/** Seconds after which a person wonders whether anything happens. */
const PATIENCE = 2;
const SECOND = 1000;

/** The answer. Meanwhile a line says what is awaited and for how long; it is cleared at the end. */
export async function whileWaiting<T>({ stderr }: Io, what: string, answer: Promise<T>): Promise<T> {
  const bar = new SingleBar({ format: `${what}: {seconds} s`, stream: stderr, clearOnComplete: true });
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += 1;
    if (seconds === PATIENCE) bar.start(0, 0, { seconds });
    else if (seconds > PATIENCE) bar.update({ seconds });
  }, SECOND);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
    bar.stop();
  }
}
