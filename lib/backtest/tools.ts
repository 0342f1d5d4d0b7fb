// What a change was made with, by the user agent of its record.
import type { Actor } from '../change/actor.ts';

const TOOLS: readonly (readonly [tool: string, pattern: RegExp])[] = [
  ['OpenTofu', /opentofu/i],
  ['Terraform', /terraform/i],
  ['Pulumi', /pulumi/i],
  ['CDK', /aws-cdk/i],
  ['CloudFormation', /cloudformation/i],
  ['console', /^Mozilla\/|console\.|signin\./i],
  ['AWS CLI', /aws-cli/i],
  ['SDK', /aws-sdk|boto|botocore/i],
];

/** `Terraform`, `console`, `elasticloadbalancing.amazonaws.com`; `another tool` for what is none of them. */
export function toolOf({ userAgent = '', service }: Pick<Actor, 'userAgent' | 'service'>): string {
  if (service !== undefined) return service === 'cloudformation.amazonaws.com' ? 'CloudFormation' : service;
  return TOOLS.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? 'another tool';
}
