// The text of a policy file to a PolicyDocument, or every issue with its place.
import type { Document } from 'yaml';
import { FOLDED, isFolded, type Parsed, parseYaml } from './read-yaml.ts';
import { type PolicyDocument, policySchema } from './schema.ts';
import { type LocatedIssue, offsetOf } from './schema-issues.ts';

/** Reads one policy file; its id must be the file's name without `.yaml`. */
export function parsePolicyFile(file: string, text: string): Parsed<PolicyDocument> {
  return parseYaml(file, text, policySchema, (document) => [
    ...misnamed(document, file),
    ...foldedReference(document, text),
  ]);
}

function misnamed(document: Document, file: string): readonly LocatedIssue[] {
  const name = file
    .split('/')
    .at(-1)
    ?.replace(/\.yaml$/, '');
  const id = document.get('id');
  if (typeof id !== 'string' || id === name) return [];
  const message = `id \`${id}\` must be the name of the file, \`${name}\``;
  return [{ offset: offsetOf(document, ['id']), message }];
}

function foldedReference(document: Document, text: string): readonly LocatedIssue[] {
  const isOne = isFolded(document.get('references', true), text);
  return isOne ? [{ offset: offsetOf(document, ['references']), message: FOLDED }] : [];
}
