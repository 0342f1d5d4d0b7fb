// The management events of the last 90 days, as CloudTrail keeps them for every account, with or without a trail.
import { type CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';

/** Events of one call, newest first. */
export interface EventPage {
  /** Each a record as JSON. */
  readonly records: readonly string[];
  /** Of the last one, in milliseconds; undefined for a page without events. */
  readonly oldest: number | undefined;
}

/**
 * Pages of the events of a call in a stretch of time. One account may ask twice a second in a region
 * (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html), so `pause` is awaited before each.
 */
export async function* lookUpEvents(
  client: CloudTrailClient,
  eventName: string,
  { from, to }: { readonly from: Date; readonly to: Date },
  pause: () => Promise<void>,
): AsyncGenerator<EventPage> {
  let NextToken: string | undefined;
  do {
    await pause();
    const answer = await client.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: eventName }],
        StartTime: from,
        EndTime: to,
        MaxResults: 50,
        NextToken,
      }),
    );
    const events = answer.Events ?? [];
    yield {
      records: events.flatMap(({ CloudTrailEvent }) => CloudTrailEvent ?? []),
      oldest: events.at(-1)?.EventTime?.getTime(),
    };
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
}
