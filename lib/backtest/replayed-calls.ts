// Which calls a history of security groups is made of.

/** The calls that a history is made of. */
export const REPLAYED_CALLS: readonly string[] = [
  'AuthorizeSecurityGroupIngress',
  'AuthorizeSecurityGroupEgress',
  'RevokeSecurityGroupIngress',
  'RevokeSecurityGroupEgress',
  'ModifySecurityGroupRules',
  'CreateSecurityGroup',
  'DeleteSecurityGroup',
  'ModifyManagedPrefixList',
  'RestoreManagedPrefixListVersion',
  'CreateTags',
  'DeleteTags',
  'AssociateSecurityGroupVpc',
  'DisassociateSecurityGroupVpc',
  'UpdateSecurityGroupRuleDescriptionsIngress',
  'UpdateSecurityGroupRuleDescriptionsEgress',
];
