// Results of policy tests, for people, scripts and CI systems.
import type { CaseResult } from '../../lib/report/policy-cases.ts';
import { escapeXml } from './xml.ts';

export interface Results {
  readonly policy: string;
  readonly file: string;
  readonly cases: readonly CaseResult[];
}

export const SHOW = { text: showText, json: showJson, junit: showJunit } as const;

function showText(results: readonly Results[]): string {
  const lines = results.flatMap(({ policy, file, cases }) => {
    const failed = cases.filter(({ passed }) => !passed);
    const state = cases.length === 0 ? 'no cases' : `${cases.length - failed.length} of ${cases.length} pass`;
    return [
      `${policy}: ${state}`,
      ...failed.flatMap(({ name, expected, got, reason }) => [
        `  ${file}: ${name}`,
        `    expected ${expected}, got ${got}`,
        `    ${reason}`,
      ]),
    ];
  });
  return lines.join('\n');
}

function showJson(results: readonly Results[]): string {
  return JSON.stringify(results, null, 2);
}

/** The form that CI systems read: a suite for each policy, a test case for each case. */
function showJunit(results: readonly Results[]): string {
  const suites = results.map(({ policy, cases }) => {
    const failures = cases.filter(({ passed }) => !passed).length;
    const body = cases.map((one) => junitCase(policy, one)).join('');
    return `<testsuite name="${escapeXml(policy)}" tests="${cases.length}" failures="${failures}">${body}</testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>${suites.join('')}</testsuites>`;
}

function junitCase(policy: string, { name, passed, expected, got, reason }: CaseResult): string {
  const failure = passed
    ? ''
    : `<failure message="expected ${expected}, got ${got}">${escapeXml(reason)}</failure>`;
  return `<testcase classname="${escapeXml(policy)}" name="${escapeXml(name)}">${failure}</testcase>`;
}
