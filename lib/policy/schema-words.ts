// What a schema finds, in words. Where the schema has words of its own, these are not asked.
import { z } from 'zod';
import { noneOf } from './suggest.ts';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** What is said of a key that must be there. */
export const MISSING = 'is missing';

const NOTHING = 'nothing stands here: write a value, or leave the key out';

/** Says what is wrong and what to write; undefined leaves it to the library. */
export function inWords(issue: RawIssue): string | undefined {
  if (issue.input === undefined) return MISSING;
  if (issue.input === null) return (issue.path ?? []).length === 0 ? 'there is nothing in it' : NOTHING;
  return ofCode(issue);
}

function ofCode(issue: RawIssue): string | undefined {
  switch (issue.code) {
    // The words of the alternatives are shown instead.
    case 'invalid_union':
      return '';
    case 'invalid_value':
      return noneOf(issue.input, issue.values.map(String));
    case 'too_small':
      return issue.origin === 'string' ? 'this is empty' : `at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' ? `at most ${issue.maximum} characters` : `at most ${issue.maximum}`;
    case 'invalid_type':
      return wrongKind(issue.expected, issue.input, issue.inst);
    default:
      return undefined;
  }
}

function wrongKind(expected: string, input: unknown, schema: unknown): string {
  if (expected === 'array') return 'write a list: `- ` before each';
  if (expected === 'string') {
    return input instanceof Object
      ? 'this is one text, no list and no map'
      : `\`${input}\` is a ${typeof input} to YAML: put it in quotes`;
  }
  if (schema instanceof z.ZodObject)
    return `this is a map: its keys are ${Object.keys(schema.shape).join(', ')}`;
  if (expected === 'record') return 'this is a map: { key: value }';
  const [digits] = typeof input === 'string' ? (/\d+/.exec(input) ?? []) : [];
  return digits === undefined
    ? `this is a ${expected}`
    : `this is a number: write ${digits} alone, without quotes`;
}
