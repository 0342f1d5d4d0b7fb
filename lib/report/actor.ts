// Who did it and with what. The caller chooses the name of a role session and the user agent: both are quoted or named as claims.
import type { Actor } from '../change/change.ts';
import { sanitize } from './sanitize.ts';

const TOOLS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/terraform/i, 'Terraform'],
  [/opentofu/i, 'OpenTofu'],
  [/pulumi/i, 'Pulumi'],
  [/aws-cdk|cdk/i, 'AWS CDK'],
  [/cloudformation/i, 'CloudFormation'],
  [/aws-cli/i, 'AWS CLI'],
  [/^mozilla\//i, 'AWS console, in a browser'],
  [/console\.ec2|signin\.amazonaws/i, 'AWS console'],
  [/boto|aws-sdk|botocore/i, 'AWS SDK'],
];

/** `role admin, session "jane@example.com"`, `deploy, through cloudformation`. */
export function actorInWords({ name, role, service }: Actor): string {
  const who = role === undefined ? nameInWords(name) : inRole(name, role);
  const through = service === undefined || service === name ? '' : `, through ${nameInWords(service)}`;
  return `${who}${through}`;
}

function inRole(name: string, role: string): string {
  const session = role === name ? '' : `, session "${sanitize(name)}"`;
  return `role ${sanitize(role)}${session}`;
}

/** AWS writes services as host names, such as `cloudformation.amazonaws.com`. */
function nameInWords(name: string): string {
  return sanitize(name.replace(/^([a-z0-9-]+)\.amazonaws\.com$/, 'AWS service $1'));
}

/** The tool that the user agent names, or undefined. */
export function toolInWords({ userAgent }: Actor): string | undefined {
  if (userAgent === undefined) return undefined;
  return TOOLS.find(([pattern]) => pattern.test(userAgent))?.[1];
}
