// What a schema finds, in words. Where the schema has words of its own, these are not asked.
import { z } from 'zod';
import { noneOf } from './suggest.ts';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** What is said of a key that must be there. */
export const MISSING = 'is missing';

const NOTHING = 'there is no value here: write one, or leave the key out';

/** Says what is wrong and what to write; undefined leaves it to the library. */
export function inWords(issue: RawIssue): string | undefined {
  if (issue.input === undefined) return MISSING;
  if (issue.input === null) {
    return (issue.path ?? []).length === 0 ? 'the file is empty: fill it, or delete it' : NOTHING;
  }
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
      return tooSmall(issue);
    case 'too_big':
      return issue.origin === 'string'
        ? `this is too long: write at most ${issue.maximum} characters`
        : `write ${issue.maximum} or less`;
    case 'invalid_type':
      return wrongKind(issue.expected, issue.input, issue.inst);
    default:
      return undefined;
  }
}

function tooSmall({ origin, minimum }: Extract<RawIssue, { code: 'too_small' }>): string {
  if (origin === 'string') return 'this text is empty: write one';
  return origin === 'array' ? 'this list is empty: name at least one' : `write ${minimum} or more`;
}

function wrongKind(expected: string, input: unknown, schema: unknown): string {
  if (schema instanceof z.ZodObject)
    return `write keys and values here: the keys are ${Object.keys(schema.shape).join(', ')}`;
  switch (expected) {
    case 'array':
      return 'write a list here, with `- ` before each item';
    case 'record':
      return 'write keys and values here, as in { key: value }';
    case 'boolean':
      return 'write true or false here, without quotes';
    case 'string':
      return noText(input);
    default:
      return noNumber(expected, input);
  }
}

function noText(input: unknown): string {
  if (input instanceof Object)
    return `write one text here, not ${Array.isArray(input) ? 'a list' : 'keys and values'}`;
  return `\`${input}\` is a ${typeof input} to YAML: put it in quotes`;
}

function noNumber(expected: string, input: unknown): string {
  const [digits] = typeof input === 'string' ? (/\d+/.exec(input) ?? []) : [];
  if (digits !== undefined) return `write the number ${digits} alone here, without quotes`;
  return `write a ${expected === 'int' ? 'whole ' : ''}number here`;
}
