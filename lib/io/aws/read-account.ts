// Reading every group of an account with its rules: pages of groups with all their rules, never a call for each group.
import {
  type SecurityGroup as AwsSecurityGroup,
  type EC2Client,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import type { SecurityGroupRule } from '../../rule.ts';
import { readRulesOf } from './ec2.ts';

/** So many groups a filter of rules takes. */
const PAGE = 200;

/** A group as EC2 describes it, with its rules one by one. */
export interface DescribedGroup {
  readonly group: AwsSecurityGroup;
  readonly rules: readonly SecurityGroupRule[];
}

/** All groups of the client's account and region; of their rules, those of a page are held at a time. */
export async function* readAccount(ec2: EC2Client): AsyncGenerator<DescribedGroup> {
  for await (const page of paginateDescribeSecurityGroups({ client: ec2, pageSize: PAGE }, {})) {
    const groups = page.SecurityGroups ?? [];
    const rules = await readRulesOf(
      ec2,
      groups.flatMap(({ GroupId }) => GroupId ?? []),
    );
    for (const group of groups) yield { group, rules: rules.get(group.GroupId ?? '') ?? [] };
  }
}
