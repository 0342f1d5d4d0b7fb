// What the bot relies on where it looks at the network around a group, and at what flow logs recorded.
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeFlowLogsCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
} from '@aws-sdk/client-ec2';
import { API } from './groups.ts';
import { type Case, codeOf, type Place } from './place.ts';

const LOGS = 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html';
const FORMAT = ['srcaddr', 'dstaddr', 'action'].map((name) => `\${${name}}`).join(' ');

/** Events of now: emulators and AWS take none that are old. */
const NOW = Date.now() - 60_000;
const event = (message: string, after = 0) => ({ message, timestamp: NOW + after });

const filtered = async ({ network: { logs } }: Place, logGroupName: string, more: object) => {
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, ...more }));
  return events.map(({ message }) => message);
};

/** Two streams of which one's name begins as the other's does not. */
async function streams({ network }: Place, name: string): Promise<void> {
  await network.newFlowLog(name, FORMAT);
  await network.record(name, 'eni-1-all', [event('first'), event('later', 30_000)]);
  await network.record(name, 'eni-2-all', [event('other')]);
}

export const NETWORK_CASES: readonly Case[] = [
  {
    claim: 'Interfaces are found by their group, and only those',
    url: `${API}/API_DescribeNetworkInterfaces.html`,
    observe: async (place) => {
      const [group, other] = [await place.newGroup(), await place.newGroup()];
      const id = await place.network.newInterface(group);
      await place.network.newInterface(other);
      const Filters = [{ Name: 'group-id', Values: [group] }];
      const found = await place.ec2.send(new DescribeNetworkInterfacesCommand({ Filters, MaxResults: 1000 }));
      return found.NetworkInterfaces?.map(({ NetworkInterfaceId }) => NetworkInterfaceId === id);
    },
    documented: [true],
    deviates: ['ministack'],
  },
  {
    claim: 'VPC Block Public Access says its mode, and that it is settled',
    url: `${API}/API_DescribeVpcBlockPublicAccessOptions.html`,
    observe: async ({ ec2 }) => {
      const answer = await ec2.send(new DescribeVpcBlockPublicAccessOptionsCommand({}));
      const { InternetGatewayBlockMode, State } = answer.VpcBlockPublicAccessOptions ?? {};
      return [InternetGatewayBlockMode, State];
    },
    documented: ['off', 'default-state'],
    deviates: ['ministack'],
  },
  {
    claim: 'Network ACLs of a VPC that has none are none, and that is no error',
    url: `${API}/API_DescribeNetworkAcls.html`,
    observe: async ({ ec2 }) => {
      const Filters = [{ Name: 'vpc-id', Values: ['vpc-0123456789abcdef0'] }];
      return (await ec2.send(new DescribeNetworkAclsCommand({ Filters, MaxResults: 1000 }))).NetworkAcls;
    },
    documented: [],
  },
  {
    claim: 'A flow log is listed by what it records, with its log group and format',
    url: `${API}/API_DescribeFlowLogs.html`,
    observe: async ({ ec2, vpcId, network }) => {
      await network.newFlowLog('listed', FORMAT);
      const Filter = [{ Name: 'resource-id', Values: [vpcId] }];
      const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({ Filter, MaxResults: 1000 }));
      const listed = FlowLogs.filter(({ LogGroupName }) => LogGroupName === 'listed');
      return listed.map(({ ResourceId, FlowLogStatus, LogFormat }) => [
        ...[ResourceId === vpcId, FlowLogStatus, LogFormat],
      ]);
    },
    documented: [[true, 'ACTIVE', FORMAT]],
    deviates: ['ministack'],
  },
  {
    claim: 'Log events are found by the beginning of the name of their stream',
    url: LOGS,
    observe: async (place) => {
      await streams(place, 'by-stream');
      return filtered(place, 'by-stream', { logStreamNamePrefix: 'eni-1' });
    },
    documented: ['first', 'later'],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'Log events are found by their time',
    url: LOGS,
    observe: async (place) => {
      await streams(place, 'by-time');
      const times = { startTime: NOW + 1, endTime: NOW + 30_000 };
      return filtered(place, 'by-time', { logStreamNamePrefix: 'eni-1', ...times });
    },
    documented: ['later'],
  },
  {
    claim: 'A log group that does not exist has no events to read',
    url: LOGS,
    observe: ({ network: { logs } }) =>
      codeOf(logs.send(new FilterLogEventsCommand({ logGroupName: 'no-such-group' }))),
    documented: 'ResourceNotFoundException',
  },
];
