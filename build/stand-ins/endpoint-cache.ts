// Stands in for the SDK's cache of discovered endpoints. Discovery is off unless a client asks for it, and none here
// does; the real one brings a library of data structures along.
export class EndpointCache {}
