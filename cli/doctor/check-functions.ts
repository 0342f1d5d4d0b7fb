// Whether the functions can run, and as what.
import { ConfigError, parseConfig } from '../../lib/config.ts';
import { counted } from '../../lib/report/phrases.ts';
import { about, type Diagnosis, diagnosis } from './diagnosis.ts';
import type { DeploymentFacts, FunctionFacts } from './facts.ts';

/** The state, the settings and the concurrency of each function; one line for a function that has nothing wrong. */
export function checkFunctions(facts: DeploymentFacts): readonly Diagnosis[] {
  return facts.functions.flatMap((one) => checkFunction(one, facts));
}

function checkFunction(
  { name, configuration, concurrency, errors }: FunctionFacts,
  facts: DeploymentFacts,
): readonly Diagnosis[] {
  const { region } = facts.stack;
  const deploy = `npx serverless deploy --stage ${facts.stage} --region ${region}`;
  const lines = [
    ...about(configuration, name, ({ state, environment }) => {
      // Lambda lets a function that nobody calls fall asleep, and wakes it with the next call.
      if (state === 'Failed' || state === 'Pending')
        return diagnosis('broken', name, `its state is ${state}`, deploy);
      const wrong = whatIsWrong({ AWS_REGION: region, ...environment });
      return wrong === undefined ? [] : diagnosis('broken', name, `its settings are wrong: ${wrong}`, deploy);
    }),
    ...about(concurrency, name, (most) =>
      most === 0
        ? diagnosis(
            'broken',
            name,
            'it is stopped: its concurrency is 0',
            `aws lambda delete-function-concurrency --region ${region} --function-name ${name}`,
          )
        : [],
    ),
    ...about(errors, name, (hours) => {
      const failed = hours.filter(({ value }) => value > 0);
      const [last] = failed;
      if (last === undefined) return [];
      const sum = failed.reduce((all, { value }) => all + value, 0);
      const said = `${counted(sum, 'error')} in the last 24 hours, the last in the hour from ${last.at}`;
      return diagnosis(
        'warning',
        name,
        said,
        `Read its log: aws logs tail /aws/lambda/${name} --region ${region} --since 1d`,
      );
    }),
  ];
  return lines.length > 0 ? lines : [diagnosis('ok', name, 'ready')];
}

function whatIsWrong(environment: Readonly<Record<string, string>>): string | undefined {
  try {
    parseConfig(environment);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

const MODE = 'mode';

/** What the deployment may do. */
export function checkMode({ functions }: DeploymentFacts): readonly Diagnosis[] {
  return functions.slice(0, 1).flatMap(({ configuration }) =>
    about(configuration, MODE, ({ environment: { MODE: mode = 'unknown' }, modifiedAt }) => {
      const said = mode === 'enforce' ? 'what violates is revoked' : 'nothing is revoked, only reported';
      return diagnosis('ok', MODE, `${mode}: ${said} (deployed ${modifiedAt})`);
    }),
  );
}

const MAPPING = 'retries';

/** The retry queue is read. */
export function checkMappings({ mappings, resources, stack }: DeploymentFacts): readonly Diagnosis[] {
  return about(mappings, MAPPING, (states) => {
    const [first] = states;
    const isOn = first !== undefined && states.every((state) => state === 'Enabled' || state === 'Enabling');
    if (isOn) return diagnosis('ok', MAPPING, 'the function reads the retry queue');
    const [id = '<UUID>'] =
      'value' in resources
        ? resources.value.flatMap(({ type, id: one }) =>
            type === 'AWS::Lambda::EventSourceMapping' ? [one] : [],
          )
        : [];
    const fix = `aws lambda update-event-source-mapping --region ${stack.region} --uuid ${id} --enabled`;
    return diagnosis('broken', MAPPING, `nothing reads the retry queue: ${first ?? 'no mapping'}`, fix);
  });
}
