// Stands in for the SDK's event streams: no call to EC2, SNS or DynamoDB streams events.
export class EventStreamSerde {
  constructor() {
    throw new Error('event streams are not in this bundle: see build/stand-ins/event-streams.ts');
  }
}
