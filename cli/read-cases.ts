// The cases of a test file; what is wrong in it is told with its place.
import { readFileSync } from 'node:fs';
import { YAMLParseError } from 'yaml';
import { ZodError } from 'zod';
import { explainIssues } from '../lib/policy/file.ts';
import { CASE_KEYS, type CaseFile, parseCases } from '../lib/report/cases.ts';
import { InputError } from './input.ts';

/** Reads a test file; throws InputError with every issue on a line of its own. */
export function readCases(file: string): CaseFile {
  const text = readFileSync(file, 'utf8');
  try {
    return parseCases(text);
  } catch (error) {
    throw new InputError(problemsOf(file, text, error).join('\n'), { cause: error });
  }
}

function problemsOf(file: string, text: string, error: unknown): readonly string[] {
  if (error instanceof ZodError) {
    return explainIssues(text, error.issues, CASE_KEYS).map(
      ({ line, column, message }) => `${file}:${line}:${column}: ${message}`,
    );
  }
  const [first] = (error instanceof Error ? error.message : String(error)).split('\n');
  const { line = 1, col = 1 } = (error instanceof YAMLParseError && error.linePos?.[0]) || {};
  return [`${file}:${line}:${col}: ${first}`];
}
