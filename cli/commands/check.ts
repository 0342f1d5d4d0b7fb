// `portcullis check`: what a Terraform plan or a CloudFormation template would open, by the policies that are in force.
import { type Command, createCommand, Option } from 'commander';
import { isAsSevereAs, SEVERITIES, type Severity } from '../../lib/policy/severity.ts';
import type { CheckFinding, CheckResult } from '../check/finding.ts';
import type { CheckInput } from '../check/run-check.ts';
import { runCheck } from '../check/run-check.ts';
import { showCheckAsJunit } from '../check/show-junit.ts';
import { showCheckAsSarif } from '../check/show-sarif.ts';
import { showCheck } from '../check/show-text.ts';
import { print } from '../format/print.ts';
import { allModesOption, choosePolicies, type PolicyChoice, policyOption } from '../input/choose-policies.ts';
import { prefixListsOption } from '../input/export-options.ts';
import { accountOption, collect, regionOption } from '../input/parse.ts';
import { policiesOption, settingsOption } from '../input/policy-source.ts';
import type { CommandIo } from '../io.ts';

interface Options extends PolicyChoice, CheckInput {
  readonly format: 'text' | 'json' | 'junit' | 'sarif';
  readonly failOn?: Severity;
  readonly unknown: 'fail' | 'warn';
}

/** The command, with its help. */
export function checkCommand(io: CommandIo): Command {
  return createCommand('check')
    .description(
      'Evaluates the security group rules of Terraform or OpenTofu plans and CloudFormation templates before you deploy them: ' +
        'those that they create and those that they keep. It needs no AWS account.',
    )
    .argument(
      '<files...>',
      'output of `terraform show -json PLAN` or `tofu show -json PLAN`; CloudFormation templates in JSON or YAML, or a directory ' +
        'of them, such as cdk.out; - for standard input',
    )
    .addOption(policiesOption())
    .addOption(settingsOption())
    .addOption(policyOption())
    .addOption(allModesOption())
    .option('--account <id>', 'the account, if the file does not name it', accountOption)
    .option('--region <region>', 'the region, if the file does not name it', regionOption)
    .option(
      '--principal <arn>',
      'the principal who will deploy, for exceptions by principal; can be repeated',
      collect,
    )
    .option(
      '--parameters <file>',
      'values of template parameters: { "name": "value" }, or the list that the AWS CLI accepts',
    )
    .addOption(prefixListsOption())
    .option(
      '--live',
      'also read from your account: prefix lists, and rules of these groups that are not in the files',
    )
    .option('--profile <profile>', 'profile of your AWS configuration, for --live')
    .addOption(new Option('--from <file>', 'the same from an export, as for audit').conflicts('live'))
    .option('--source <dir>', 'the root module of the plan, to show files and lines')
    .addOption(
      new Option('--format <format>', 'output format')
        .choices(['text', 'json', 'junit', 'sarif'])
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'the lowest severity that fails the check (default: any)').choices([
        ...SEVERITIES,
      ]),
    )
    .addOption(
      new Option(
        '--unknown <what>',
        'whether a result fails that depends on values known only after the deployment',
      )
        .choices(['fail', 'warn'])
        .default('fail'),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing at or above --fail-on; 1 a violation, an incomplete plan,\nor a rule that could not be evaluated (without --unknown warn); 2 bad usage,\npolicies or input.',
    )
    .action((files, options) => run(io, files, options));
}

async function run(io: CommandIo, paths: readonly string[], options: Options): Promise<void> {
  const policies = choosePolicies(options);
  const { result, files } = await runCheck(io, paths, policies, options);
  const fails = (finding: CheckFinding) => isFailing(finding, options);
  const show = {
    text: () => showCheck(result, io.stdout.columns),
    json: () => JSON.stringify(result, null, 2),
    junit: () => showCheckAsJunit(result, files, policies, fails),
    sarif: () => showCheckAsSarif(result, files, policies),
  };
  print(io, show[options.format]());
  if (result.findings.some(fails) || isUnfinished(result, options)) io.setExitCode(1);
}

function isFailing(finding: CheckFinding, { failOn = 'low', unknown }: Options): boolean {
  const { verdict } = finding;
  const counts = verdict === 'violation' || (verdict === 'undecided' && unknown === 'fail');
  return counts && isAsSevereAs(finding, failOn);
}

/** What Terraform itself did not finish never passes. */
function isUnfinished({ caveats }: CheckResult, { unknown }: Options): boolean {
  return caveats.some(({ kind }) => kind === 'incomplete' || (kind === 'gap' && unknown === 'fail'));
}
