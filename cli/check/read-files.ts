// The files of a check: plans and templates, told apart by what is in them.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Given } from '../../lib/infrastructure/cloudformation/parameters.ts';
import { isTemplate, readTemplate } from '../../lib/infrastructure/cloudformation/read-template.ts';
import { parseTemplate } from '../../lib/infrastructure/cloudformation/template-text.ts';
import type { Declared } from '../../lib/infrastructure/declared.ts';
import { isTerraform } from '../../lib/infrastructure/terraform/plan.ts';
import { readPlan } from '../../lib/infrastructure/terraform/read-plan.ts';
import { InputError, parseJson, readText } from '../input/input.ts';
import type { Io } from '../io.ts';

export interface CheckedFile {
  readonly file: string;
  readonly text: string;
  readonly kind: 'terraform' | 'cloudformation';
  /** A plan as JSON; nothing asks for that of a template. */
  readonly value: unknown;
  readonly declared: Declared;
}

/** Reads all files; of a directory, such as `cdk.out`, all templates in it. Throws InputError. */
export async function readFiles(
  io: Io,
  paths: readonly string[],
  given: Given,
): Promise<readonly CheckedFile[]> {
  const read: CheckedFile[] = [];
  for (const file of paths.flatMap(filesIn)) read.push(readOne(file, await readText(io, file), given));
  return read;
}

const TEMPLATES = /\.template(\.json|\.ya?ml)?$/;

function filesIn(path: string): readonly string[] {
  if (path === '-' || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const inside = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    TEMPLATES.test(name),
  );
  if (inside.length === 0)
    throw new InputError(`${path}: holds no file that ends in .template.json or .template.yaml`);
  return inside.toSorted().map((name) => join(path, name));
}

function readOne(file: string, text: string, given: Given): CheckedFile {
  const value = parse(file, text);
  if (isTerraform(value)) {
    const declared = readPlan(value);
    if (typeof declared === 'string') throw new InputError(`${file}: ${declared}`);
    return { file, text, kind: 'terraform', value, declared };
  }
  if (isTemplate(value)) {
    return { file, text, kind: 'cloudformation', value, declared: readTemplate(value, given) };
  }
  throw new InputError(
    `${file}: neither what \`terraform show -json PLAN\` prints nor a CloudFormation template`,
  );
}

function parse(file: string, text: string): unknown {
  // A plan that Terraform itself wrote is a ZIP archive.
  if (text.startsWith('PK')) {
    throw new InputError(
      `${file}: a plan as Terraform keeps it: give what \`terraform show -json ${file}\` prints`,
    );
  }
  if (text.trimStart().startsWith('{')) return parseJson(file, text);
  const parsed = parseTemplate(text);
  if (typeof parsed === 'string') throw new InputError(`${file}${parsed}`);
  return parsed.value;
}
