// `portcullis audit`: every rule of every group against the policies, from files or from a live account.
import { SingleBar } from 'cli-progress';
import { type Command, createCommand, Option } from 'commander';
import { prefixListsNeeded } from '../../lib/evaluate/prefix-lists-needed.ts';
import { vpcsNeeded } from '../../lib/evaluate/vpcs-needed.ts';
import { readCallerAccount } from '../../lib/io/aws/caller.ts';
import { type PrefixListCache, readPrefixLists } from '../../lib/io/aws/prefix-lists.ts';
import type { DescribedGroup } from '../../lib/io/aws/read-account.ts';
import { addressSet } from '../../lib/network/cidr.ts';
import { isListId } from '../../lib/policy/list-names.ts';
import { type Policy, SEVERITIES, type Severity } from '../../lib/policy/policy.ts';
import { showFindings } from '../format/findings.ts';
import { print } from '../format/print.ts';
import { showUnread } from '../format/unread.ts';
import { type NetworkSource, withExposure } from '../input/audit-exposure.ts';
import {
  type Audited,
  type AuditFinding,
  auditGroup,
  type Summary,
  type Surroundings,
} from '../input/audit-group.ts';
import { networkOfAccount, networkOfFile } from '../input/audit-network.ts';
import { groupsOfAccount, groupsOfFiles, vpcsOfAccount, vpcsOfFile } from '../input/audit-sources.ts';
import { allModesOption, choosePolicies, type PolicyChoice, policyOption } from '../input/choose-policies.ts';
import { exportOf } from '../input/export-file.ts';
import { parseListEntries } from '../input/exported.ts';
import { readJson } from '../input/input.ts';
import { asking, connectEc2, connectSts } from '../input/live.ts';
import type { CommandIo } from '../io.ts';

interface Options extends PolicyChoice {
  readonly from?: string;
  readonly rules?: string;
  readonly prefixLists?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly format: 'table' | 'json';
  readonly failOn?: Severity;
  readonly allowUndecided?: boolean;
  readonly exposure?: true;
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
    .option('--policies <dir>', 'directory of policy files', 'policies')
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
      '\nExit codes: 0 nothing at or above --fail-on; 1 a violation, or without\n--allow-undecided a rule that could not be evaluated; 2 bad usage, policies\nor input.',
    )
    .action((options) => run(io, options));
}

async function run(io: CommandIo, options: Options): Promise<void> {
  const policies = choosePolicies(options);
  const { groups, network, ...surroundings } = await sourcesOf(io, options, policies);
  const found: Audited[] = [];
  const summary: Summary = { groups: 0, rules: 0, violation: 0, exempt: 0, undecided: 0 };
  const progress = new SingleBar({
    format: 'groups evaluated: {value}',
    stream: io.stderr,
    clearOnComplete: true,
  });
  progress.start(0, 0);
  for await (const audited of groups) {
    found.push(...(await auditGroup(audited, policies, surroundings, options.region)));
    summary.groups += 1;
    summary.rules += audited.rules.length;
    progress.increment();
  }
  progress.stop();
  const findings = options.exposure
    ? await withExposure(found, network)
    : found.map(({ finding }) => finding);
  for (const { verdict } of findings) summary[verdict] += 1;
  print(
    io,
    options.format === 'json'
      ? JSON.stringify({ findings, summary }, null, 2)
      : [
          showFindings(findings, summary, io.stdout.columns),
          ...showUnread(findings, options.from === undefined),
        ].join('\n'),
  );
  if (findings.some((finding) => counts(finding, options))) io.setExitCode(1);
}

interface Sources extends Surroundings {
  readonly groups: AsyncIterable<DescribedGroup>;
  readonly network: NetworkSource;
}

async function sourcesOf(io: CommandIo, options: Options, policies: readonly Policy[]): Promise<Sources> {
  const { from, rules } = options;
  const entries =
    options.prefixLists === undefined
      ? new Map()
      : parseListEntries(options.prefixLists, await readJson(io, options.prefixLists));
  const given = new Map([...entries].map(([id, cidrs]) => [id, addressSet(cidrs)]));
  const needed = vpcsNeeded(policies);
  if (from !== undefined) {
    const file = await exportOf(io, from, needed.associations || options.exposure === true);
    const vpcs = await vpcsOfFile(file, needed);
    const network = networkOfFile(file, entries);
    return { groups: groupsOfFiles(io, file, rules), prefixLists: async () => given, vpcs, network };
  }
  const ec2 = connectEc2(options);
  const cache: PrefixListCache = new Map();
  const accountId = await accountOfNames(options, policies);
  return {
    groups: groupsOfAccount(ec2),
    vpcs: await vpcsOfAccount(ec2, needed),
    network: networkOfAccount(ec2),
    prefixLists: async (references) => {
      const missing = references.filter((one) => !given.has(one));
      const read = readPrefixLists(ec2, missing, accountId, cache);
      return new Map([...given, ...(await asking('the prefix lists cannot be read', read))]);
    },
  };
}

/** The account whose lists policies call by name; undefined where none does. */
async function accountOfNames(options: Options, policies: readonly Policy[]): Promise<string | undefined> {
  if (prefixListsNeeded([], policies).every(isListId)) return undefined;
  return asking('the account cannot be read', readCallerAccount(connectSts(options)));
}

/** A policy that nobody could ask must not look like one that was kept. */
function counts(
  { verdict, severity }: AuditFinding,
  { failOn = 'low', allowUndecided = false }: Options,
): boolean {
  const isFailing = verdict === 'violation' || (verdict === 'undecided' && !allowUndecided);
  return isFailing && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn);
}
