// How far an audit is, on standard error, as long as that is a terminal.
import { SingleBar } from 'cli-progress';
import type { Io } from '../io.ts';
import type { Summary } from '../report/finding.ts';

/** A count of the groups, and `beside`, which clears it while texts are written: both may go to one terminal. */
export function makeProgress({ stderr }: Io, summary: Readonly<Summary>) {
  const format = 'groups evaluated: {value}';
  const bar = new SingleBar({ format, stream: stderr, clearOnComplete: true });

  async function* beside(texts: AsyncIterable<string>): AsyncGenerator<string> {
    bar.start(0, 0);
    try {
      for await (const text of texts) {
        bar.stop();
        yield text;
        bar.start(0, summary.groups);
      }
    } finally {
      bar.stop();
    }
  }
  return { update: () => bar.update(summary.groups), beside };
}

/** A bar with its own words, of what has a known number. */
export function makeBar({ stderr }: Io, format: string) {
  const bar = new SingleBar({ format, stream: stderr, clearOnComplete: true });
  let isStarted = false;
  return {
    update: (done: number, all: number) => {
      if (!isStarted) bar.start(all, done);
      isStarted = true;
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
