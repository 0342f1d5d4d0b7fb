// Stands in for the SDK's event streams: no call to EC2, SNS, DynamoDB or CloudWatch Logs that is made here streams events.
export class EventStreamSerde {
  constructor() {
    throw new Error('event streams are not in this bundle: see build/stand-ins/event-streams.ts');
  }
}

/** A client that could stream events is configured for it when it is made. */
export function resolveEventStreamSerdeConfig<Config extends object>(config: Config): Config {
  return config;
}

export function eventStreamSerdeProvider(): undefined {
  return undefined;
}
