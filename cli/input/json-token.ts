// Where a value ends in the bytes of a JSON document. Every byte is looked at here, and hardly anything else is done.

/** A value under way, which may go on in the next chunk. */
export interface Token {
  kind: 'none' | 'string' | 'nested' | 'scalar';
  /** How many objects and lists are open. */
  depth: number;
  isInString: boolean;
  /** The chunk ended with a backslash. */
  isEscaped: boolean;
}

export function makeToken(): Token {
  return { kind: 'none', depth: 0, isInString: false, isEscaped: false };
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** Brackets and braces differ by one bit. */
const BRACE_BIT = 0x20;
const [OPENING, CLOSING] = [0x7b, 0x7d];

/** The kind of value that begins with this character; undefined if none does. */
export function kindOf(character: string): Token['kind'] | undefined {
  if (character === '"') return 'string';
  if (character === '{' || character === '[') return 'nested';
  return isOfScalar(character) ? 'scalar' : undefined;
}

/** The index after the end of the value, which goes on at `from`; undefined where it goes on in the next chunk. */
export function endOf(token: Token, bytes: Uint8Array, from: number): number | undefined {
  if (token.kind === 'scalar') return endOfScalar(bytes, from);
  const at = token.kind === 'string' ? afterText(token, bytes, from) : afterNested(token, bytes, from);
  token.isInString = at > bytes.length;
  token.isEscaped = at > bytes.length + 1;
  return token.isInString || token.depth > 0 ? undefined : at;
}

function afterText(token: Token, bytes: Uint8Array, from: number): number {
  return token.isInString ? goOn(token, bytes, from) : afterString(bytes, from + 1);
}

function afterNested(token: Token, bytes: Uint8Array, from: number): number {
  let at = token.isInString ? goOn(token, bytes, from) : from;
  let { depth } = token;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    at += 1;
    if (byte === QUOTE) at = afterString(bytes, at);
    else if ((byte | BRACE_BIT) === OPENING) depth += 1;
    else if ((byte | BRACE_BIT) === CLOSING) {
      depth -= 1;
      if (depth === 0) break;
    }
  }
  token.depth = depth;
  return at;
}

function goOn({ isEscaped }: Token, bytes: Uint8Array, from: number): number {
  return afterString(bytes, isEscaped ? from + 1 : from);
}

/** The index after the quote that ends a string; beyond all bytes where none does, by one more if an escape is the last of them. */
function afterString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at += 1;
  }
  return at + 1;
}

/** A number or a word ends before what follows. */
function endOfScalar(bytes: Uint8Array, from: number): number | undefined {
  const end = bytes.subarray(from).findIndex((byte) => !isOfScalar(String.fromCharCode(byte)));
  return end === -1 ? undefined : from + end;
}

/** Whether they make a number or a word is for JSON.parse to say. */
function isOfScalar(character: string): boolean {
  return /[\w.+-]/.test(character);
}
