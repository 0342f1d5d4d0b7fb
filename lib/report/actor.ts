// Who did it and with what, as people call them.
import type { Actor } from '../change/change.ts';
import { sanitize } from './sanitize.ts';

const TOOLS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/terraform/i, 'Terraform'],
  [/opentofu/i, 'OpenTofu'],
  [/pulumi/i, 'Pulumi'],
  [/aws-cdk|cdk/i, 'the AWS CDK'],
  [/cloudformation/i, 'CloudFormation'],
  [/aws-cli/i, 'the AWS CLI'],
  [/^mozilla\//i, 'the AWS console, in a browser'],
  [/console\.ec2|signin\.amazonaws/i, 'the AWS console'],
  [/boto|aws-sdk|botocore/i, 'an AWS SDK'],
];

/** `jane (role admin)`, `deploy, through CloudFormation`: the human behind the session where there is one. */
export function actorInWords({ name, role, service }: Actor): string {
  const as = role === undefined || role === name ? '' : ` (role ${sanitize(role)})`;
  const through = service === undefined || service === name ? '' : `, through ${sanitize(service)}`;
  return `${sanitize(name)}${as}${through}`;
}

/** The tool that the user agent names, or undefined. A caller can write any user agent: it informs, it decides nothing. */
export function toolInWords({ userAgent }: Actor): string | undefined {
  if (userAgent === undefined) return undefined;
  return TOOLS.find(([pattern]) => pattern.test(userAgent))?.[1];
}
