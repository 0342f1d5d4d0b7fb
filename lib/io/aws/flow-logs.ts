// Reading which flow logs record interfaces.
import {
  type Filter as AwsFilter,
  type FlowLog as AwsFlowLog,
  type EC2Client,
  paginateDescribeFlowLogs,
} from '@aws-sdk/client-ec2';
import { type FlowLog, parseFlowLog } from '../../evidence/flow-log.ts';
import type { NetworkInterface } from '../../exposure/network.ts';
import { allItems, ofAll } from './network.ts';

const PAGE = 1000;

/** A flow log that writes to a log group. */
export interface SeenFlowLog {
  readonly id: string;
  readonly logGroup: string;
  /** Why it does not deliver; undefined for one that does. */
  readonly error: string | undefined;
  /** Why its records cannot tell who came in. */
  readonly flaw: string | undefined;
}

/** The active flow logs that write to these log groups; only what an operator asks. */
export async function readFlowLogsOf(
  ec2: EC2Client,
  logGroups: readonly string[],
): Promise<readonly SeenFlowLog[]> {
  const found = await ofAll('log-group-name', logGroups, (Filter) => flowLogs(ec2, Filter));
  return found.flatMap((aws) => {
    const one = parseFlowLog(aws);
    if (one?.logGroup === undefined) return [];
    const { DeliverLogsStatus, DeliverLogsErrorMessage: error = 'unknown' } = aws;
    const isFailing = DeliverLogsStatus === 'FAILED';
    return [{ id: one.id, logGroup: one.logGroup, error: isFailing ? error : undefined, flaw: one.flaw }];
  });
}

/** The active flow logs of the interfaces, their subnets and their VPCs. */
export async function readFlowLogs(
  ec2: EC2Client,
  interfaces: readonly NetworkInterface[],
): Promise<readonly FlowLog[]> {
  const ids = interfaces.flatMap(({ id, subnetId, vpcId }) => [vpcId, subnetId, id]);
  const found = await ofAll('resource-id', ids, (Filter) => flowLogs(ec2, Filter));
  return found.flatMap((one) => parseFlowLog(one) ?? []);
}

function flowLogs(ec2: EC2Client, Filter: AwsFilter[]): Promise<readonly AwsFlowLog[]> {
  return allItems(
    paginateDescribeFlowLogs({ client: ec2, pageSize: PAGE }, { Filter }),
    ({ FlowLogs }) => FlowLogs,
  );
}
