// Reading every group of an account with its rules: a few large pages, never a call for each group.
import {
  type SecurityGroup as AwsSecurityGroup,
  type EC2Client,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import { parseRule, type SecurityGroupRule } from '../../rule.ts';

const PAGE = 1000;

/** A group as EC2 describes it, with its rules one by one. */
export interface DescribedGroup {
  readonly group: AwsSecurityGroup;
  readonly rules: readonly SecurityGroupRule[];
}

/** All groups of the client's account and region. */
export async function* readAccount(ec2: EC2Client): AsyncGenerator<DescribedGroup> {
  const rules = Map.groupBy(await readAllRules(ec2), ({ groupId }) => groupId);
  for await (const page of paginateDescribeSecurityGroups({ client: ec2, pageSize: PAGE }, {})) {
    for (const group of page.SecurityGroups ?? [])
      yield { group, rules: rules.get(group.GroupId ?? '') ?? [] };
  }
}

async function readAllRules(ec2: EC2Client): Promise<readonly SecurityGroupRule[]> {
  const found: SecurityGroupRule[] = [];
  for await (const page of paginateDescribeSecurityGroupRules({ client: ec2, pageSize: PAGE }, {})) {
    found.push(...(page.SecurityGroupRules ?? []).map(parseRule));
  }
  return found;
}
