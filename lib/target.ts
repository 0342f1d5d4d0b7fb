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

/** The ARN of a security group that was seen in a target; it names the group's owner. */
export function groupArn({ id, ownerId }: Pick<SecurityGroup, 'id' | 'ownerId'>, target: Target): string {
  return `arn:${target.partition}:ec2:${target.region}:${ownerId}:security-group/${id}`;
}
