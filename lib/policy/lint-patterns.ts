// Patterns and ids that nothing in AWS can fit: no error, for AWS may name things otherwise one day.
import type { PolicyDocument } from './schema.ts';

interface LintFinding {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A region, or a pattern that may fit one: `eu-west-1`, `eu-*`, `*-1`. */
const REGION = /^([a-z]{2,4}(-[a-z]+)+-\d+|([a-z]{0,4}|[a-z]{2,4}-[a-z\d-]*)(\*[a-z\d-]*)+)$/;
const GROUP = /^sg-[\da-f]+$/;
/** An ARN, or a pattern that may fit one. */
const ARN = /^(arn:|(a(r(n)?)?)?\*)/;

/** What of a policy, and of its exceptions, can never match. */
export function lintFindingsIn({ scope, exceptions = [] }: PolicyDocument): readonly LintFinding[] {
  return [
    ...unlike(scope?.regions, REGION, 'no AWS region is named', ['scope', 'regions']),
    ...unlike(scope?.groups?.ids, GROUP, 'no security group has the id', ['scope', 'groups', 'ids']),
    ...exceptions.flatMap(({ groups, principals }, position) => [
      ...unlike(groups?.ids, GROUP, 'no security group has the id', [
        'exceptions',
        position,
        'groups',
        'ids',
      ]),
      ...unlike(principals, ARN, 'no ARN is', ['exceptions', position, 'principals']),
    ]),
  ];
}

function unlike(
  texts: readonly string[] = [],
  form: RegExp,
  what: string,
  path: LintFinding['path'],
): readonly LintFinding[] {
  return texts.flatMap((text, position) =>
    form.test(text)
      ? []
      : [{ path: [...path, position], message: `${what} \`${text}\`: this can never match` }],
  );
}
