// `portcullis exempt`: the exception that lets a rule stay, before anything is revoked.
import { type Command, createCommand } from 'commander';
import { findGroupOfRule, readGroup } from '../../lib/io/aws/ec2.ts';
import { compilePolicy } from '../../lib/policy/policy.ts';
import { withoutOff } from '../../lib/policy/policy-modes.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import { ruleInWords } from '../../lib/report/phrases.ts';
import type { GroupSnapshot } from '../../lib/rule.ts';
import { print } from '../format/print.ts';
import { whileWaiting } from '../format/waiting.ts';
import { openAccount } from '../input/audit-account.ts';
import { auditGroup } from '../input/audit-group.ts';
import { InputError } from '../input/input.ts';
import { asking, type Connection, clientOptions, connectEc2 } from '../input/live.ts';
import { type PortRange, portsOption } from '../input/parse.ts';
import { placed } from '../input/placed.ts';
import { type PolicySource, policiesOption, readSource, settingsOption } from '../input/policy-source.ts';
import type { CommandIo } from '../io.ts';
import type { AuditFinding } from '../report/finding.ts';
import { type ExceptionTerms, exceptionsFor, parseExceptionTerms } from '../restore/exception.ts';
import { showAdditions, writeAdditions } from '../restore/exception-places.ts';
import { exemptTraffic } from '../restore/exempt-traffic.ts';

interface Options extends Connection, PolicySource, ExceptionTerms {
  readonly ports?: readonly PortRange[];
  readonly write?: boolean;
}

/** The command, with its help. */
export function exemptCommand(io: CommandIo): Command {
  return createCommand('exempt')
    .description(
      'Prints the narrowest exception that allows a rule, for each policy that forbids it. It reads the rule and its group with ' +
        'your AWS credentials. With --write it adds the exception to your policy or, for a shipped policy, to your settings, ' +
        'and keeps comments and order. Then run `portcullis test`, and deploy.',
    )
    .argument('<rule>', 'id of a security group rule, such as sgr-0123456789abcdef0')
    .requiredOption('--until <date>', 'the last day (UTC) of the exception, such as 2027-01-31')
    .requiredOption('--reason <text>', 'why the exception is needed')
    .requiredOption('--owner <name>', 'who is responsible for it')
    .option(
      '--ports <ports>',
      'only these ports of the rule, such as 22,8000-8100 (default: all ports that the policy covers)',
      portsOption,
    )
    .option('--write', 'add the exception to your policy or settings file')
    .option('--region <region>', 'AWS region')
    .option('--profile <profile>', 'profile of your AWS configuration')
    .addOption(policiesOption())
    .addOption(settingsOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 done, or no exception is needed; 2 bad usage, or something cannot\nbe read.',
    )
    .action((ruleId, options) => run(io, ruleId, options));
}

async function run(io: CommandIo, ruleId: string, said: Options): Promise<void> {
  const terms = parseExceptionTerms(said, new Date());
  const { documents } = readSource(said);
  const place = await placed(clientOptions({ region: said.region, profile: said.profile }), said.settings);
  const options = { ...said, ...place };
  const snapshot = await groupOf(ruleId, options);
  const rule = snapshot?.rules.find(({ id }) => id === ruleId);
  if (snapshot === undefined || rule === undefined || terms === undefined)
    throw new InputError(`no security group rule \`${ruleId}\` in this account and region`);
  const reading = whileWaiting(io, 'evaluating the group', findingsOf(snapshot, documents, options));
  const findings = (await reading).filter((one) => one.ruleId === ruleId);
  const policies = findings.flatMap(({ verdict, policy }) => (verdict === 'violation' ? [policy] : []));
  for (const line of passedOver(findings)) print(io, line);
  const traffic = exemptTraffic(rule, options.ports);
  const found = exceptionsFor([{ rule, policies, ...(traffic && { traffic }) }], terms, documents);
  if (found.length === 0) {
    print(io, `No policy has ${ruleInWords(rule)} revoked: it needs no exception.`);
    return;
  }
  const lines = options.write === true ? writeAdditions(found, options) : showAdditions(found, options);
  for (const line of lines) print(io, line);
}

async function groupOf(ruleId: string, options: Options): Promise<GroupSnapshot | undefined> {
  const ec2 = connectEc2(options);
  const groupId = await asking('the rule cannot be read', findGroupOfRule(ec2, [ruleId]));
  return groupId === undefined ? undefined : asking('its group cannot be read', readGroup(ec2, groupId));
}

/** What the policies say of the whole group: rules may violate together. */
async function findingsOf(
  { group, rules }: GroupSnapshot,
  documents: readonly PolicyDocument[],
  { region, profile }: Options,
): Promise<readonly AuditFinding[]> {
  const policies = withoutOff(documents.map(compilePolicy));
  const named = { ...(region && { region: [region] }), ...(profile && { profile: [profile] }) };
  const { sources } = await openAccount(named, policies, new Map());
  for await (const source of sources) {
    const where = region ?? source.region ?? '';
    const audited = await auditGroup(group, where, rules, policies, source);
    return audited.map(({ finding }) => finding);
  }
  return [];
}

/** What is said of the rule beside violations. */
function passedOver(findings: readonly AuditFinding[]): readonly string[] {
  return findings.flatMap(({ verdict, policy, reason }) =>
    verdict === 'violation' ? [] : [`${policy}: ${reason}`],
  );
}
