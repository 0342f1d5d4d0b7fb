// The text of a settings file to a SettingsDocument, or every issue with its place.
import { type Document, isMap, isScalar } from 'yaml';
import { nearest } from '../policy/nearest.ts';
import { type Parsed, parseYaml } from '../policy/read-yaml.ts';
import type { LocatedIssue } from '../policy/schema-issues.ts';
import { type SettingsDocument, settingsSchema } from './schema.ts';

/** Reads one settings file; what it changes must be among the shipped policies, where these are known. */
export function parseSettings(
  file: string,
  text: string,
  shipped?: readonly string[],
): Parsed<SettingsDocument> {
  return parseYaml(file, text, settingsSchema, (document) =>
    shipped === undefined ? [] : unknownPolicies(document, shipped),
  );
}

function unknownPolicies(document: Document, shipped: readonly string[]): readonly LocatedIssue[] {
  const overrides = document.get('shipped', true);
  const keys = isMap(overrides) ? overrides.items.map(({ key }) => key) : [];
  return keys.flatMap((key) => {
    if (!isScalar(key) || shipped.includes(String(key.value))) return [];
    const near = nearest(String(key.value), shipped);
    const meant = near === undefined ? `: there are ${shipped.join(', ')}` : `, did you mean \`${near}\`?`;
    return [{ offset: key.range?.[0] ?? 0, message: `no policy \`${key.value}\` is shipped${meant}` }];
  });
}
