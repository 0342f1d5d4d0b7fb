// Stands in for the part of the signer that writes headers of event streams: see event-streams.ts.
export class HeaderFormatter {}
