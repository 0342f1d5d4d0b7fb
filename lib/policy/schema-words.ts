// What a schema finds, in words. Where the schema has words of its own, these are not asked.
import { z } from 'zod';
import { noneOf } from './suggest.ts';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** Says what is wrong and what to write; undefined leaves it to the library, empty to the alternatives of a union. */
export function inWords(issue: RawIssue): string | undefined {
  const { code, input, path = [] } = issue;
  if (input === undefined) return 'is missing';
  if (input === null)
    return path.length === 0
      ? 'there is nothing in it'
      : 'nothing stands here: write a value, or leave the key out';
  if (code === 'invalid_union') return '';
  if (code === 'invalid_value') return noneOf(input, issue.values.map(String));
  return code === 'invalid_type' ? wrongKind(issue.expected, input, issue.inst) : undefined;
}

function wrongKind(expected: string, input: unknown, schema: unknown): string | undefined {
  if (expected === 'array')
    return input instanceof Object ? 'write a list: `- ` before each' : `write a list: [${input}]`;
  if (expected === 'string' && !(input instanceof Object)) {
    return `\`${input}\` is a ${typeof input} to YAML: put it in quotes`;
  }
  if (expected === 'string') return 'this is one text, no list and no map';
  const keys =
    schema instanceof z.ZodObject
      ? `: its keys are ${Object.keys(schema.shape).join(', ')}`
      : ': { key: value }';
  if (expected === 'object' || expected === 'record') return `this is a map${keys}`;
  const [digits] = typeof input === 'string' ? (/\d+/.exec(input) ?? []) : [];
  return digits === undefined ? undefined : `this is a number: write ${digits} alone, without quotes`;
}
