// The client that looks events up.
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { Connection } from '../input/live.ts';

/** A client that waits and tries again where it is throttled: others in the account look events up, too. */
export function connectCloudTrail(connection: Connection): CloudTrailClient {
  return new CloudTrailClient({ ...connection, maxAttempts: 8 });
}
