// Values for the parameters of a template, in the forms that people have them in.
import { z } from 'zod';
import { InputError, readJson } from '../input/input.ts';
import type { Io } from '../io.ts';

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
