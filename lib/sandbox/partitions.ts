// Which AWS a region belongs to: ARNs begin with it
// (https://github.com/aws/aws-sdk-js-v3/blob/main/packages/util-endpoints/src/lib/aws/partitions.json).

const PREFIXES: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
];

/** The partition of a region, `aws` for the commercial ones. */
export function partitionOf(region: string): string {
  const [, partition = 'aws'] = PREFIXES.find(([prefix]) => region.startsWith(prefix)) ?? [];
  return partition;
}
