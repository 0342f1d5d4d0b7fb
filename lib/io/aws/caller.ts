// Whose credentials are used.
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

/**
 * The id of the account that the credentials are of. Nobody can be denied this
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
 */
export async function readCallerAccount(sts: STSClient): Promise<string> {
  const { Account = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return Account;
}
