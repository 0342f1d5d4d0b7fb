// STS GetCallerIdentity (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
import type { Account } from './account.ts';
import { partitionOf } from './partitions.ts';

/** Who calls: whoever it is, somebody of this account. */
export function callerIdentity({ accountId, region }: Account): object {
  const Arn = `arn:${partitionOf(region)}:iam::${accountId}:user/sandbox`;
  return { Arn, UserId: 'AIDASANDBOX', Account: accountId };
}
