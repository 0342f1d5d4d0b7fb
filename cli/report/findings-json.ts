// Findings of an audit for machines: one JSON document, written as a stream.
import type { Pages, Summary } from './finding.ts';

/** `{ findings, summary }` as JSON.stringify would print it with two spaces; the summary is read when all pages have come. */
export async function* findingsAsJson(pages: Pages, summary: Readonly<Summary>): AsyncGenerator<string> {
  let before = '{\n  "findings": [';
  for await (const page of pages) {
    for (const { finding } of page) {
      yield `${before}\n    ${indented(finding, '    ')}`;
      before = ',';
    }
  }
  const end = before === ',' ? '\n  ]' : `${before}]`;
  yield `${end},\n  "summary": ${indented(summary, '  ')}\n}\n`;
}

/** Strings hold no line breaks in JSON. */
function indented(value: unknown, by: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${by}`);
}
