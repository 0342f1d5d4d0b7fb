// What a command is given by the process that runs it. `process` itself is one.
import type { Readable, Writable } from 'node:stream';

/** The environment is missing on purpose: the AWS SDK and commander read that of the process, and no other. */
export interface Io {
  readonly stdin: Readable;
  /** Only a terminal has columns. */
  readonly stdout: Writable & { readonly columns?: number };
  readonly stderr: Writable;
  /** Signals; what is no process gets none. */
  readonly on?: (signal: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown;
  readonly off?: (signal: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown;
}

/** An Io on which a command also says how it ended. */
export interface CommandIo extends Io {
  /** Sets the exit code, which is 0 until then. */
  readonly setExitCode: (code: 0 | 1 | 2) => void;
  /** Has a listener called, instead of the process ended, when a person or a job stops it; answers how to end that. */
  readonly onInterrupt: (listener: () => void) => () => void;
}
