// One request to one answer: which operation, and how results and errors are written.
import type { Account } from '../account.ts';
import { describeStacks } from '../cloudformation.ts';
import { describeGroups, describeRules } from '../ec2/describe.ts';
import { createGroup, deleteGroup } from '../ec2/groups.ts';
import { modify } from '../ec2/modify.ts';
import {
  describeAcls,
  describeExclusions,
  describeFlowLogs,
  describeGateways,
  describeInterfaces,
  describePublicAccess,
  describeRouteTables,
  describeSubnets,
} from '../ec2/network.ts';
import { describeEntries, describeLists } from '../ec2/prefix-lists.ts';
import { revokeRules } from '../ec2/revoke.ts';
import { authorizeRules } from '../ec2/rules.ts';
import { createTags, deleteTags } from '../ec2/tags.ts';
import { takeToken } from '../ec2/throttling.ts';
import { associate, describeAssociations, describeVpcs, disassociate } from '../ec2/vpcs.ts';
import { raiseFault, ServiceError } from '../faults.ts';
import { runHooks } from '../hooks.ts';
import { publishMessage } from '../sns/publish.ts';
import { callerIdentity } from '../sts.ts';
import { answerJson } from './json.ts';
import { type Parameters, parseForm, textOf } from './query.ts';
import { toWire, toXml } from './xml.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

type Operation = (account: Account, parameters: Parameters) => object;

const EC2: Readonly<Record<string, Operation>> = {
  AuthorizeSecurityGroupIngress: (account, parameters) => authorizeRules(account, parameters, false),
  AuthorizeSecurityGroupEgress: (account, parameters) => authorizeRules(account, parameters, true),
  RevokeSecurityGroupIngress: (account, parameters) => revokeRules(account, parameters, false),
  RevokeSecurityGroupEgress: (account, parameters) => revokeRules(account, parameters, true),
  ModifySecurityGroupRules: modify,
  CreateSecurityGroup: createGroup,
  DeleteSecurityGroup: deleteGroup,
  CreateTags: createTags,
  DeleteTags: deleteTags,
  DescribeSecurityGroups: describeGroups,
  DescribeSecurityGroupRules: describeRules,
  AssociateSecurityGroupVpc: associate,
  DisassociateSecurityGroupVpc: disassociate,
  DescribeSecurityGroupVpcAssociations: describeAssociations,
  DescribeVpcs: describeVpcs,
  DescribeManagedPrefixLists: describeLists,
  GetManagedPrefixListEntries: describeEntries,
  DescribeNetworkInterfaces: describeInterfaces,
  DescribeSubnets: describeSubnets,
  DescribeRouteTables: describeRouteTables,
  DescribeNetworkAcls: describeAcls,
  DescribeInternetGateways: describeGateways,
  DescribeVpcBlockPublicAccessOptions: describePublicAccess,
  DescribeVpcBlockPublicAccessExclusions: describeExclusions,
  DescribeFlowLogs: describeFlowLogs,
};

/** The operations of SNS, STS and CloudFormation, which write a result in an element of its own. */
const OTHERS: Readonly<Record<string, Operation>> = {
  Publish: publishMessage,
  // Nobody has subscribed: tests read what was published from the account.
  ListSubscriptionsByTopic: () => ({ Subscriptions: [] }),
  GetCallerIdentity: callerIdentity,
  DescribeStacks: describeStacks,
};

/** Answers a request by the protocol that it is written in: the JSON one names its target in a header. */
export function answerAny(
  account: Account,
  target: string | undefined,
  body: string,
): HttpAnswer & { readonly type: string } {
  if (target === undefined) return { ...answer(account, body), type: 'text/xml' };
  return { ...answerJson(account, target, body), type: 'application/x-amz-json-1.0' };
}

/** Answers the form of an EC2, SNS, STS or CloudFormation request, as the service would; InvalidAction for operations not known here. */
function answer(account: Account, form: string): HttpAnswer {
  const parameters = parseForm(form);
  const api = textOf(parameters, 'Action') ?? '';
  try {
    raiseFault(account, api);
    takeToken(account, api, Date.now());
    return { status: 200, body: perform(account, api, parameters) };
  } catch (error) {
    if (error instanceof ServiceError) return refusal(api, error);
    throw error;
  }
}

function perform(account: Account, api: string, parameters: Parameters): string {
  const other = Object.hasOwn(OTHERS, api) ? OTHERS[api] : undefined;
  if (other !== undefined) {
    runHooks(account, api);
    return toXml(`${api}Response`, { [`${api}Result`]: other(account, parameters) }, 'member');
  }
  const operation = Object.hasOwn(EC2, api) ? EC2[api] : undefined;
  if (operation === undefined) throw new ServiceError('InvalidAction', `The action ${api} is not valid`);
  // A dry run checks permissions only (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html),
  // so it succeeds before anything else can be wrong, and a denial must be a fault that was asked for.
  if (textOf(parameters, 'DryRun') === 'true') {
    throw new ServiceError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
  }
  runHooks(account, api);
  return toXml(`${api}Response`, { requestId: 'sandbox', ...toWire(operation(account, parameters)) });
}

function refusal(api: string, { code, message, status }: ServiceError): HttpAnswer {
  const error = { Code: code, Message: message };
  const body = Object.hasOwn(OTHERS, api)
    ? toXml('ErrorResponse', { Error: { Type: 'Sender', ...error }, RequestId: 'sandbox' })
    : toXml('Response', { Errors: { Error: error }, RequestID: 'sandbox' });
  return { status, body };
}
