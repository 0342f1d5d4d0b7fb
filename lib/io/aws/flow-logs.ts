// Reading which flow logs record interfaces.
import { type EC2Client, paginateDescribeFlowLogs } from '@aws-sdk/client-ec2';
import { type FlowLog, parseFlowLog } from '../../evidence/flow-log.ts';
import type { NetworkInterface } from '../../exposure/network.ts';
import { allItems, ofAll } from './network.ts';

const PAGE = 1000;

/** The active flow logs of the interfaces, their subnets and their VPCs. */
export async function readFlowLogs(
  ec2: EC2Client,
  interfaces: readonly NetworkInterface[],
): Promise<readonly FlowLog[]> {
  const ids = interfaces.flatMap(({ id, subnetId, vpcId }) => [vpcId, subnetId, id]);
  const found = await ofAll('resource-id', ids, (Filter) =>
    allItems(
      paginateDescribeFlowLogs({ client: ec2, pageSize: PAGE }, { Filter }),
      ({ FlowLogs }) => FlowLogs,
    ),
  );
  return found.flatMap((one) => parseFlowLog(one) ?? []);
}
