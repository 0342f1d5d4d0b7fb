// Where in a document that comes in chunks something is, for messages: lines are counted once a chunk, and again only where it is refused.

/** Counted from 1; a column is a byte. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Where a chunk begins. */
export interface ChunkStart {
  /** How many bytes come before it. */
  readonly offset: number;
  readonly line: number;
  /** How many bytes come before that line. */
  readonly lineStart: number;
}

export const DOCUMENT_START: ChunkStart = { offset: 0, line: 1, lineStart: 0 };

const NEWLINE = 0x0a;

/** The place of a byte of a chunk. */
export function placeAt(start: ChunkStart, chunk: Buffer, at: number): TextPlace {
  const { offset, line, lineStart } = startAfter(start, chunk.subarray(0, at));
  return { line, column: offset - lineStart + 1 };
}

/** Where the chunk begins that follows on one. */
export function startAfter(start: ChunkStart, chunk: Buffer): ChunkStart {
  let { line, lineStart } = start;
  for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) {
    line += 1;
    lineStart = start.offset + at + 1;
  }
  return { offset: start.offset + chunk.length, line, lineStart };
}

/** A place in a part of a document, as a place in the document. */
export function placeWithin(begin: TextPlace, { line, column }: TextPlace): TextPlace {
  return { line: begin.line + line - 1, column: line === 1 ? begin.column + column - 1 : column };
}
