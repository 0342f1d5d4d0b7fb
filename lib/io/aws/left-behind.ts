// The security groups of self-tests, by their tag. Only what an operator asks.
import { type EC2Client, paginateDescribeSecurityGroups } from '@aws-sdk/client-ec2';

/** Marks them, so that they are found where a test was killed. */
export const TEST_TAG = 'portcullis-selftest';

/** The ids of those that are there: a test deletes its own. */
export async function findTestGroups(ec2: EC2Client): Promise<readonly string[]> {
  const found: string[] = [];
  const input = { Filters: [{ Name: `tag:${TEST_TAG}`, Values: ['*'] }] };
  for await (const { SecurityGroups = [] } of paginateDescribeSecurityGroups({ client: ec2 }, input))
    found.push(...SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []));
  return found;
}
