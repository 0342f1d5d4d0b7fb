// Bytes that may be packed by gzip, as they are written.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isPacked } from './input.ts';

/** The same bytes, or what they were before gzip packed them. */
export async function* unpacked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const begin = await beginningOf(iterator);
    if (begin === undefined) return;
    if (!isPacked(begin)) {
      yield begin;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
      return;
    }
    yield* unpack(begin, iterator);
  } finally {
    await iterator.return?.();
  }
}

/** At least two bytes, where there are so many: a pipe may give one at a time. */
async function beginningOf(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  let begin: Buffer | undefined;
  while (begin === undefined || begin.length < 2) {
    const next = await chunks.next();
    if (next.done === true) return begin;
    const held = next.value.length < 2 ? Buffer.from(next.value) : next.value;
    begin = begin === undefined ? held : Buffer.concat([begin, held]);
  }
  return begin;
}

async function* unpack(begin: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  async function* copies(): AsyncGenerator<Buffer> {
    // Copies: a chunk may be overwritten before it has been unpacked.
    yield Buffer.from(begin);
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next())
      yield Buffer.from(next.value);
  }
  const packed = Readable.from(copies());
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  yield* packed.pipe(gunzip);
}
