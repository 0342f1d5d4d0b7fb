// Plain data to YAML, in as many ways as people write it. Knows nothing of the code under test, nor of its libraries.
import type { Data } from './documents.ts';

/** A text that begins with this mark is written as it stands. */
export const AS_IT_STANDS = '\uE000';

/** Answers a whole number below the limit: which of so many ways is taken. */
type Choose = (limit: number) => number;

/** The data as one YAML document; the numbers, over and over, choose the style of each of its parts. */
export function write(data: Data, style: readonly number[]): string {
  let taken = 0;
  const choose = (limit: number) => (style[taken++ % style.length] ?? 0) % limit;
  const start = ['', '---\n', '# a comment\n', '\uFEFF'][choose(4)] ?? '';
  const text = `${start}${block(data, '', choose).replace(/^\n/, '')}${['', '\n', '\n...\n', '\n# end'][choose(4)]}`;
  return choose(4) === 0 ? text.replaceAll('\n', '\r\n') : text;
}

/** What stands behind a key's colon or a list's dash, and below it further in than `indent`. */
function block(data: Data, indent: string, choose: Choose): string {
  if (typeof data !== 'object' || isEmpty(data) || choose(4) === 0) return ` ${flow(data, choose)}`;
  const end = () => ['', '', '  # a comment', '\n'][choose(4)] ?? '';
  const deeper = indent + ' '.repeat(choose(3));
  if (isList(data)) {
    const items = data.map((item) => compact(block(item, `${deeper}  `, choose), deeper, choose));
    return items.map((item) => `\n${deeper}-${item}${end()}`).join('');
  }
  const within = indent === '' ? '' : deeper;
  return shuffled(Object.entries(data), choose)
    .map(([key, value]) => `\n${within}${scalar(key, choose)}:${block(value, `${within} `, choose)}${end()}`)
    .join('');
}

/** A map whose first key may stand on the line of the dash before it. */
function compact(item: string, indent: string, choose: Choose): string {
  const [, pad] = /^\n( *)/.exec(item) ?? [];
  if (pad === undefined || choose(2) === 0) return item;
  return item.replace(/^\n */, pad.slice(indent.length + 1));
}

function flow(data: Data, choose: Choose): string {
  if (typeof data !== 'object') return scalar(data, choose);
  const space = [' ', '', '  '][choose(3)];
  const between = `${space},${[' ', '  '][choose(2)]}`;
  if (isList(data)) return `[${space}${data.map((item) => flow(item, choose)).join(between)}${space}]`;
  const pairs = shuffled(Object.entries(data), choose).map(
    ([key, value]) => `${scalar(key, choose)}: ${flow(value, choose)}`,
  );
  return `{${space}${pairs.join(between)}${space}}`;
}

function scalar(value: string | number, choose: Choose): string {
  if (typeof value === 'number') return String(value);
  if (value.startsWith(AS_IT_STANDS)) return value.slice(1);
  const escaped = `"${Array.from({ length: value.length }, (_, i) => codeUnit(value.charCodeAt(i))).join('')}"`;
  const quoted = isPrintable(value) ? `'${value.replaceAll("'", "''")}'` : escaped;
  const plain = isPlain(value) ? value : quoted;
  return [plain, plain, quoted, JSON.stringify(value), JSON.stringify(value), escaped][choose(6)] ?? escaped;
}

/** What every reader of YAML of any version takes for text. */
function isPlain(value: string): boolean {
  const isWords = /^[A-Za-z][A-Za-z0-9-]*( [A-Za-z0-9-]+)*$/.test(value) && value.length > 1;
  return isWords && !/^(no|yes|on|off|true|false|null|nan)$/i.test(value);
}

function isPrintable(value: string): boolean {
  return /^[\t -~ä日本]*$/.test(value);
}

function codeUnit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

function shuffled<T>(items: readonly T[], choose: Choose): readonly T[] {
  return items
    .map((item) => ({ item, at: choose(1000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function isEmpty(data: object): boolean {
  return Object.keys(data).length === 0;
}

function isList(data: object): data is readonly Data[] {
  return Array.isArray(data);
}
