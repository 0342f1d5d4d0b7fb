// Whether flow logs can be asked who came in, where the settings name some.
import { readableLogGroups } from '../../lib/deployment/template.ts';
import type { SeenFlowLog } from '../../lib/io/aws/flow-logs.ts';
import { counted } from '../../lib/report/phrases.ts';
import { about, type Diagnosis, diagnosis } from './diagnosis.ts';
import type { DeploymentFacts } from './facts.ts';
import { logGroupsNamedBy } from './log-groups.ts';

const EVIDENCE = 'flow logs';

/** A function asks them, it may read the log groups, and flow logs write to them. Nothing where no setting names any. */
export function checkEvidence(facts: DeploymentFacts): readonly Diagnosis[] {
  const { functions, flowLogs, stage, stack } = facts;
  const names = logGroupsNamedBy(functions);
  if (names.length === 0) return [];
  const deploy = `npx --no -- serverless deploy --stage ${stage} --region ${stack.region}`;
  if (stack.outputs.EvidenceFunction === undefined)
    return [diagnosis('broken', EVIDENCE, 'no function searches them', deploy)];
  const lines = [
    ...checkPermission(facts, names, deploy),
    ...about(flowLogs, EVIDENCE, (found) => names.flatMap((name) => checkLogGroup(name, found))),
  ];
  if (lines.length > 0 || !('value' in flowLogs)) return lines;
  const said = `${counted(flowLogs.value.length, 'flow log')} in ${counted(names.length, 'log group')}`;
  return [diagnosis('ok', EVIDENCE, said)];
}

/** What was deployed lets the function read them. */
function checkPermission(
  { template }: DeploymentFacts,
  names: readonly string[],
  deploy: string,
): readonly Diagnosis[] {
  // What was not read is said where it is looked at as a whole.
  const readable = 'value' in template ? readableLogGroups(template.value) : names;
  return names
    .filter((name) => !readable.includes(name))
    .map((name) => diagnosis('broken', EVIDENCE, `the role may not read log group ${name}`, deploy));
}

function checkLogGroup(name: string, found: readonly SeenFlowLog[]): readonly Diagnosis[] {
  const all = found.filter(({ logGroup }) => logGroup === name);
  const failing = all.flatMap(({ id, error }) =>
    error === undefined ? [] : [`${id} does not deliver: ${error}`],
  );
  const flaws = all.flatMap(({ flaw }) => flaw ?? []);
  if (all.length === 0) {
    const fix =
      'Create a flow log that writes to it, or correct `flowLogs` in the settings: aws ec2 create-flow-logs help';
    return [diagnosis('warning', EVIDENCE, `no flow log writes to log group ${name}`, fix)];
  }
  const fix = 'docs/security.md#who-came-in says what a flow log needs.';
  return [...failing, ...flaws].map((said) => diagnosis('warning', EVIDENCE, said, fix));
}
