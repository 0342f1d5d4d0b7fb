// The log groups of flow logs that a deployment asks.
import type { FunctionFacts } from './facts.ts';

/** Those that the functions have; none where their configuration could not be read. */
export function logGroupsNamedBy(
  functions: readonly Pick<FunctionFacts, 'configuration'>[],
): readonly string[] {
  const [named = ''] = functions.flatMap(({ configuration }) =>
    'value' in configuration ? (configuration.value.environment.FLOW_LOGS ?? []) : [],
  );
  return named.split(',').filter((name) => name !== '');
}
