// Policies with the cases beside them.
import { existsSync } from 'node:fs';
import { FileError, type PolicyFile, readPolicyFiles } from '../../lib/io/policy-files.ts';
import { readWritten } from '../../lib/io/written-files.ts';
import { type CaseFile, parseCases } from '../../lib/report/policy-cases.ts';

export interface Tested extends PolicyFile {
  /** The name of the test file, whether it is there or not. */
  readonly tests: string;
  /** Undefined where there is no test file. */
  readonly cases: CaseFile | undefined;
}

/** What is to be said of a test file whose lists are all empty: it looks like a test, and tests nothing. */
export const NO_CASES = 'no cases in it: write some under `violation` and `compliant`';

/** Reads every policy that paths name and its test file; throws FileError with all issues of the policies, or else of the test files. */
export function readTested(paths: readonly string[]): readonly Tested[] {
  const read = readPolicyFiles(paths).map((policyFile) => {
    const tests = policyFile.file.replace(/\.yaml$/, '.test.yaml');
    const parsed = existsSync(tests) ? casesIn(tests) : undefined;
    return { ...policyFile, tests, parsed };
  });
  const issues = read.flatMap(({ parsed }) => (parsed?.ok === false ? parsed.issues : []));
  if (issues.length > 0) throw new FileError(issues);
  return read.map(({ parsed, ...rest }) => ({ ...rest, cases: parsed?.ok ? parsed.value : undefined }));
}

function casesIn(file: string): ReturnType<typeof parseCases> {
  const read = readWritten(file);
  if ('text' in read) return parseCases(file, read.text);
  return { ok: false, issues: [{ file, line: 1, column: 1, message: read.problem }] };
}
