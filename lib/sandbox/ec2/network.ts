// Reads of network interfaces and of the network around them, which nothing in the sandbox changes.
import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { Account } from '../account.ts';
import type { ReadApi } from '../account-state.ts';
import { type Parameters, textOf } from '../protocol/query.ts';
import { filtered, type ValuesOf } from './filters.ts';
import { openPage } from './paging.ts';

/**
 * Lists network interfaces; those that a service hides only where they are asked for
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html).
 */
export function describeInterfaces(account: Account, parameters: Parameters): object {
  const isWithHidden = textOf(parameters, 'IncludeManagedResources') === 'true';
  const shown = account.network.interfaces.filter(
    ({ Operator }) => isWithHidden || Operator?.HiddenByDefault !== true,
  );
  const values: ValuesOf<NetworkInterface> = {
    'group-id': ({ Groups = [] }) => Groups.flatMap(({ GroupId }) => GroupId ?? []),
    'vpc-id': ({ VpcId }) => VpcId,
  };
  return listed(account, 'DescribeNetworkInterfaces', parameters, 'NetworkInterfaces', shown, values);
}

/** Lists subnets (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html). */
export function describeSubnets(account: Account, parameters: Parameters): object {
  return listed(account, 'DescribeSubnets', parameters, 'Subnets', account.network.subnets, OF_VPC);
}

/** Lists route tables (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html). */
export function describeRouteTables(account: Account, parameters: Parameters): object {
  const { routeTables } = account.network;
  return listed(account, 'DescribeRouteTables', parameters, 'RouteTables', routeTables, OF_VPC);
}

/** Lists network ACLs (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html). */
export function describeAcls(account: Account, parameters: Parameters): object {
  return listed(account, 'DescribeNetworkAcls', parameters, 'NetworkAcls', account.network.acls, OF_VPC);
}

/** Lists internet gateways (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html). */
export function describeGateways(account: Account, parameters: Parameters): object {
  const { gateways } = account.network;
  const values: ValuesOf<(typeof gateways)[number]> = {
    'attachment.vpc-id': ({ Attachments = [] }) => Attachments.flatMap(({ VpcId }) => VpcId ?? []),
  };
  return listed(account, 'DescribeInternetGateways', parameters, 'InternetGateways', gateways, values);
}

/**
 * The mode of VPC Block Public Access
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcBlockPublicAccessOptions.html).
 */
export function describePublicAccess({ network }: Account): object {
  return { VpcBlockPublicAccessOptions: network.publicAccess };
}

/**
 * Lists what is exempt from it
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcBlockPublicAccessExclusions.html).
 */
export function describeExclusions(account: Account, parameters: Parameters): object {
  const api = 'DescribeVpcBlockPublicAccessExclusions';
  const { exclusions } = account.network;
  return listed(account, api, parameters, 'VpcBlockPublicAccessExclusions', exclusions, {});
}

/** Lists flow logs (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html). */
export function describeFlowLogs(account: Account, parameters: Parameters): object {
  const { flowLogs } = account.network;
  const values: ValuesOf<(typeof flowLogs)[number]> = { 'resource-id': ({ ResourceId }) => ResourceId };
  return listed(account, 'DescribeFlowLogs', parameters, 'FlowLogs', flowLogs, values);
}

const OF_VPC: ValuesOf<{ readonly VpcId?: string | undefined }> = { 'vpc-id': ({ VpcId }) => VpcId };

function listed<Item extends object>(
  account: Account,
  api: ReadApi,
  parameters: Parameters,
  name: string,
  all: readonly Item[],
  values: ValuesOf<Item>,
): object {
  const { items, NextToken } = openPage(account, api, parameters).cut(filtered(parameters, all, values));
  return { [name]: items, NextToken };
}
