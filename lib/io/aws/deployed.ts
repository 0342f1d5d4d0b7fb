// What was deployed, as it is now: the resources of a stack, event rules and their targets, functions. Only what an operator asks.
import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';

export interface StackResource {
  readonly type: string;
  /** The name of a rule or an alarm, the id of a key or a mapping. */
  readonly id: string;
}

/** The resources of a stack that are there. */
export async function readResources(
  client: CloudFormationClient,
  StackName: string,
): Promise<readonly StackResource[]> {
  const found: StackResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { ResourceType = '', PhysicalResourceId = '' } of StackResourceSummaries)
      if (PhysicalResourceId !== '') found.push({ type: ResourceType, id: PhysicalResourceId });
  }
  return found;
}

export interface SeenRule {
  readonly name: string;
  readonly arn: string;
  readonly isEnabled: boolean;
  /** The ARNs of what it invokes. */
  readonly targets: readonly string[];
}

/** The rules of the default event bus whose names begin so. */
export async function readEventRules(
  client: EventBridgeClient,
  NamePrefix: string,
): Promise<readonly SeenRule[]> {
  const { Rules = [] } = await client.send(new ListRulesCommand({ NamePrefix, Limit: 100 }));
  return Promise.all(
    Rules.map(async ({ Name = '', Arn = '', State = '' }) => {
      const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: Name }));
      const targets = Targets.map((target) => target.Arn ?? '');
      return { name: Name, arn: Arn, isEnabled: State.startsWith('ENABLED'), targets };
    }),
  );
}

export interface SeenFunction {
  readonly name: string;
  readonly arn: string;
  readonly state: string;
  /** ISO 8601. */
  readonly modifiedAt: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A function's configuration. */
export async function readFunction(client: LambdaClient, FunctionName: string): Promise<SeenFunction> {
  const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return {
    name: FunctionName,
    arn: found.FunctionArn ?? '',
    state: found.State ?? '',
    modifiedAt: new Date(found.LastModified ?? 0).toISOString(),
    environment: found.Environment?.Variables ?? {},
  };
}

/** How many of it may run at a time; undefined for as many as the account may. */
export async function readConcurrency(
  client: LambdaClient,
  FunctionName: string,
): Promise<number | undefined> {
  const found = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
  return found.ReservedConcurrentExecutions;
}

/** The resource policy of a function as JSON; one without statements where it has none. */
export async function readInvokePolicy(client: LambdaClient, FunctionName: string): Promise<string> {
  try {
    const { Policy = '{}' } = await client.send(new GetPolicyCommand({ FunctionName }));
    return Policy;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return '{}';
    throw error;
  }
}

/** `Enabled`, `Disabled` or something between. */
export async function readMappingState(client: LambdaClient, UUID: string): Promise<string> {
  return (await client.send(new GetEventSourceMappingCommand({ UUID }))).State ?? '';
}
