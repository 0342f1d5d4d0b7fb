// The flow logs of a VPC, as far as they tell who came in: those that CloudWatch Logs keeps.
import type { FlowLog as AwsFlowLog } from '@aws-sdk/client-ec2';
import type { NetworkInterface } from '../exposure/network.ts';
import { DEFAULT_FORMAT, type FlowFormat, lackingIn, parseFormat } from './flow-record.ts';

/** Plain JSON. */
export interface FlowLog {
  readonly id: string;
  /** The VPC, subnet or interface that it records. */
  readonly resourceId: string;
  /** The log group that it writes to; undefined where it writes elsewhere. */
  readonly logGroup: string | undefined;
  readonly format: FlowFormat;
  /** Why its records cannot tell who came in. */
  readonly flaw?: string;
}

/** Whether flow logs can be asked about the interfaces of a group, and if not, why. Plain JSON. */
export type FlowLogNote =
  | { readonly kind: 'asked' }
  | {
      readonly kind: 'none';
      readonly vpcId: string;
      readonly logGroup: string;
      /** False where an earlier message has said so; missing until that is known. */
      readonly isNews?: boolean;
    }
  | { readonly kind: 'unusable'; readonly because: string };

/** True for one whose records tell who came in, and may be read. */
export function isUsable({ logGroup, flaw }: FlowLog, readable: readonly string[]): boolean {
  return flaw === undefined && logGroup !== undefined && readable.includes(logGroup);
}

/** Why that is not so, in words. */
export function whyUnusable({ id, logGroup, flaw }: FlowLog): string {
  if (flaw !== undefined) return flaw;
  return logGroup === undefined
    ? `flow log ${id} does not write to CloudWatch Logs`
    : `flow log ${id} writes to log group ${logGroup}, which the setting flowLogs does not name`;
}

/** A flow log of EC2; undefined for one that is not active. */
export function parseFlowLog(aws: AwsFlowLog): FlowLog | undefined {
  if (aws.FlowLogStatus !== undefined && aws.FlowLogStatus !== 'ACTIVE') return undefined;
  const isInLogs = (aws.LogDestinationType ?? 'cloud-watch-logs') === 'cloud-watch-logs';
  const id = aws.FlowLogId ?? '';
  const format = aws.LogFormat === undefined ? DEFAULT_FORMAT : parseFormat(aws.LogFormat);
  const flaw = flawOf(id, aws, format);
  return {
    id,
    resourceId: aws.ResourceId ?? '',
    logGroup: isInLogs ? (aws.LogGroupName ?? groupIn(aws.LogDestination)) : undefined,
    format,
    ...(flaw !== undefined && { flaw }),
  };
}

function flawOf(id: string, { TrafficType }: AwsFlowLog, format: FlowFormat): string | undefined {
  if (TrafficType === 'REJECT') return `flow log ${id} records only rejected packets`;
  const lacking = lackingIn(format);
  return lacking.length === 0 ? undefined : `the format of flow log ${id} lacks ${lacking.join(', ')}`;
}

/** The name in `arn:aws:logs:eu-west-1:111122223333:log-group:NAME:*`. */
function groupIn(arn: string | undefined): string | undefined {
  return arn?.split(':')[6];
}

/** The flow logs that record an interface. */
export function flowLogsOf(
  { id, subnetId, vpcId }: Pick<NetworkInterface, 'id' | 'subnetId' | 'vpcId'>,
  all: readonly FlowLog[],
): readonly FlowLog[] {
  return all.filter(({ resourceId }) => [id, subnetId, vpcId].includes(resourceId));
}
