// Resources of plans as Terraform shows them before they are made: SSH rules of both kinds, and the group that they are for.
import { type Planned, refersTo } from './plan.ts';

/** A group without blocks: what is computed looks unknown. */
export function group(at = 'aws_security_group.web', more: Partial<Planned> = {}): Planned {
  return {
    at,
    after: { name: 'web', description: 'Web', vpc_id: 'vpc-1', tags_all: {} },
    unknown: { id: true, arn: true, owner_id: true, ingress: true, egress: true },
    config: { name: { constant_value: 'web' } },
    ...more,
  };
}

/** Attributes of a resource. */
export interface Said {
  readonly [name: string]: unknown;
}

const NOTHING_SAID = {
  cidr_ipv4: null,
  cidr_ipv6: null,
  prefix_list_id: null,
  referenced_security_group_id: null,
};
/** What is known of every new rule once it is there. */
export const ANSWERED = { id: true, arn: true, security_group_rule_id: true };

/** A rule of the new kind, for a group that is made with it. Terraform writes null for what is not set, and scanners depend on that. */
export function vpcRule(
  said: Said,
  at = 'aws_vpc_security_group_ingress_rule.ssh',
  more: Partial<Planned> = {},
): Planned {
  const after = { ip_protocol: 'tcp', from_port: 22, to_port: 22, ...NOTHING_SAID, ...said };
  return {
    at,
    after,
    unknown: { ...ANSWERED, security_group_id: true },
    config: { security_group_id: refersTo('aws_security_group.web') },
    ...more,
  };
}

/** A rule of the old kind: the provider answers the source group of each. */
export function oldRule(
  said: Said,
  at = 'aws_security_group_rule.ssh',
  more: Partial<Planned> = {},
): Planned {
  return {
    at,
    after: { type: 'ingress', protocol: 'tcp', from_port: 22, to_port: 22, self: false, ...said },
    unknown: {
      id: true,
      security_group_rule_id: true,
      source_security_group_id: true,
      security_group_id: true,
    },
    config: { security_group_id: refersTo('aws_security_group.web'), cidr_blocks: {} },
    ...more,
  };
}

/** A rule of the new kind for a prefix list that is made with it. */
export function listRule(name: string): Planned {
  return vpcRule({}, undefined, {
    unknown: { ...ANSWERED, security_group_id: true, prefix_list_id: true },
    config: {
      security_group_id: refersTo('aws_security_group.web'),
      prefix_list_id: refersTo(`aws_ec2_managed_prefix_list.${name}`),
    },
  });
}
