// The four tools, each from a template file to its findings.
import { execFileSync } from 'node:child_process';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { pythonCommands } from '../e2e/python.ts';
import type { Finding, Tool } from './finding.ts';

export const REVIEWERS: Record<Tool, (template: string) => readonly Finding[]> = {
  'cfn-lint': cfnLint,
  checkov,
  'cfn-guard': cfnGuard,
  'cdk-nag': cdkNag,
};

/** Against the resource specifications of all regions. */
function cfnLint(template: string): readonly Finding[] {
  const found = run('cfn-lint', ['--format', 'json', '--regions', 'ALL_REGIONS', '--', template]);
  return found.map(({ Rule, Location }: { Rule: { Id: string }; Location: { Path: readonly string[] } }) => ({
    rule: Rule.Id,
    resource: Location.Path[1] ?? '',
  }));
}

function checkov(template: string): readonly Finding[] {
  return checkovOn([template], 'cloudformation');
}

/** Of templates, or of Terraform plans as JSON: one start of checkov for all of them. */
export function checkovOn(
  files: readonly string[],
  framework: 'cloudformation' | 'terraform_plan',
): readonly (Finding & { readonly file: string })[] {
  const found = run('checkov', [
    ...files.flatMap((file) => ['--file', file]),
    ...['--framework', framework, '--output', 'json', '--compact', '--quiet', '--skip-download'],
  ]);
  return (found.results?.failed_checks ?? []).map(
    (check: { check_id: string; resource: string; file_abs_path: string }) => ({
      rule: check.check_id,
      resource: lastOf(check.resource, '.'),
      file: lastOf(check.file_abs_path, '/'),
    }),
  );
}

/** AWS Control Tower's proactive controls, with the binary that the package brings. */
function cfnGuard(template: string): readonly Finding[] {
  const { violations } = new CfnGuardValidator().validate({
    templatePaths: [template],
    appConstruct: new App(),
  });
  return violations.flatMap(({ description, violatingResources }) =>
    violatingResources.map(({ resourceLogicalId }) => ({
      rule: /CT\.[\w.]+/.exec(description)?.[0] ?? description,
      resource: resourceLogicalId,
    })),
  );
}

function cdkNag(template: string): readonly Finding[] {
  const stack = new Stack(new App({ analyticsReporting: false }));
  new CfnInclude(stack, 'template', { templateFile: template });
  return [new AwsSolutionsChecks(), new ServerlessChecks(), new NIST80053R5Checks()]
    .flatMap((pack) => pack.validateScope(stack).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({
        rule: ruleName,
        resource: lastOf(constructPath, '/'),
      })),
    );
}

/** What a Python tool prints; they exit with a failure when they find something. */
function run(tool: string, args: readonly string[]) {
  try {
    return JSON.parse(execFileSync(`${pythonCommands('tools')}/${tool}`, args, { encoding: 'utf8' }));
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && error.stdout !== '')) throw error;
    return JSON.parse(String(error.stdout));
  }
}

function lastOf(path: string, separator: string): string {
  return path.slice(path.lastIndexOf(separator) + 1);
}
