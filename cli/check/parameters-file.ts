// Values for the parameters of a template, in the forms that people have them in.
import { z } from 'zod';
import { objectOf } from '../../lib/infrastructure/values.ts';
import { nearest } from '../../lib/policy/nearest.ts';
import { InputError, readJson } from '../input/input.ts';
import type { Io } from '../io.ts';
import type { CheckedFile } from './read-files.ts';

const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const plain = z.record(z.string(), value);
const listed = z
  .array(z.object({ ParameterKey: z.string(), ParameterValue: value }))
  .transform((list) => Object.fromEntries(list.map((one) => [one.ParameterKey, one.ParameterValue])));
const schema = z.union([
  listed,
  z.object({ Parameters: plain }).transform(({ Parameters }) => Parameters),
  plain,
]);

/**
 * Reads `[{ "ParameterKey": ..., "ParameterValue": ... }]` as the AWS CLI takes it, `{ "Parameters": {...} }` as CodePipeline does, or
 * `{ "name": "value" }`; throws InputError.
 */
export async function readParameters(io: Io, file: string | undefined): Promise<ReadonlyMap<string, string>> {
  if (file === undefined) return new Map();
  const { success, data } = schema.safeParse(await readJson(io, file));
  if (success) return new Map(Object.entries(data));
  throw new InputError(
    `${file}: no parameters: write { "name": "value" }, or a list of { "ParameterKey": "name", "ParameterValue": "value" }`,
  );
}

/** Throws InputError for a value that no template takes: its parameter would silently keep its default. */
export function refuseUnknown(
  file: string | undefined,
  given: ReadonlyMap<string, string>,
  files: readonly CheckedFile[],
): void {
  const templates = files.filter(({ kind }) => kind === 'cloudformation');
  const known = templates.flatMap(({ value: template }) =>
    Object.keys(objectOf(objectOf(template).Parameters)),
  );
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const meant = near === undefined ? '' : `, did you mean \`${near}\`?`;
  throw new InputError(`${file}: no template has a parameter \`${unknown}\`${meant}`);
}
