// The part of CloudWatch Logs that reading flow logs takes
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html).
import type { Account } from '../account.ts';
import type { StoredLogEvent } from '../account-state.ts';
import { ServiceError } from '../faults.ts';

interface Request {
  readonly logGroupName?: string;
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly nextToken?: string;
}

/** The operations, by name. */
export const LOGS: Readonly<Record<string, (account: Account, request: Request) => object>> = {
  FilterLogEvents: filterEvents,
};

/** All events of the named streams in that time, the earliest first. With pages, the first is empty: a token alone tells whether there are more. */
function filterEvents({ logGroups, pageSize }: Account, request: Request): object {
  const { logGroupName = '', startTime = 0, endTime = Number.POSITIVE_INFINITY, nextToken } = request;
  const streams = logGroups.get(logGroupName);
  if (streams === undefined) {
    throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
  }
  const found = [...streams]
    .filter(([name]) => isAsked(name, request))
    .flatMap(([logStreamName, events]) => events.map((event) => ({ ...event, logStreamName })))
    .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
    .toSorted((a, b) => a.timestamp - b.timestamp);
  const size = nextToken === undefined && Number.isFinite(pageSize) ? 0 : pageSize;
  const start = Number(nextToken ?? 0);
  const end = start + size;
  return {
    events: found.slice(start, end).map((event, index) => ({ ...event, ...idOf(event, start + index) })),
    ...(end < found.length ? { nextToken: `${end}` } : {}),
  };
}

function isAsked(name: string, { logStreamNames, logStreamNamePrefix }: Request): boolean {
  if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
    throw new ServiceError('InvalidParameterException', 'Log stream names and a prefix exclude each other.');
  }
  return logStreamNames?.includes(name) ?? name.startsWith(logStreamNamePrefix ?? '');
}

function idOf({ timestamp }: StoredLogEvent, index: number): { eventId: string; ingestionTime: number } {
  return { eventId: `${index}`.padStart(56, '0'), ingestionTime: timestamp };
}
