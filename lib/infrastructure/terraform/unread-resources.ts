// Resources that have rules and are not read: they are named, so that nobody takes them for checked.
import type { Caveat } from '../declared.ts';
import type { TerraformPlan } from './plan.ts';

const UNREAD: Readonly<Record<string, string>> = {
  awscc_ec2_security_group: 'groups of the awscc provider are not read',
  awscc_ec2_security_group_ingress: 'rules of the awscc provider are not read',
  awscc_ec2_security_group_egress: 'rules of the awscc provider are not read',
  aws_cloudformation_stack: 'the template of a stack is not read: check it as a file of its own',
  aws_cloudformation_stack_set: 'the template of a stack set is not read: check it as a file of its own',
};

/** One caveat for each such resource. */
export function unreadResources({ resources }: TerraformPlan): readonly Caveat[] {
  return resources.flatMap(({ address, type, fate }) => {
    const text = UNREAD[type];
    return text === undefined || fate === 'deleted'
      ? []
      : [{ address, text, kind: type.startsWith('awscc_') ? ('gap' as const) : ('note' as const) }];
  });
}
