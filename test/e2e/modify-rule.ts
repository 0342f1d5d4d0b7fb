// Makes one rule narrower, with the keys of the environment.
import { EC2Client, ModifySecurityGroupRulesCommand } from '@aws-sdk/client-ec2';

const { MODIFIES_RULE: SecurityGroupRuleId, MODIFIES_GROUP: GroupId } = process.env;
const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '10.1.2.3/32' };
await new EC2Client({}).send(
  new ModifySecurityGroupRulesCommand({
    GroupId,
    SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
  }),
);
