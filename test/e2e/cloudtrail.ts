// What CloudTrail tells EventBridge of a call, made from the request and the answer as the SDK has them, in the forms of
// the records in test/fixtures/events: old actions in camel case with `items`, new ones as their XML is named.
import { randomUUID } from 'node:crypto';
import type {
  AuthorizeSecurityGroupIngressCommandInput as AuthorizeInput,
  AuthorizeSecurityGroupIngressCommandOutput as AuthorizeOutput,
  IpPermission,
  ModifySecurityGroupRulesCommandInput as ModifyInput,
} from '@aws-sdk/client-ec2';

export interface Call {
  readonly eventName: string;
  readonly requestParameters: object;
  readonly responseElements: object | null;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** A record as it comes out of CloudTrail: `detail` of the event. */
export interface Detail extends Call {
  readonly eventID: string;
  readonly eventTime: string;
  readonly awsRegion: string;
}

const ACCOUNT = '111122223333';
const XMLNS = 'http://ec2.amazonaws.com/doc/2016-11-15/';

export function authorized(
  direction: 'Ingress' | 'Egress',
  { GroupId, IpPermissions = [] }: AuthorizeInput,
  { SecurityGroupRules = [] }: Pick<AuthorizeOutput, 'SecurityGroupRules'>,
): Call {
  return {
    eventName: `AuthorizeSecurityGroup${direction}`,
    requestParameters: { groupId: GroupId, ipPermissions: { items: IpPermissions.map(permissionOf) } },
    responseElements: {
      requestId: randomUUID(),
      _return: true,
      securityGroupRuleSet: { items: SecurityGroupRules.map(({ Tags, ...rule }) => camel(rule)) },
    },
  };
}

export function modified({ GroupId, SecurityGroupRules = [] }: ModifyInput): Call {
  const updates = SecurityGroupRules.map(({ SecurityGroupRuleId, SecurityGroupRule }, index) => ({
    SecurityGroupRuleId,
    tag: index + 1,
    SecurityGroupRule,
  }));
  return {
    eventName: 'ModifySecurityGroupRules',
    requestParameters: {
      ModifySecurityGroupRulesRequest: {
        GroupId,
        SecurityGroupRule: updates.length === 1 ? updates[0] : updates,
      },
    },
    responseElements: {
      ModifySecurityGroupRulesResponse: { xmlns: XMLNS, requestId: randomUUID(), return: true },
    },
  };
}

/** The same call, had it been refused. */
export function refused(call: Call): Call {
  return {
    ...call,
    responseElements: null,
    errorCode: 'Client.UnauthorizedOperation',
    errorMessage: 'You are not authorized to perform this operation.',
  };
}

/** The record of a call that has just been made. */
export function recordOf(call: Call, awsRegion: string): Detail {
  return {
    ...{ eventVersion: '1.11', eventType: 'AwsApiCall', eventCategory: 'Management' },
    ...{ managementEvent: true, readOnly: false, recipientAccountId: ACCOUNT },
    eventID: randomUUID(),
    eventTime: `${new Date().toISOString().slice(0, 19)}Z`,
    ...{
      eventSource: 'ec2.amazonaws.com',
      awsRegion,
      sourceIPAddress: '203.0.113.24',
      userAgent: 'aws-cli/2',
    },
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLEEXAMPLE00',
      arn: `arn:aws:iam::${ACCOUNT}:user/jane`,
      accountId: ACCOUNT,
      userName: 'jane',
    },
    ...call,
  } as Detail;
}

/** CloudTrail writes an empty list as an empty object. */
function permissionOf(permission: IpPermission): object {
  const { IpRanges, Ipv6Ranges, UserIdGroupPairs, PrefixListIds, ...rest } = permission;
  const set = (items: readonly object[] = []) => (items.length === 0 ? {} : { items: items.map(camel) });
  return {
    ...camel(rest),
    groups: set(UserIdGroupPairs),
    ipRanges: set(IpRanges),
    ipv6Ranges: set(Ipv6Ranges),
    prefixListIds: set(PrefixListIds),
  };
}

function camel(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [`${key.charAt(0).toLowerCase()}${key.slice(1)}`, item]),
  );
}
