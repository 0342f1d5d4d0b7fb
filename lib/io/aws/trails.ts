// Whether CloudTrail has something to tell: the trails of a region, and calls that opened rules. Only what an operator asks; no function does.
import {
  type CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
  LookupEventsCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';

export interface SeenTrail {
  readonly name: string;
  readonly homeRegion: string;
  readonly isOfOrganization: boolean;
  /** Undefined where it may not be asked, as of an organization's trail in a member account. */
  readonly isLogging: boolean | undefined;
  /** Likewise. */
  readonly selectors:
    | Pick<GetEventSelectorsCommandOutput, 'EventSelectors' | 'AdvancedEventSelectors'>
    | undefined;
}

/** The trails that record this region, those of other regions and of the organization included. */
export async function readTrails(client: CloudTrailClient): Promise<readonly SeenTrail[]> {
  const region = await client.config.region();
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  const here = trailList.filter(
    ({ HomeRegion, IsMultiRegionTrail }) => IsMultiRegionTrail === true || HomeRegion === region,
  );
  return Promise.all(here.map((trail) => readTrail(client, trail)));
}

async function readTrail(client: CloudTrailClient, trail: Trail): Promise<SeenTrail> {
  const { Name = '', TrailARN = '', HomeRegion = '', IsOrganizationTrail = false } = trail;
  // A trail of another region answers only to its ARN.
  const [status, selectors] = await Promise.allSettled([
    client.send(new GetTrailStatusCommand({ Name: TrailARN })),
    client.send(new GetEventSelectorsCommand({ TrailName: TrailARN })),
  ]);
  return {
    name: Name,
    homeRegion: HomeRegion,
    isOfOrganization: IsOrganizationTrail,
    isLogging: status.status === 'fulfilled' ? status.value.IsLogging : undefined,
    selectors: selectors.status === 'fulfilled' ? selectors.value : undefined,
  };
}

/** When rules were opened since a time, for inbound traffic and with success: at most the last fifty calls. ISO 8601. */
export async function readOpenings(client: CloudTrailClient, since: Date): Promise<readonly string[]> {
  const { Events = [] } = await client.send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'AuthorizeSecurityGroupIngress' }],
      StartTime: since,
      MaxResults: 50,
    }),
  );
  return Events.flatMap(({ EventTime, CloudTrailEvent = '{}' }) => {
    const hasFailed = JSON.parse(CloudTrailEvent).errorCode !== undefined;
    return EventTime === undefined || hasFailed ? [] : [EventTime.toISOString()];
  });
}
