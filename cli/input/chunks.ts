// The bytes of files or of standard input, a chunk at a time.
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../io.ts';
import { InputError, stdinOf } from './input.ts';
import { unpacked } from './unpack.ts';

/** Bytes that can be read from their beginning as often as they are opened, but for a stream that is not kept. */
export interface Source {
  readonly name: string;
  /** A chunk may be overwritten by the next one. */
  readonly open: () => AsyncIterable<Buffer>;
  readonly close: () => Promise<void>;
}

const CHUNK = 256 * 1024;

/** All that these names stand for: files, the files of directories, and standard input for `-`. */
export async function sourcesOf(
  io: Io,
  names: readonly string[],
  isReadAgain: boolean,
): Promise<readonly Source[]> {
  const files = (await Promise.all(names.map(filesAt))).flat();
  const sources: Source[] = [];
  for (const name of files) sources.push(await sourceOf(io, name, isReadAgain));
  return sources;
}

/** What is read of a directory. */
const READ = /\.(json|jsonl|ndjson)(\.gz)?$/;

async function filesAt(name: string): Promise<readonly string[]> {
  if (name === '-' || !(await statOf(name))?.isDirectory()) return [name];
  const found = await readdir(name, { recursive: true });
  const files = found.filter((one) => READ.test(one)).toSorted();
  if (files.length > 0) return files.map((one) => join(name, one));
  throw new InputError(
    `${name}: no file to read in this directory: none ends in .json, .jsonl, .ndjson or .gz`,
  );
}

/** The file of that name, or standard input for `-`; a stream that must be read more than once is kept in a temporary file. */
async function sourceOf(io: Io, name: string, isReadAgain: boolean): Promise<Source> {
  const isStream = name === '-' || !((await statOf(name))?.isFile() ?? true);
  const once = () => (name === '-' ? chunksOfStream(stdinOf(io)) : chunksOfFile(name));
  if (isStream && isReadAgain) return keep(name, once());
  return { name, open: () => unpacked(once()), close: async () => undefined };
}

/** Undefined for a file that is not there: to open it says why. */
async function statOf(name: string) {
  return stat(name).catch(() => undefined);
}

async function* chunksOfStream(stream: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function* chunksOfFile(name: string): AsyncGenerator<Buffer> {
  const handle = await open(name);
  try {
    yield* chunksOf(handle, null);
  } finally {
    await handle.close();
  }
}

/** From that position on, or from where the file is read already: pipes have no positions. */
async function* chunksOf(handle: FileHandle, start: number | null): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  let position = start;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    if (position !== null) position += bytesRead;
  }
}

/** Nobody else can read the file, and it vanishes with the process: its name is removed at once. */
async function keep(name: string, chunks: AsyncIterable<Buffer>): Promise<Source> {
  const path = join(tmpdir(), `portcullis-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  for await (const chunk of chunks) await handle.appendFile(chunk);
  return { name, open: () => unpacked(chunksOf(handle, 0)), close: () => handle.close() };
}
