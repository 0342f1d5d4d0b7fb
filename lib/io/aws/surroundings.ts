// Reading what surrounds groups, for messages: within a deadline of its own, because nobody waits longer for it.
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { FlowLog } from '../../evidence/flow-log.ts';
import { type NetworkInterface, UNREAD_NETWORK } from '../../exposure/network.ts';
import type { GroupSurroundings } from '../../remediation/surroundings.ts';
import type { Around } from '../../sweep/inbound.ts';
import { answerWithin } from './deadline.ts';
import { readRulesOf } from './ec2.ts';
import { readFlowLogs } from './flow-logs.ts';
import { readInterfaces, readNetwork } from './network.ts';

/** Milliseconds: for one group, for all that a sweep has found something in, and for those whose flow logs are asked. */
const DEADLINE = 5000;
const LONG_DEADLINE = 60_000;
const FLOWS_DEADLINE = 20_000;

/**
 * The interfaces of a group, the network around them, and the rules of their other groups, on request with their flow logs. Throws when
 * that takes too long.
 */
export function readSurroundings(
  ec2: EC2Client,
  groupId: string,
  isWithFlowLogs: boolean,
  deadline = DEADLINE,
): Promise<GroupSurroundings> {
  return answerWithin(deadline, readAround(ec2, groupId, isWithFlowLogs));
}

async function readAround(
  ec2: EC2Client,
  groupId: string,
  isWithFlowLogs: boolean,
): Promise<GroupSurroundings> {
  const interfaces = await readInterfaces(ec2, [groupId]);
  if (interfaces.length === 0) return { interfaces, network: UNREAD_NETWORK, rules: new Map() };
  const others = new Set(interfaces.flatMap(({ groupIds }) => groupIds));
  others.delete(groupId);
  const [network, rules, flowLogs] = await Promise.all([
    readNetwork(ec2, vpcsOf(interfaces)),
    readRulesOf(ec2, [...others]).catch(() => new Map()),
    isWithFlowLogs ? readFlowLogs(ec2, interfaces).catch(() => undefined) : undefined,
  ]);
  return { interfaces, network, rules, flowLogs };
}

/**
 * The interfaces of many groups and the network around them. Every call is about as many groups or VPCs as it takes, and so many groups
 * cost few calls. Throws when that takes too long.
 */
export function readAroundAll(
  ec2: EC2Client,
  groupIds: readonly string[],
  deadline = LONG_DEADLINE,
): Promise<Around> {
  const read = async () => {
    const interfaces = await readInterfaces(ec2, groupIds);
    return { interfaces, network: await readNetwork(ec2, vpcsOf(interfaces)) };
  };
  return answerWithin(deadline, read());
}

/** What flow logs are asked about groups depends on. */
export type FlowsAround = Pick<GroupSurroundings, 'interfaces' | 'rules'> & {
  readonly flowLogs: readonly FlowLog[];
};

/** The interfaces of groups, their flow logs, and the rules of all groups that the interfaces have. Throws when that takes too long. */
export function readFlowsAround(ec2: EC2Client, groupIds: readonly string[]): Promise<FlowsAround> {
  const read = async () => {
    const interfaces = await readInterfaces(ec2, groupIds);
    const groups = new Set(interfaces.flatMap((one) => one.groupIds));
    const [flowLogs, rules] = await Promise.all([
      readFlowLogs(ec2, interfaces),
      readRulesOf(ec2, [...groups]).catch(() => new Map()),
    ]);
    return { interfaces, rules, flowLogs };
  };
  return answerWithin(FLOWS_DEADLINE, read());
}

function vpcsOf(interfaces: readonly NetworkInterface[]): readonly string[] {
  return [...new Set(interfaces.map(({ vpcId }) => vpcId))];
}
