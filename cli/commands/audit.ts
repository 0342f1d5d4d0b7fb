// `portcullis audit`: every rule of every group against the policies, from files or from a live account.
import { type Command, createCommand, Option } from 'commander';
import { isAsSevereAs, SEVERITIES, type Severity } from '../../lib/policy/severity.ts';
import { printError } from '../format/print.ts';
import { printAll } from '../format/print-all.ts';
import { makeProgress } from '../format/progress.ts';
import { type AuditFilter, groupOption, tagOption } from '../input/audit-filter.ts';
import { openAudit } from '../input/audit-input.ts';
import { auditPages } from '../input/audit-pages.ts';
import type { AuditInput } from '../input/audit-sources.ts';
import { allModesOption, choosePolicies, type PolicyChoice, policyOption } from '../input/choose-policies.ts';
import { allowEmptyOption, NOTHING_READ, withExport } from '../input/export-options.ts';
import { InputError } from '../input/input.ts';
import { groupByOption, rowsOption } from '../input/parse.ts';
import { policiesOption, settingsOption } from '../input/policy-source.ts';
import type { CommandIo } from '../io.ts';
import { type AuditFinding, nothingAudited, type Pages, type Summary } from '../report/finding.ts';
import type { FindingIdentity } from '../report/finding-identity.ts';
import { FORMATS, type Format, formattedTexts } from '../report/formats.ts';

interface Options extends PolicyChoice, AuditInput, AuditFilter {
  readonly format: Format;
  readonly severity?: Severity;
  readonly limit?: number;
  readonly groupBy?: string;
  readonly commands?: boolean;
  readonly failOn?: Severity;
  readonly allowUndecided?: boolean;
  readonly allowEmpty?: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

/** The command, with its help. */
export function auditCommand(io: CommandIo): Command {
  return withOutput(withInput(createCommand('audit')))
    .description(
      'Evaluates every rule of every security group against the policies, and changes nothing. Without --from it reads the ' +
        'account of your AWS credentials, with Describe and Get calls only.',
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing at or above --fail-on that is not in the baseline; 1 a\nviolation, a rule that could not be evaluated (without --allow-undecided), no\ngroup at all (with --fail-on, without --allow-empty), or output that was not\nread to the end; 2 bad usage, policies or input.',
    )
    .action((options) => run(io, options));
}

function withInput(command: Command): Command {
  return withExport(
    command,
    'output of `aws ec2 describe-security-groups`, a directory of such files, or - for standard input; can be repeated. ' +
      'JSON, JSON lines, several documents in one file, or lists of groups; gzip is fine. For policies that look at VPCs, ' +
      'add Vpcs and SecurityGroupVpcAssociations, as `describe-vpcs` and so on print them, to any of the files',
    '. With --from, the region of groups whose file does not name one',
  )
    .addOption(policiesOption())
    .addOption(settingsOption())
    .addOption(policyOption())
    .addOption(allModesOption())
    .addOption(
      new Option('--severity <severity>', 'only policies of this severity or higher').choices([
        ...SEVERITIES,
      ]),
    )
    .addOption(groupOption())
    .addOption(tagOption())
    .option(
      '--exposure',
      'also say whether packets from the internet reach the interfaces of a group, by its addresses, routes and network ACLs. With ' +
        '--from, the files must have NetworkInterfaces; without Subnets, RouteTables, NetworkAcls, InternetGateways, ' +
        'VpcBlockPublicAccessOptions or VpcBlockPublicAccessExclusions, the answer is unknown where it depends on them',
    );
}

function withOutput(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--format <format>',
        'table for the terminal, html for a page to share, the others for tools',
      )
        .choices([...FORMATS])
        .default('table'),
    )
    .addOption(
      new Option(
        '--limit <rows>',
        'how many rows the table lists, or `all` (default: 5, or 3 under each heading; with --commands all)',
      ).argParser(rowsOption),
    )
    .addOption(
      new Option(
        '--group-by <key>',
        'list rows under headings: account, region, group, policy, service or tag:KEY',
      ).argParser(groupByOption),
    )
    .option(
      '--commands',
      'print a script that revokes each rule with the AWS CLI; review it before you run it',
    )
    .addOption(
      new Option('--fail-on <severity>', 'the lowest severity that fails the audit (default: any)').choices([
        ...SEVERITIES,
      ]),
    )
    .option(
      '--allow-undecided',
      'pass although some rules could not be evaluated, for example because a prefix list could not be read',
    )
    .addOption(allowEmptyOption())
    .option('--baseline <file>', 'ignore the findings in this baseline, and list only new ones')
    .option('--write-baseline <file>', 'write the findings as a baseline, and pass');
}

async function run(io: CommandIo, options: Options): Promise<void> {
  refuseOddOptions(options);
  const { severity = 'low' } = options;
  const policies = choosePolicies(options).filter((policy) => isAsSevereAs(policy, severity));
  const audit = await openAudit(io, options, policies);
  const summary = nothingAudited();
  const visited = new Set<string>();
  const progress = makeProgress(io, summary);
  const verdict = { fails: false };
  const identities: FindingIdentity[] = [];
  const tally = { summary, visited, onGroup: progress.update };
  try {
    const found = auditPages(audit, policies, options, tally);
    const pages = failing(await compared(io, found, options, summary, identities), options, verdict);
    const facts = { policies, source: options, summary, visited };
    const { columns } = io.stdout;
    const isLive = options.from === undefined;
    const texts = await formattedTexts(options.format, pages, facts, { ...options, columns, isLive });
    const isRead = await printAll(io, progress.beside(texts));
    if (options.writeBaseline !== undefined && isRead)
      await (await baselines()).writeBaseline(options.writeBaseline, identities);
    const isEmpty = isRead && summary.groups === 0;
    if (isEmpty) printError(io, NOTHING_READ);
    if (isRead) warnOfRegion(io, options, visited);
    // Where nobody reads on, what is left was not evaluated: that must not look like a clean account.
    if (verdict.fails || !isRead || (isEmpty && options.failOn !== undefined && options.allowEmpty !== true))
      io.setExitCode(1);
  } finally {
    await audit.close();
  }
}

/** Groups that say where they are need no region: one that none of them is in is rather meant as a filter. */
function warnOfRegion(io: CommandIo, { from, region = [] }: Options, visited: ReadonlySet<string>): void {
  const [named] = region;
  if (from === undefined || named === undefined || visited.size === 0) return;
  if ([...visited].some((place) => place.endsWith(`/${named}`))) return;
  printError(io, `warning: --region: no group is in \`${named}\`: each says itself which region it is in`);
}

function refuseOddOptions({ format, limit, groupBy, commands }: Options): void {
  const [odd] = Object.entries({ '--limit': limit, '--group-by': groupBy, '--commands': commands }).filter(
    ([, value]) => value !== undefined,
  );
  if (odd !== undefined && format !== 'table')
    throw new InputError(`${odd[0]} is for the table: leave it out, or --format ${format}`);
}

/** Most audits have none. */
const baselines = () => import('../report/baseline.ts');

/** The pages with what is known marked, and what passes by noted for a new baseline. */
async function compared(
  io: CommandIo,
  pages: Pages,
  { baseline, writeBaseline }: Options,
  summary: Summary,
  identities: FindingIdentity[],
): Promise<Pages> {
  if (baseline === undefined && writeBaseline === undefined) return pages;
  const { noted, readBaseline, withKnown } = await baselines();
  const marked = baseline === undefined ? pages : withKnown(pages, await readBaseline(io, baseline), summary);
  return writeBaseline === undefined ? marked : noted(marked, identities);
}

/** Looks at each page whether it fails the audit. */
async function* failing(pages: Pages, options: Options, verdict: { fails: boolean }): Pages {
  for await (const page of pages) {
    verdict.fails ||= page.some(({ finding }) => counts(finding, options));
    yield page;
  }
}

/** A policy that nobody could ask must not look like one that was kept. What becomes the baseline is known from now on. */
function counts(finding: AuditFinding, options: Options): boolean {
  const { verdict, known } = finding;
  const { failOn = 'low', allowUndecided = false, baseline, writeBaseline } = options;
  if (known === true || (baseline === undefined && writeBaseline !== undefined)) return false;
  const isFailing = verdict === 'violation' || (verdict === 'undecided' && !allowUndecided);
  return isFailing && isAsSevereAs(finding, failOn);
}
