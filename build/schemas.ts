// The JSON Schemas that editors complete from, made from the definitions that validate.
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { policySchema } from '../lib/policy/schema.ts';
import { caseFileSchema } from '../lib/report/policy-cases.ts';
import { settingsSchema } from '../lib/settings/schema.ts';

/** Each schema file and its text, as it must be. */
export const SCHEMAS: readonly (readonly [file: string, text: string])[] = [
  ['policies/policy.schema.json', textOf('A Portcullis policy', policySchema)],
  ['policies/policy-test.schema.json', textOf('The test cases of a Portcullis policy', caseFileSchema)],
  ['policies/settings.schema.json', textOf('The settings of Portcullis', settingsSchema)],
];

if (import.meta.main)
  for (const [file, text] of SCHEMAS) writeFileSync(new URL(`../${file}`, import.meta.url), text);

function textOf(title: string, schema: z.ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`;
}
