// `portcullis audit`: every rule of every group against the policies, from files or from a live account.
import { type Command, createCommand, Option } from 'commander';
import { SEVERITIES, type Severity } from '../../lib/policy/policy.ts';
import { findingsAsTable } from '../format/findings.ts';
import { findingsAsJson } from '../format/findings-json.ts';
import { printAll } from '../format/print-all.ts';
import { makeProgress } from '../format/progress.ts';
import { withExposure } from '../input/audit-exposure.ts';
import { type AuditFinding, NOTHING_AUDITED } from '../input/audit-group.ts';
import { openAudit } from '../input/audit-input.ts';
import { auditPages } from '../input/audit-pages.ts';
import type { AuditInput } from '../input/audit-sources.ts';
import { allModesOption, choosePolicies, type PolicyChoice, policyOption } from '../input/choose-policies.ts';
import { policiesOption, settingsOption } from '../input/policy-source.ts';
import type { CommandIo } from '../io.ts';

interface Options extends PolicyChoice, AuditInput {
  readonly format: 'table' | 'json';
  readonly failOn?: Severity;
  readonly allowUndecided?: boolean;
}

/** The command, with its help. */
export function auditCommand(io: CommandIo): Command {
  return createCommand('audit')
    .description(
      'Evaluates every rule of every security group against the policies, and changes nothing. Without --from it reads the ' +
        'account of your AWS credentials, with Describe and Get calls only.',
    )
    .option(
      '--from <file>',
      'output of `aws ec2 describe-security-groups`; - for standard input. With Vpcs and SecurityGroupVpcAssociations in it, as ' +
        '`describe-vpcs` and `describe-security-group-vpc-associations` print them, for policies that look at VPCs',
    )
    .option('--rules <file>', 'output of `aws ec2 describe-security-group-rules`, for rule ids')
    .option('--prefix-lists <file>', 'entries of prefix lists by id or name, as { "pl-id": ["cidr", ...] }')
    .option('--region <region>', 'AWS region; of groups from a file, where the file does not say')
    .option('--profile <profile>', 'profile of your AWS configuration')
    .addOption(policiesOption())
    .addOption(settingsOption())
    .addOption(policyOption())
    .addOption(allModesOption())
    .addOption(
      new Option('--format <format>', 'for people or for machines')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that fails the audit (default: any)').choices([
        ...SEVERITIES,
      ]),
    )
    .option(
      '--allow-undecided',
      'let pass what could not be evaluated, such as rules for unread prefix lists',
    )
    .option(
      '--exposure',
      'also say whether packets from the internet reach the interfaces of a group, by its addresses, routes and network ACLs. Of a ' +
        'file, only with NetworkInterfaces, Subnets, RouteTables, NetworkAcls, InternetGateways, VpcBlockPublicAccessOptions and ' +
        'VpcBlockPublicAccessExclusions in it',
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing at or above --fail-on; 1 a violation, or without\n--allow-undecided a rule that could not be evaluated, or output that nobody read\nto its end; 2 bad usage, policies or input.',
    )
    .action((options) => run(io, options));
}

async function run(io: CommandIo, options: Options): Promise<void> {
  const policies = choosePolicies(options);
  const sources = await openAudit(io, options, policies);
  const summary = { ...NOTHING_AUDITED };
  const progress = makeProgress(io, summary);
  let fails = false;

  async function* pages(): AsyncGenerator<readonly AuditFinding[]> {
    for await (const audited of auditPages(sources, policies, options.region, summary, progress.update)) {
      const { network } = sources;
      const page =
        network === undefined ? audited.map(({ finding }) => finding) : await withExposure(audited, network);
      fails ||= page.some((finding) => counts(finding, options));
      yield page;
    }
  }

  try {
    const texts =
      options.format === 'json'
        ? findingsAsJson(pages(), summary)
        : findingsAsTable(pages(), summary, options.from === undefined, io.stdout.columns);
    const isRead = await printAll(io, progress.beside(texts));
    // Where nobody reads on, what is left was not evaluated: that must not look like a clean account.
    if (fails || !isRead) io.setExitCode(1);
  } finally {
    await sources.close();
  }
}

/** A policy that nobody could ask must not look like one that was kept. */
function counts(
  { verdict, severity }: AuditFinding,
  { failOn = 'low', allowUndecided = false }: Options,
): boolean {
  const isFailing = verdict === 'violation' || (verdict === 'undecided' && !allowUndecided);
  return isFailing && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn);
}
