// A settings file, with the shipped policies and those beside it.
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Issue } from '../policy/read-yaml.ts';
import type { PolicyDocument } from '../policy/schema.ts';
import { lineAndColumn } from '../policy/schema-issues.ts';
import type { SettingsDocument } from '../settings/schema.ts';
import { parseSettings } from '../settings/settings-file.ts';
import { effectivePolicies, isTaken } from '../settings/shipped.ts';
import { FileError, type PolicyFile, readPolicyFiles } from './policy-files.ts';
import { SHIPPED } from './shipped-directory.ts';
import { readWritten } from './written-files.ts';

/** A settings file, and all that it leads to. */
export interface SettingsFile {
  readonly file: string;
  readonly text: string;
  readonly settings: SettingsDocument;
  readonly shipped: readonly PolicyFile[];
  /** Where the policies of its owner are; undefined where it names no directory of them. */
  readonly directory: string | undefined;
  readonly own: readonly PolicyFile[];
  readonly inForce: readonly PolicyDocument[];
}

/** Reads the settings and all policies; throws FileError with all issues at once. */
export function readSettings(file: string): SettingsFile {
  const text = textOf(file);
  const shipped = readPolicyFiles([SHIPPED]);
  const ids = shipped.map(({ policy }) => policy.id);
  const parsed = parseSettings(file, text, ids);
  if (!parsed.ok) throw new FileError(parsed.issues);
  const { value: settings } = parsed;
  const directory = directoryOf(file, text, settings);
  const own = directory === undefined ? [] : readPolicyFiles([directory]);
  const documents = (files: readonly PolicyFile[]) => files.map(({ policy }) => policy);
  const taken = own.filter(({ policy }) => isTaken(policy.id, documents(shipped), settings.shipped));
  if (taken.length > 0) throw new FileError(taken.map((one) => whyTaken(one, file)));
  const inForce = effectivePolicies(documents(shipped), documents(own), settings.shipped);
  return { file, text, settings, shipped, directory, own, inForce };
}

function textOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  const refuse = (message: string): never => {
    throw new FileError([{ file, line: 1, column: 1, message }]);
  };
  if (stat === undefined) return refuse('there are no settings here: `portcullis init` writes some');
  if (stat.isDirectory()) return refuse(`this is a directory: name the file, ${join(file, 'settings.yml')}`);
  const read = readWritten(file);
  return 'problem' in read ? refuse(read.problem) : read.text;
}

function directoryOf(file: string, text: string, { policies }: SettingsDocument): string | undefined {
  if (policies === undefined) return undefined;
  const directory = isAbsolute(policies) ? policies : join(dirname(file), policies);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return directory;
  const message = `there is no directory ${directory}: make it, or leave \`policies\` out`;
  throw new FileError([{ file, ...lineAndColumn(text, ['policies']), message }]);
}

function whyTaken({ file, text, policy: { id } }: PolicyFile, settings: string): Issue {
  const message = `a policy \`${id}\` is shipped: choose another id, or leave the shipped one out by \`${id}: { mode: off }\` under \`shipped\` in ${settings}`;
  return { file, ...lineAndColumn(text, ['id']), message };
}
