// What was packaged, read from the template.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
  >;
}

export function readTemplate(folder: string): Template {
  return JSON.parse(
    readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'),
  );
}

/** The patterns of the rules that have one (schedules have none), in the order of serverless.yml. */
export function patternsIn({ Resources }: Template): readonly unknown[] {
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Events::Rule')
    .flatMap(({ Properties }) => Properties.EventPattern ?? []);
}
