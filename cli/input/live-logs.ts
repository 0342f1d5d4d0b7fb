// The connection to CloudWatch Logs, which one command alone needs.
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { type Connection, clientOptions } from './live.ts';

/** A CloudWatch Logs client; without region and profile those of the environment hold. */
export function connectLogs(connection: Connection): CloudWatchLogsClient {
  return new CloudWatchLogsClient(clientOptions(connection));
}
