// CloudFormation DescribeStacks of one stack (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html).
import type { Account } from './account.ts';
import { ServiceError } from './faults.ts';
import { partitionOf } from './partitions.ts';
import { type Parameters, textOf } from './protocol/query.ts';

/** The stack of that name; ValidationError for one that there is not. */
export function describeStacks({ accountId, region, stacks }: Account, parameters: Parameters): object {
  const StackName = textOf(parameters, 'StackName') ?? '';
  const outputs = stacks.get(StackName);
  if (outputs === undefined) {
    throw new ServiceError('ValidationError', `Stack with id ${StackName} does not exist`);
  }
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  const StackId = `arn:${partitionOf(region)}:cloudformation:${region}:${accountId}:stack/${StackName}/1`;
  return { Stacks: [{ StackId, StackName, StackStatus: 'UPDATE_COMPLETE', Outputs }] };
}
