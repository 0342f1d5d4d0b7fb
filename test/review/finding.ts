// What a tool finds, and what we accept of it.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const TOOLS = ['cfn-lint', 'checkov', 'cfn-guard', 'cdk-nag'] as const;
export type Tool = (typeof TOOLS)[number];

/** One rule that one resource breaks. */
export interface Finding {
  readonly rule: string;
  readonly resource: string;
}

/** One reason, and everything that it answers: each rule on each resource. */
export interface Acceptance {
  readonly reason: string;
  readonly resources: readonly string[];
  readonly rules: { readonly [tool in Tool]?: readonly string[] };
}

/** The file of accepted findings, as it stands. */
export function readAccepted(): readonly Acceptance[] {
  return parse(readFileSync(new URL('accepted.yaml', import.meta.url), 'utf8'));
}

/** The findings of one tool that have a reason. */
export function acceptedFor(tool: Tool, acceptances: readonly Acceptance[]): readonly Finding[] {
  return acceptances.flatMap(({ resources, rules }) =>
    (rules[tool] ?? []).flatMap((rule) => resources.map((resource) => ({ rule, resource }))),
  );
}

/** Findings as sorted lines, each once: two templates may have the same one. */
export function linesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ rule, resource }) => `${resource}: ${rule}`))].toSorted();
}
