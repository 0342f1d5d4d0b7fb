// The policy files of a directory, as their authors wrote them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../policy/nearest.ts';
import { parsePolicyFile } from '../policy/policy-file.ts';
import type { Issue } from '../policy/read-yaml.ts';
import type { PolicyDocument } from '../policy/schema.ts';

/** All issues of all policy files of a directory. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(
      issues.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'),
    );
    this.issues = issues;
  }
}

/** A policy file: its text, and what it says. */
export interface PolicyFile {
  readonly file: string;
  readonly text: string;
  readonly policy: PolicyDocument;
}

/** Reads every `<id>.yaml` of a directory, by name; throws PolicyError with all issues at once. */
export function readPolicyFiles(directory: string): readonly PolicyFile[] {
  const all = list(directory);
  const names = all.filter((name) => !isTest(name));
  const texts = names
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => ({ file: join(directory, name), text: readFileSync(join(directory, name), 'utf8') }));
  const parsed = texts.map(({ file, text }) => ({ file, text, result: parsePolicyFile(file, text) }));
  const issues = [
    ...parsed.flatMap(({ result }) => (result.ok ? [] : result.issues)),
    ...names
      .filter((name) => name.endsWith('.yml'))
      .map((name) => issueOf(join(directory, name), 'nobody reads this: rename it to end in .yaml')),
    ...all
      .filter((name) => isTest(name) && !all.includes(name.replace('.test.yaml', '.yaml')))
      .map((name) => issueOf(join(directory, name), orphan(name, all))),
    ...(texts.length === 0 ? [issueOf(directory, 'no policy file (*.yaml) here')] : []),
  ];
  if (issues.length > 0) throw new PolicyError(issues);
  return parsed.flatMap(({ file, text, result }) =>
    result.ok ? [{ file, text, policy: result.value }] : [],
  );
}

/** The policies of a directory, without their files. */
export function readPolicies(directory: string): readonly PolicyDocument[] {
  return readPolicyFiles(directory).map(({ policy }) => policy);
}

/** The cases of a test file without a policy would never be run, and nobody would know. */
function orphan(name: string, all: readonly string[]): string {
  const policy = name.replace('.test.yaml', '.yaml');
  const near = nearest(
    policy,
    all.filter((other) => !isTest(other)),
  );
  const meant = near === undefined ? '' : `, did you mean \`${near.replace('.yaml', '.test.yaml')}\`?`;
  return `no policy \`${policy}\` is here: rename or remove this${meant}`;
}

function isTest(name: string): boolean {
  return name.endsWith('.test.yaml');
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const known = { ENOTDIR: 'it is a file: name the directory', ENOENT: 'there is no such directory' };
    const [, why = String(error)] = Object.entries(known).find(([name]) => name === code) ?? [];
    throw new PolicyError([issueOf(directory, `cannot be read: ${why}`)]);
  }
}

function issueOf(file: string, message: string): Issue {
  return { file, line: 1, column: 1, message };
}
