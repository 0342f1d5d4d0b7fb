// The account is of the AWS that its region belongs to, and nobody else cares.
import { expect, it } from 'vitest';
import { createAccount } from '../../../lib/sandbox/index.ts';
import { partitionOf } from '../../../lib/sandbox/partitions.ts';

it.each([
  ['eu-west-1', 'aws'],
  ['us-east-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eusc-de-east-1', 'aws-eusc'],
])('the ARNs of %s begin with arn:%s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
  const [topic] = createAccount({ accountId: '111122223333', region }).topics;
  expect(topic).toBe(`arn:${partition}:sns:${region}:111122223333:portcullis`);
});
