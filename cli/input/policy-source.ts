// Where a command has its policies from: a directory, the settings, or what is shipped.
import { isAbsolute, relative } from 'node:path';
import { Option } from 'commander';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { readSettings } from '../../lib/io/settings-files.ts';
import { SHIPPED } from '../../lib/io/shipped-directory.ts';
import { readWritten } from '../../lib/io/written-files.ts';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { withoutOff } from '../../lib/policy/policy-modes.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import { InputError } from './input.ts';

export interface PolicySource {
  /** A directory, of which all policies are meant and no others. */
  readonly policies?: string;
  /** The settings file; an empty name is none. */
  readonly settings?: string;
}

/** The option for a directory of policies. */
export function policiesOption(): Option {
  return new Option(
    '--policies <dir>',
    'use only the policy files in this directory (default: the policies of --settings, or else the shipped policies)',
  );
}

/** The option for the settings. */
export function settingsOption(): Option {
  return new Option('--settings <file>', 'your settings.yml').env('PORTCULLIS_SETTINGS');
}

/** The policies, and what they are from; throws FileError. */
export function readSource({ policies, settings }: PolicySource): {
  readonly where: string;
  readonly documents: readonly PolicyDocument[];
} {
  if (policies !== undefined) return { where: policies, documents: readPolicies(policies) };
  if (settings) return { where: settings, documents: readSettings(settings).inForce };
  return { where: shippedDirectory(), documents: readPolicies(shippedDirectory()) };
}

/** Whether a path is of settings, and not of a directory of policies. */
export function isSettings(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

/** The policies in force of a directory or of a settings.yml; throws FileError, and InputError for the file of a policy. */
export function policiesAt(path: string): readonly Policy[] {
  if (isSettings(path) && isPolicy(path)) {
    throw new InputError(`${path}: is one policy: name the directory that it is in, or your settings`);
  }
  const { documents } = readSource(isSettings(path) ? { settings: path } : { policies: path });
  return withoutOff(documents.map(compilePolicy));
}

/** What every policy has, and settings never have. */
function isPolicy(file: string): boolean {
  const read = readWritten(file);
  return 'text' in read && /^match:/m.test(read.text);
}

/** Where the shipped policies are, as short as it can be said here. */
export function shippedDirectory(): string {
  const path = relative('', SHIPPED);
  return path.startsWith('..') || isAbsolute(path) ? SHIPPED : path;
}
