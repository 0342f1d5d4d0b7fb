// Policy files, as their authors wrote them.
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { nearest } from '../policy/nearest.ts';
import { parsePolicyFile } from '../policy/policy-file.ts';
import type { Issue } from '../policy/read-yaml.ts';
import type { PolicyDocument } from '../policy/schema.ts';
import { readWritten } from './written-files.ts';

/** All issues of files that people wrote. */
export class FileError extends Error {
  override readonly name = 'FileError';
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

/**
 * Reads the policies that paths name, by name: every `<id>.yaml` of a directory, a file alone, or the policy of a test file.
 * Throws FileError with all issues at once.
 */
export function readPolicyFiles(paths: readonly string[]): readonly PolicyFile[] {
  const named = paths.map(filesAt);
  const files = [...new Set(named.flatMap((one) => one.files))].toSorted();
  const parsed = files.map((file) => {
    const read = readWritten(file);
    if ('problem' in read)
      return { file, text: '', result: { ok: false, issues: [issueOf(file, read.problem)] } as const };
    return { file, text: read.text, result: parsePolicyFile(file, read.text) };
  });
  const issues = [
    ...parsed.flatMap(({ result }) => (result.ok ? [] : result.issues)),
    ...named.flatMap((one) => one.issues),
  ];
  if (issues.length > 0) throw new FileError(issues);
  return parsed.flatMap(({ file, text, result }) =>
    result.ok ? [{ file, text, policy: result.value }] : [],
  );
}

/** The policies of a directory, without their files. */
export function readPolicies(directory: string): readonly PolicyDocument[] {
  return readPolicyFiles([directory]).map(({ policy }) => policy);
}

/** The policy files that a path names, and what is wrong with the path or with the names of files there. */
interface Named {
  readonly files: readonly string[];
  readonly issues: readonly Issue[];
}

function filesAt(path: string): Named {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return refused(path, 'cannot be read: there is no such file or directory');
  if (stat.isDirectory()) return filesIn(path, readdirSync(path));
  const names = readdirSync(dirname(path));
  const name = basename(path);
  if (!/\.ya?ml$/.test(name)) return refused(path, 'the name of a policy file ends in .yaml');
  const policy = normalize(path).replace(/\.test\.yaml$/, '.yaml');
  const issues = misnamed(dirname(path), [name], names);
  return { files: issues.length > 0 ? [] : [policy], issues };
}

function filesIn(directory: string, names: readonly string[]): Named {
  const files = names
    .filter((name) => name.endsWith('.yaml') && !isTest(name))
    .map((name) => join(directory, name));
  const none = files.length === 0 ? [issueOf(directory, 'no policy file (*.yaml) here')] : [];
  return { files, issues: [...misnamed(directory, names, names), ...none] };
}

/** What nobody would ever read: another ending, and the cases of a test file without a policy. */
function misnamed(directory: string, names: readonly string[], all: readonly string[]): readonly Issue[] {
  return names.flatMap((name) => {
    const path = join(directory, name);
    if (name === 'settings.yml')
      return [issueOf(path, `these are settings and no policy: name them with \`--settings ${path}\``)];
    if (name.endsWith('.yml')) return [issueOf(path, 'nobody reads this: rename it to end in .yaml')];
    const isOrphan = isTest(name) && !all.includes(name.replace('.test.yaml', '.yaml'));
    return isOrphan ? [issueOf(path, orphan(name, all))] : [];
  });
}

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

function refused(path: string, message: string): Named {
  return { files: [], issues: [issueOf(path, message)] };
}

function issueOf(file: string, message: string): Issue {
  return { file, line: 1, column: 1, message };
}
