// A CloudFormation stack by its name.
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';

export interface Stack {
  readonly name: string;
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly status: string;
  readonly createdAt: Date;
  /** By their keys. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** The stack; undefined where the account has none of that name in the region. */
export async function readStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks.map(({ StackId = '', StackStatus = '', CreationTime, Outputs = [] }) => {
      const [, partition = '', , region = '', accountId = ''] = StackId.split(':');
      const outputs = Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
      return {
        ...{ name, partition, accountId, region },
        status: StackStatus,
        createdAt: CreationTime ?? new Date(0),
        outputs: Object.fromEntries(outputs),
      };
    })[0];
  } catch (error) {
    if (isNone(error)) return undefined;
    throw error;
  }
}

/** The template that the stack is made of, as it was sent. */
export async function readDeployedTemplate(
  client: CloudFormationClient,
  StackName: string,
): Promise<unknown> {
  const { TemplateBody = '{}' } = await client.send(
    new GetTemplateCommand({ StackName, TemplateStage: 'Original' }),
  );
  return JSON.parse(TemplateBody);
}

/** CloudFormation has one error for every request that it cannot take; only its text says that there is no such stack. */
function isNone(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
}
