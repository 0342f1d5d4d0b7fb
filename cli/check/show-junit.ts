// What a check found, for CI systems: a suite for each file, a test case for each policy.
import type { Policy } from '../../lib/policy/policy.ts';
import { escapeXml } from '../format/xml.ts';
import type { CheckFinding, CheckResult } from './finding.ts';

/** `fails` tells which findings fail the check. */
export function showCheckAsJunit(
  { findings, caveats }: CheckResult,
  files: readonly string[],
  policies: readonly Policy[],
  fails: (one: CheckFinding) => boolean,
): string {
  const suites = files.map((file) => {
    const failing = findings.filter((one) => one.checked === file && fails(one));
    const cases = policies.map(({ id }) =>
      testCase(
        file,
        id,
        failing.filter(({ policy }) => policy === id),
      ),
    );
    const incomplete = caveats.filter((one) => one.file === file && one.kind !== 'note');
    const errors = incomplete.map(({ text }) =>
      testCaseWith(file, 'the whole file', `<error message="${escapeXml(text)}"/>`),
    );
    const failures = new Set(failing.map(({ policy }) => policy)).size;
    const tests = cases.length + errors.length;
    return `<testsuite name="${escapeXml(file)}" tests="${tests}" failures="${failures}" errors="${errors.length}">${[...cases, ...errors].join('')}</testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>${suites.join('')}</testsuites>`;
}

function testCase(file: string, policy: string, failing: readonly CheckFinding[]): string {
  const failures = failing.map(({ address, verdict, file: at, line, reason }) => {
    const place = line === undefined ? at : `${at}:${line}`;
    return `<failure type="${verdict}" message="${escapeXml(`${address}: ${verdict}`)}">${escapeXml(`${place}: ${reason}`)}</failure>`;
  });
  return testCaseWith(file, policy, failures.join(''));
}

function testCaseWith(file: string, name: string, body: string): string {
  return `<testcase classname="${escapeXml(file)}" name="${escapeXml(name)}">${body}</testcase>`;
}
