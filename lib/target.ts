// Where a task is carried out: an argument that travels with the task, because the same code can serve several places.
import type { SecurityGroup } from './rule.ts';

/** One region of one account. */
export interface Target {
  /** `aws`, `aws-cn` or `aws-us-gov`: the part of every ARN that tells which AWS this is. */
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

/** True for the same region of the same account. */
export function isSameTarget(a: Target, b: Target): boolean {
  return a.partition === b.partition && a.accountId === b.accountId && a.region === b.region;
}

/**
 * True for a group of another owner, which the account sees because a VPC or the group itself is shared
 * (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html): it is judged and reported as its owner's, and never changed.
 */
export function isForeign({ ownerId }: SecurityGroup, { accountId }: Target): boolean {
  return ownerId !== accountId;
}

/** The ARN of a security group that was seen in a target; it names the group's owner. */
export function groupArn({ id, ownerId }: Pick<SecurityGroup, 'id' | 'ownerId'>, target: Target): string {
  return `arn:${target.partition}:ec2:${target.region}:${ownerId}:security-group/${id}`;
}
