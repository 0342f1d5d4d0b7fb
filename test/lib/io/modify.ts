// Somebody changes a rule, and CloudTrail reports it.
import { ModifySecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import { GROUP, makeEvent, reconcile, type TestWorld } from './world.ts';

/** Changes what a rule for SSH from anywhere admits or says; answers the event of it, with this more said. */
export async function modified(
  test: TestWorld,
  id: string,
  to: object,
  record: object = {},
): Promise<object> {
  const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0', ...to };
  const SecurityGroupRules = [{ SecurityGroupRuleId: id, SecurityGroupRule }];
  await test.world.ec2.send(new ModifySecurityGroupRulesCommand({ GroupId: GROUP, SecurityGroupRules }));
  const said = { SecurityGroupRuleId: id, SecurityGroupRule, tag: 1 };
  return {
    ...makeEvent([]),
    ...{ eventName: 'ModifySecurityGroupRules', eventTime: test.world.now().toISOString() },
    requestParameters: { ModifySecurityGroupRulesRequest: { GroupId: GROUP, SecurityGroupRule: said } },
    responseElements: { ModifySecurityGroupRulesResponse: { return: true } },
    ...record,
  };
}

/** Changes it, and brings the event a moment later. */
export async function modify(
  test: TestWorld,
  id: string,
  to: object,
  eventID: string,
  record: object = {},
): Promise<void> {
  const event = await modified(test, id, to, { eventID, ...record });
  await test.world.wait(5000);
  await reconcile(test.world, event);
}
